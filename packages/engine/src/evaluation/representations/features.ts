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
export function normalisedFeatures(set: FeatureSet): Float64Array {
  const rows = new Float64Array(set.features.length);
  normalisedRows(set, 0, set.features.length / set.width, rows);
  return rows;
}

/** As `normalisedFeatures`, of examples `from` … `to`−1, into the beginning of `target`. */
export function normalisedRows({ width, features }: FeatureSet, from: number, to: number, target: Float64Array): void {
  for (let row = from; row < to; row++) {
    const start = row * width;
    let square = 0;
    for (let at = start; at < start + width; at++) square += (features[at] ?? 0) ** 2;
    // The floor of torch.nn.functional.normalize.
    const norm = Math.max(Math.sqrt(square), 1e-12);
    const shift = from * width;
    for (let at = start; at < start + width; at++) target[at - shift] = (features[at] ?? 0) / norm;
  }
}

/** The cosines of one row of `left` with all rows of `right`, both normalised, into `target`. */
export function cosines(
  left: Float64Array,
  row: number,
  right: Float64Array,
  width: number,
  target: Float64Array,
): Float64Array {
  const own = left.subarray(row * width, (row + 1) * width);
  const even = width - (width % 4);
  for (let other = 0; other < target.length; other++) {
    const start = other * width;
    // Four sums at a time: one would wait for each addition before the next.
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < even; i += 4) {
      a += (own[i] ?? 0) * (right[start + i] ?? 0);
      b += (own[i + 1] ?? 0) * (right[start + i + 1] ?? 0);
      c += (own[i + 2] ?? 0) * (right[start + i + 2] ?? 0);
      d += (own[i + 3] ?? 0) * (right[start + i + 3] ?? 0);
    }
    for (let i = even; i < width; i++) a += (own[i] ?? 0) * (right[start + i] ?? 0);
    target[other] = a + b + (c + d);
  }
  return target;
}

/** Positions by falling similarity; the first of equal ones first. */
export function byFalling(similarities: Float64Array): Uint32Array {
  return Uint32Array.from(similarities, (_, index) => index).sort(
    (a, b) => (similarities[b] ?? 0) - (similarities[a] ?? 0) || a - b,
  );
}

/** The first k of `byFalling`, without sorting the rest. */
export function nearest(similarities: Float64Array, k: number): Uint32Array {
  const places = new Uint32Array(k);
  let held = 0;
  for (let index = 0; index < similarities.length; index++) {
    const own = similarities[index] ?? 0;
    if (held === k && !(own > (similarities[places[k - 1] ?? 0] ?? 0))) continue;
    let place = held < k ? held++ : k - 1;
    for (; place > 0 && own > (similarities[places[place - 1] ?? 0] ?? 0); place--) {
      places[place] = places[place - 1] ?? 0;
    }
    places[place] = index;
  }
  return places.subarray(0, held);
}
