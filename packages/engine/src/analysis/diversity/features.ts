import { AnalysisError } from '../errors.js';

/** Features of n examples, one row each. */
export interface Features {
  /** [n, width], row-major, finite. */
  readonly rows: ArrayLike<number>;
  readonly width: number;
}

/** The number of examples that two sets of features have in common. Throws AnalysisError when they have not the same. */
export function commonExamples(left: Features, right: Features, least: number): number {
  const n = left.rows.length / left.width;
  if (Number.isInteger(n) && n >= least && right.rows.length === n * right.width) return n;
  throw new AnalysisError(
    `Features of ${n} and ${right.rows.length / right.width} examples were compared.`,
    `Take features of the same examples from both models, ${least} or more.`,
  );
}
