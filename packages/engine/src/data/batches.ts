import { keyed } from '../random/index.js';
import { type AugmentationName, augmentations } from './augmentation/index.js';
import type { Split } from './dataset.js';
import { DatasetError } from './errors.js';
import { normaliseImages, type Preprocessing } from './preprocessing.js';

export interface TrainingBatch {
  readonly step: number;
  readonly epoch: number;
  /** Normalised pixels [batch, c, h, w]. */
  readonly images: Float32Array<ArrayBuffer>;
  /** Classes [batch]. */
  readonly labels: Int32Array<ArrayBuffer>;
  /** Positions in the split [batch]: with `epoch`, the words to key further randomness by, e.g. a mask. */
  readonly examples: Uint32Array<ArrayBuffer>;
}

export interface TrainingBatches {
  readonly stepsPerEpoch: number;
  readonly steps: number;
  /** The batch of a step, 0 … steps−1; any order, any number of times. */
  batch(step: number): TrainingBatch;
}

export interface TrainingBatchesOptions {
  readonly split: Split;
  readonly batch: number;
  readonly epochs: number;
  readonly seed: number;
  readonly augmentation: AugmentationName;
  readonly normalise: Preprocessing;
}

/**
 * The batches of a training run. Each is a pure function of the options and its step number, keyed by (seed, epoch,
 * example, operation): a resumed run sees exactly what an uninterrupted one sees. Every epoch is a fresh order of the
 * split without the incomplete last batch.
 */
export function trainingBatches(options: TrainingBatchesOptions): TrainingBatches {
  const { split, batch, epochs, seed, augmentation, normalise } = options;
  const stepsPerEpoch = Math.floor(split.n / batch);
  if (stepsPerEpoch === 0) {
    throw new DatasetError(
      `A batch of ${batch} was asked for of the split '${split.name}', which has ${split.n} examples.`,
      'Lower the batch size, or give the split more examples.',
    );
  }
  const steps = stepsPerEpoch * epochs;
  const size = split.image[0] * split.image[1] * split.image[2];
  let order: { epoch: number; examples: Uint32Array<ArrayBuffer> } = { epoch: -1, examples: new Uint32Array() };
  const orderOf = (epoch: number) => {
    if (order.epoch !== epoch) order = { epoch, examples: keyed(seed, epoch, 'order').permutation(split.n) };
    return order.examples;
  };
  return {
    stepsPerEpoch,
    steps,
    batch(step) {
      if (!Number.isInteger(step) || step < 0 || step >= steps) {
        throw new RangeError(`Batch ${step} was asked for of a run of ${steps} steps.`);
      }
      const epoch = Math.floor(step / stepsPerEpoch);
      const start = (step % stepsPerEpoch) * batch;
      const examples = orderOf(epoch).slice(start, start + batch);
      const pixels = split.images(examples);
      const images =
        augmentation === 'none'
          ? normaliseImages(pixels, split.image, normalise)
          : augmented(pixels, size, split.image, normalise, (position, image, target) => {
              const random = keyed(seed, epoch, examples[position] ?? 0, augmentation);
              augmentations[augmentation](image, split.image, random, target);
            });
      return { step, epoch, images, labels: Int32Array.from(split.labels(examples)), examples };
    },
  };
}

function augmented(
  pixels: Uint8Array,
  size: number,
  [channels, height, width]: readonly [number, number, number],
  { mean, std }: Preprocessing,
  augment: (position: number, image: Uint8Array, target: Float64Array) => void,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(pixels.length);
  const changed = new Float64Array(size);
  const plane = height * width;
  for (let start = 0, position = 0; start < pixels.length; start += size, position++) {
    augment(position, pixels.subarray(start, start + size), changed);
    for (let channel = 0; channel < channels; channel++) {
      const average = mean[channel] ?? 0;
      const deviation = std[channel] ?? 1;
      for (let at = channel * plane; at < (channel + 1) * plane; at++) {
        result[start + at] = ((changed[at] ?? 0) / 255 - average) / deviation;
      }
    }
  }
  return result;
}
