import { EvaluationError } from '../errors.js';

/** Frozen features with the label of each. */
export interface FeatureSet {
  readonly width: number;
  /** [n, width], finite. */
  readonly features: Float32Array;
  /** [n], whole numbers from 0. */
  readonly labels: ArrayLike<number>;
}

/** The number of examples. Throws EvaluationError unless features and labels belong together and are numbers. */
export function checkedFeatures({ width, features, labels }: FeatureSet, what: string): number {
  if (labels.length === 0 || width < 1 || features.length !== labels.length * width) {
    throw new EvaluationError(
      `${what}: ${features.length} numbers do not make ${labels.length} features of width ${width}.`,
      'Give one feature and one label an example, and at least one example.',
    );
  }
  const wrong = features.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    throw new EvaluationError(
      `${what}: the feature of example ${Math.floor(wrong / width)} holds ${features[wrong]}.`,
      'The weights of the model diverged: leave it out.',
    );
  }
  return labels.length;
}

/**
 * Features divided by their Euclidean norm, in f64; a zero vector stays zero, so that it is orthogonal to everything.
 *
 * @returns [n, width]
 */
export function normalisedFeatures({ width, features }: FeatureSet): Float64Array {
  const rows = new Float64Array(features.length);
  for (let start = 0; start < features.length; start += width) {
    let square = 0;
    for (let at = start; at < start + width; at++) square += (features[at] ?? 0) ** 2;
    // The floor of torch.nn.functional.normalize.
    const norm = Math.max(Math.sqrt(square), 1e-12);
    for (let at = start; at < start + width; at++) rows[at] = (features[at] ?? 0) / norm;
  }
  return rows;
}

/** The cosines of one row of `left` with all rows of `right`, both normalised, into `target`. */
export function cosines(
  left: Float64Array,
  row: number,
  right: Float64Array,
  width: number,
  target: Float64Array,
): Float64Array {
  for (let other = 0; other < target.length; other++) {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += (left[row * width + i] ?? 0) * (right[other * width + i] ?? 0);
    target[other] = sum;
  }
  return target;
}

/** Positions by falling similarity; the first of equal ones first. */
export function byFalling(similarities: Float64Array): Uint32Array {
  return Uint32Array.from(similarities, (_, index) => index).sort(
    (a, b) => (similarities[b] ?? 0) - (similarities[a] ?? 0) || a - b,
  );
}
