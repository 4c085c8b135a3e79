import { EvaluationError } from './errors.js';

/** Accuracy in each cell of a corruption benchmark, as columns; cells are severity-major inside a corruption. */
export interface Cells {
  readonly corruption: readonly string[];
  readonly severity: readonly number[];
  readonly n: readonly number[];
  readonly top1: readonly number[];
}

/**
 * Divides a corruption benchmark's rows into cells.
 *
 * @param right whether each row is right: for each corruption, for each severity, the n examples
 */
export function cellsOf(
  right: ArrayLike<boolean | number>,
  corruptions: readonly string[],
  severities: readonly number[],
  n: number,
): Cells {
  const count = corruptions.length * severities.length;
  if (right.length !== count * n) {
    throw new EvaluationError(
      `${right.length} answers do not fill ${corruptions.length} corruptions × ${severities.length} severities × ${n} examples.`,
      'A cell is missing or incomplete: evaluate the model again on the whole benchmark.',
    );
  }
  const cells = Array.from({ length: count }, (_, cell) => {
    let hits = 0;
    for (let row = cell * n; row < (cell + 1) * n; row++) if (right[row]) hits++;
    return hits / n;
  });
  return {
    corruption: corruptions.flatMap((name) => severities.map(() => name)),
    severity: corruptions.flatMap(() => severities),
    n: cells.map(() => n),
    top1: cells,
  };
}

/**
 * The plain mean corruption error: the mean over corruptions of the mean over severities of 1 − top1. Not normalised by a
 * reference model, so it is no mCE in the sense of ImageNet-C and must not be compared with one.
 */
export function meanCorruptionError(cells: Cells): number {
  const errors = new Map<string, number[]>();
  for (const [index, corruption] of cells.corruption.entries()) {
    const list = errors.get(corruption) ?? [];
    list.push(1 - (cells.top1[index] ?? 0));
    errors.set(corruption, list);
  }
  return mean([...errors.values()].map(mean));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
