import type { Tensor } from '../graph/tensor.js';
import type { TextModel } from '../models/text/text-model.js';
import type { TokenSequence } from '../models/text/tokenizer.js';
import { keyed } from '../random/index.js';
import { smoothedTargets, softTargetCrossEntropy } from './cross-entropy.js';
import type { BatchSource, TrainingTask } from './training-task.js';

/**
 * Supervised training of a whole text model and its head. Sequences have one length, padded and masked.
 *
 * @param length tokens of every sequence, special tokens included; at most the model's positions
 */
export function textClassificationTask(model: TextModel, classes: number, batch: number, length: number): TrainingTask {
  if (length > model.positions) {
    throw new RangeError(`Sequences of ${length} tokens are longer than the model's ${model.positions} positions.`);
  }
  return {
    parameters: [...model.parameters, ...model.head(classes)],
    frozen: new Set(),
    inputs: [
      { name: 'ids', dtype: 'i64', shape: [batch, length] },
      { name: 'types', dtype: 'i64', shape: [batch, length] },
      { name: 'mask', dtype: 'f32', shape: [batch, length] },
      { name: 'targets', dtype: 'f32', shape: [batch, classes] },
    ],
    independent: { examples: batch },
    loss: (b, parameters, input) => {
      const tokens = { ids: input('ids'), types: input('types'), mask: input('mask') };
      const logits = model.classify(b, parameters, model.features(b, parameters, tokens));
      return softTargetCrossEntropy(b, logits, input('targets'));
    },
  };
}

/** Sequences of one length as the inputs of a graph: `ids` and `types` i64 [n, length], `mask` f32 [n, length]. */
export function tokenFeeds(sequences: readonly TokenSequence[]): {
  readonly ids: Tensor;
  readonly types: Tensor;
  readonly mask: Tensor;
} {
  const length = sequences[0]?.ids.length ?? 0;
  const shape = [sequences.length, length];
  const integers = (of: (sequence: TokenSequence) => readonly number[]): Tensor => ({
    dtype: 'i64',
    shape,
    data: BigInt64Array.from(sequences.flatMap(of), BigInt),
  });
  return {
    ids: integers(({ ids }) => ids),
    types: integers(({ types }) => types),
    mask: { dtype: 'f32', shape, data: Float32Array.from(sequences.flatMap(({ mask }) => [...mask])) },
  };
}

export interface LabelledTexts {
  readonly sequences: readonly TokenSequence[];
  /** Class of each sequence. */
  readonly labels: ArrayLike<number>;
}

/**
 * Batches as `textClassificationTask` takes them: each epoch a permutation keyed by (seed, epoch), of which the last,
 * incomplete batch is left out.
 */
export function textBatches(
  { sequences, labels }: LabelledTexts,
  options: { batch: number; epochs: number; classes: number; labelSmoothing: number; seed: number },
): BatchSource & { readonly steps: number } {
  const { batch, epochs, classes, labelSmoothing, seed } = options;
  const perEpoch = Math.floor(sequences.length / batch);
  if (perEpoch === 0) throw new RangeError(`A batch of ${batch} does not fit in ${sequences.length} texts.`);
  return {
    batchSize: batch,
    steps: perEpoch * epochs,
    at: (step) => {
      const order = keyed(seed, 'text-order', Math.floor(step / perEpoch)).permutation(sequences.length);
      const start = (step % perEpoch) * batch;
      const chosen = [...order.subarray(start, start + batch)];
      const targets = smoothedTargets(
        chosen.map((index) => labels[index] ?? 0),
        classes,
        labelSmoothing,
      );
      return {
        ...tokenFeeds(chosen.flatMap((index) => sequences[index] ?? [])),
        targets: { dtype: 'f32', shape: [batch, classes], data: targets },
      };
    },
  };
}
