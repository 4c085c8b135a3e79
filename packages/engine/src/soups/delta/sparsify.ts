/** @file The ways in which delta methods make a task vector sparse: pure functions of one tensor of one ingredient. */
import { SoupError } from '../errors.js';
import type { Compat } from '../mixing-parameters.js';
import { type Cut, keeper } from './cuts.js';
import { keepRanks, magnitudeRanks } from './magnitudes.js';
import type { DeltaSettings } from './parameters.js';

export interface SparsifyContext {
  readonly name: string;
  readonly shape: readonly number[];
  readonly compat: Compat;
  /** The next number of the stream of this ingredient and this tensor, in [0, 1). Called once for each element, in order. */
  readonly draw: () => number;
  /** Where this change is cut, if its numbers are kept by their place among those of the whole model. */
  readonly cut?: Cut;
}

export type Sparsify = (vector: Float64Array, settings: DeltaSettings, context: SparsifyContext) => Float64Array;

/** All of it. */
export const keepAll: Sparsify = (vector) => vector;

/**
 * TIES' trimming: the `density` · n numbers of largest magnitude, of the model or of each tensor. In a tensor the count is rounded to the nearest, but one number is
 * left even of the smallest tensor; mergekit cuts the count off, and refuses a tensor of which nothing would be left.
 */
export const trim: Sparsify = (vector, { density, rescale, ...settings }, { compat, name, cut }) => {
  if (settings.trim === 'model' && density < 1) {
    if (cut === undefined) throw new TypeError(`The change of "${name}" came without the cut of its model.`);
    const keeps = keeper(cut, name);
    const kept = new Float64Array(vector.length);
    for (let i = 0; i < kept.length; i++) if (keeps(vector[i] as number)) kept[i] = vector[i] as number;
    return rescaled(vector, kept, rescale);
  }
  const count = countOf(density, vector.length, compat);
  if (compat === 'mergekit' && count === 0 && vector.length > 0) {
    throw new SoupError(
      `Of the ${vector.length} numbers of "${name}" a density of ${density} leaves none, which mergekit refuses.`,
      'Take a higher density, or compat: paper, which leaves one.',
    );
  }
  const least = density > 0 ? Math.min(1, vector.length) : 0;
  return rescaled(vector, keepRanks(vector, vector.length - Math.max(count, least), vector.length), rescale);
};

/** How many numbers of a whole change TIES keeps; undefined where it looks at each tensor by itself, or keeps everything. */
export function largestOfModel(
  { density, trim }: DeltaSettings,
  compat: Compat,
): ((numbers: number) => number) | undefined {
  if (trim === 'tensor' || density >= 1) return undefined;
  return (numbers) => Math.max(countOf(density, numbers, compat), density > 0 ? 1 : 0);
}

/** DARE: every number is dropped with probability 1 − density. */
export const dropAtRandom: Sparsify = (vector, { density, rescale }, { draw }) => {
  const kept = new Float64Array(vector.length);
  const factor = rescale === 'expectation' && density > 0 ? 1 / density : 1;
  for (let i = 0; i < kept.length; i++) if (draw() < density) kept[i] = (vector[i] as number) * factor;
  return rescaled(vector, kept, rescale);
};

/**
 * DELLA's MAGPRUNE: within each row (the weights into one output; a vector is one row) the probability of being kept grows
 * linearly with the rank of the magnitude and is `density` on average. The paper spreads drop probabilities over a width
 * of ε, so keep probabilities go from density − ε/2 to density + ε/2; mergekit goes from density − ε to density + ε.
 */
export const magprune: Sparsify = (vector, { density, epsilon, rescale }, { shape, compat, draw, name }) => {
  if (density >= 1) return vector;
  if (density <= 0) return new Float64Array(vector.length);
  const spread = compat === 'mergekit' ? epsilon : epsilon / 2;
  const [least, most] = [density - spread, density + spread];
  if (least < 0 || most > 1 || (compat === 'mergekit' && (least <= 0 || most >= 1))) {
    throw new SoupError(
      `MAGPRUNE of "${name}" would keep numbers with probabilities from ${least} to ${most}.`,
      'Choose density and epsilon so that these lie between 0 and 1.',
    );
  }
  const kept = new Float64Array(vector.length);
  const rows = shape.length < 2 ? Math.min(1, vector.length) : (shape[0] ?? 1);
  const width = rows === 0 ? 0 : vector.length / rows;
  for (let row = 0; row < rows; row++) {
    const ranks = magnitudeRanks(vector, row * width, width);
    for (let at = 0; at < width; at++) {
      const position = width === 1 ? 0.5 : (ranks[at] as number) / (width - 1);
      const probability = least + position * (most - least);
      if (draw() >= probability) continue;
      const factor = rescale === 'expectation' ? 1 / probability : 1;
      kept[row * width + at] = (vector[row * width + at] as number) * factor;
    }
  }
  return rescaled(vector, kept, rescale);
};

/**
 * Breadcrumbs: without the `gamma` · n numbers of largest magnitude, `density` · n of the next are kept. Where that many are
 * not left, fewer of the largest are dropped. In mergekit counts are cut off, and where no outlier is to be dropped its
 * slice that ends "0 before the end" is empty: the whole change of such a (small) tensor is lost.
 */
export const breadcrumbs: Sparsify = (vector, { density, gamma, rescale }, { compat }) => {
  const count = countOf(density, vector.length, compat);
  const top = Math.min(countOf(gamma, vector.length, compat), vector.length - count);
  if (compat === 'mergekit' && top === 0) return new Float64Array(vector.length);
  const end = vector.length - top;
  return rescaled(vector, keepRanks(vector, end - count, end), rescale);
};

/** `share` · n as a count: to the nearest, halves up; cut off like Python's int() in mergekit. */
function countOf(share: number, n: number, compat: Compat): number {
  return compat === 'mergekit' ? Math.trunc(share * n) : Math.round(share * n);
}

/** Scales what was kept to the L1 norm of what there was, where `rescale` asks for that and something was kept. */
function rescaled(before: Float64Array, kept: Float64Array, rescale: DeltaSettings['rescale']): Float64Array {
  if (rescale !== 'l1') return kept;
  const norm = absoluteSum(kept);
  if (norm === 0) return kept;
  const factor = absoluteSum(before) / norm;
  return kept.map((value) => value * factor);
}

function absoluteSum(vector: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += Math.abs(vector[i] as number);
  return sum;
}
