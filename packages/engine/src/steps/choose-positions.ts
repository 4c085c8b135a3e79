import { DatasetError } from '../data/errors.js';
import type { LabelledSplit } from '../data/split.js';
import { keyed } from '../random/index.js';
import type { BenchmarkParameters } from '../recipe/parameters.js';

/** The positions of a split that are meant: all, or a seeded choice of them, ascending. Throws DatasetError for more than there are. */
export function choosePositions(
  split: Pick<LabelledSplit, 'name' | 'n'>,
  subset: BenchmarkParameters['subset'],
): number[] {
  if (subset === null) return Array.from({ length: split.n }, (_, position) => position);
  if (subset.count > split.n) {
    throw new DatasetError(
      `${subset.count} examples are asked for of the split '${split.name}', which has ${split.n}.`,
      'Lower the count, or leave it out to use all examples.',
    );
  }
  return [...keyed(subset.seed, 'subset').permutation(split.n).subarray(0, subset.count)].sort((a, b) => a - b);
}
