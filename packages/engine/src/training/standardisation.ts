/** @file Features brought to mean 0 and deviation 1 for a linear head, which is then made one of the features as they come. */

export interface Standardisation {
  /** Of each feature. */
  readonly mean: Float64Array;
  /** Of each feature, with the floor. */
  readonly deviation: Float64Array;
}

/** Added to each deviation, as the reference of Self-Soupervision has it: a constant feature then weighs nothing. */
const DEVIATION_FLOOR = 1e-5;

/** Mean and population standard deviation of each feature, in f64. */
export function standardisation({
  features,
  width,
}: {
  /** [n, width] */
  readonly features: Float32Array;
  readonly width: number;
}): Standardisation {
  const count = features.length / width;
  const mean = new Float64Array(width);
  const deviation = new Float64Array(width);
  for (let i = 0; i < features.length; i++) mean[i % width] = (mean[i % width] ?? 0) + (features[i] ?? 0) / count;
  for (let i = 0; i < features.length; i++) {
    const centred = (features[i] ?? 0) - (mean[i % width] ?? 0);
    deviation[i % width] = (deviation[i % width] ?? 0) + (centred * centred) / count;
  }
  return { mean, deviation: deviation.map((variance) => Math.sqrt(variance) + DEVIATION_FLOOR) };
}

/** A linear head of standardised features, weight [classes, width], as one of plain ones: W/σ and b − (W/σ)·μ, in f64. */
export function foldedHead(
  { weight, bias }: { readonly weight: ArrayLike<number>; readonly bias: ArrayLike<number> },
  { mean, deviation }: Standardisation,
): { readonly weight: Float64Array; readonly bias: Float64Array } {
  const width = mean.length;
  const plain = Float64Array.from(weight, (value, i) => value / (deviation[i % width] ?? 1));
  return {
    weight: plain,
    bias: Float64Array.from(bias, (value, row) => {
      let shifted = value;
      for (let i = 0; i < width; i++) shifted -= (plain[row * width + i] ?? 0) * (mean[i] ?? 0);
      return shifted;
    }),
  };
}
