import { stepsOf } from '../data/batches.js';
import { epochOrder } from '../data/epoch-order.js';
import type { Tensor } from '../graph/tensor.js';
import { atLength, networkLength, tokenCount } from '../models/text/sequence-length.js';
import type { TextModel } from '../models/text/text-model.js';
import type { TokenSequence } from '../models/text/tokenizer.js';
import type { LabelledSource, Trainee } from './fine-tuning.js';
import type { BatchInput } from './training-task.js';

/** What token sequences of one length are to a graph: `ids` and `types` i64, `mask` f32, each [batch, length]. */
export function tokenInputs(batch: number, length: number): readonly BatchInput[] {
  const shape = [batch, length];
  return [
    { name: 'ids', dtype: 'i64', shape },
    { name: 'types', dtype: 'i64', shape },
    { name: 'mask', dtype: 'f32', shape },
  ];
}

/**
 * A text model as something to fine-tune. The sequences of a batch have one length, padded and masked.
 *
 * @param length tokens of the longest sequence, special tokens included
 * @throws {RangeError} for a length above the model's positions
 */
export function textTrainee(model: TextModel, length: number): Trainee {
  if (length > model.positions) {
    throw new RangeError(`Sequences of ${length} tokens are longer than the model's ${model.positions} positions.`);
  }
  return {
    parameters: model.parameters,
    head: (classes) => model.head(classes),
    layers: model.layers,
    shapesVary: true,
    inputs: (batch) => tokenInputs(batch, length),
    logits: (b, values, input, options) => {
      const tokens = { ids: input('ids'), types: input('types'), mask: input('mask') };
      return model.classify(b, values, model.features(b, values, tokens, options));
    },
  };
}

/** Sequences of one length as the values of `tokenInputs`. */
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
  readonly name: string;
  readonly sequences: readonly TokenSequence[];
  /** Class of each sequence. */
  readonly labels: ArrayLike<number>;
}

/** The longest network need not be one of few. Vector units like multiples of 8. */
const MULTIPLE = 8;

/** The length of the longest batch of these sequences: the longest of them decides, not what they were padded to. */
export function trainingLength(sequences: readonly TokenSequence[]): number {
  const padded = sequences[0]?.ids.length ?? 0;
  const most = sequences.reduce((found, sequence) => Math.max(found, tokenCount(sequence)), 1);
  return Math.min(padded, Math.ceil(most / MULTIPLE) * MULTIPLE);
}

/**
 * Batches as a text trainee of `trainingLength` takes them, each epoch in the order in which images come too. The length of a
 * batch is `networkLength` of its longest text, so that few networks are made; or `trainingLength`, where a device does several
 * batches in one run and wants them alike.
 */
export function textBatches(
  { name, sequences, labels }: LabelledTexts,
  options: {
    readonly batch: number;
    readonly epochs: number;
    readonly seed: number;
    readonly lengths: 'one' | 'by batch';
  },
): LabelledSource {
  const { batch, seed, lengths } = options;
  const { stepsPerEpoch, steps } = stepsOf({ name, n: sequences.length }, options);
  const order = epochOrder(seed, sequences.length);
  const longest = trainingLength(sequences);
  return {
    ...{ stepsPerEpoch, steps },
    labelled: (step) => {
      const epoch = Math.floor(step / stepsPerEpoch);
      const start = (step % stepsPerEpoch) * batch;
      const examples = order(epoch).slice(start, start + batch);
      const chosen = [...examples].flatMap((example) => sequences[example] ?? []);
      const most = Math.max(...chosen.map(tokenCount));
      const length = lengths === 'one' ? longest : networkLength(most, longest);
      return {
        inputs: tokenFeeds(chosen.map((sequence) => atLength(sequence, length))),
        labels: [...examples].map((example) => labels[example] ?? 0),
        mixing: null,
        ...{ epoch, examples },
      };
    },
  };
}
