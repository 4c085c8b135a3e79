export declare const OLDEST_NODE: string;
export declare function refusalOf(version: string): string | undefined;
