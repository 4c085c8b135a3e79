/** When a candidate becomes the soup. */
export interface AcceptOptions {
  /** The paper's algorithm accepts a candidate that is not worse, its released code only one that is better. */
  readonly accept: '>=' | '>';
  /** How far below the best score so far a candidate may be and still be accepted; 0 is the paper. */
  readonly tolerance?: number;
}

/** Compares with the best score so far, not with the last accepted one: tolerated losses do not add up. */
export function accepts({ accept, tolerance = 0 }: AcceptOptions, score: number, best: number): boolean {
  const bar = best - tolerance;
  return accept === '>=' ? score >= bar : score > bar;
}
