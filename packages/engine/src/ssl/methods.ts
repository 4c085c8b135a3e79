import { mae } from './mae.js';

/** Every self-supervised algorithm by the name that a recipe calls it: one file each, one interface, one table. */
export const sslMethods = { mae } as const;

export type SslAlgorithm = keyof typeof sslMethods;
