import type { DatasetManifest } from '../data/manifest.js';
import type { LabelledSplit } from '../data/split.js';
import { CancelledError, StockpotEngineError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import type { NamedTensors } from '../models/initialise.js';

/** Logits of some examples after another, in the order of their split: rows of so many classes. */
export interface Answers {
  readonly classes: number;
  readonly logits: Float32Array;
}

/**
 * The accuracy of a model on a split with the role selection, in 0 … 1: what ends a training early. Whoever uses it has
 * chosen by this split, so it must have that role here too, whatever wrote the plan.
 *
 * @param answer a model's answers to the examples of the split, part after part
 * @throws {StockpotEngineError} for a split of another role
 */
export function selectionScore(
  dataset: { readonly manifest: DatasetManifest; split(name: string): LabelledSplit },
  name: string,
  answer: (tensors: ReadonlyMap<string, Tensor>) => AsyncIterable<Answers>,
  signal: AbortSignal,
): (parameters: NamedTensors) => Promise<number> {
  const split = dataset.split(name);
  const role = dataset.manifest.splits.find((one) => one.name === name)?.role;
  if (role !== 'selection') {
    throw new StockpotEngineError(
      `A training was to be ended by its score on '${name}', whose role is ${role}.`,
      'End it by a split with the role selection: what is chosen on a split cannot be judged on it.',
    );
  }
  const labels = split.labels();
  return async (parameters) => {
    const tensors = [...parameters].map(([key, { shape, data }]): [string, Tensor] => [
      key,
      { dtype: 'f32', shape, data },
    ]);
    let right = 0;
    let seen = 0;
    for await (const { classes, logits } of answer(new Map(tensors))) {
      if (signal.aborted) throw new CancelledError('The training');
      for (let row = 0; row < logits.length / classes; row++) {
        if (largest(logits, row * classes, classes) === labels[seen++]) right++;
      }
    }
    return right / split.n;
  };
}

/** The position of the largest of `count` numbers from `start`, the first of equals. */
function largest(numbers: Float32Array, start: number, count: number): number {
  let best = 0;
  for (let at = 1; at < count; at++) {
    if ((numbers[start + at] ?? 0) > (numbers[start + best] ?? 0)) best = at;
  }
  return best;
}
