import { keyed } from '../random/index.js';
import { drawMixing, type Erasing, type Mixing, type MixingDraw, mixImages } from './augmentation/index.js';
import type { Split } from './dataset.js';
import { epochOrder } from './epoch-order.js';
import { DatasetError } from './errors.js';
import { inOrder } from './in-order.js';
import type { Preprocessing } from './preprocessing.js';
import type { RawImage } from './raw-image.js';
import { type ViewMaker, viewMaker } from './views.js';

export interface TrainingBatch {
  readonly step: number;
  readonly epoch: number;
  /** Normalised pixels [batch, c, h, w]: the first view. */
  readonly images: Float32Array<ArrayBuffer>;
  /** Every view that was asked for, the first one included, each of the size that was asked for. */
  readonly views: readonly Float32Array<ArrayBuffer>[];
  /** Classes [batch]. */
  readonly labels: Int32Array<ArrayBuffer>;
  /** Positions in the split [batch]: with `epoch`, the words to key further randomness by, e.g. a mask. */
  readonly examples: Uint32Array<ArrayBuffer>;
  /** How the images were mixed with each other, so that the targets can be; null where they were not. */
  readonly mixing: MixingDraw | null;
}

export interface TrainingBatches {
  readonly stepsPerEpoch: number;
  readonly steps: number;
  /** The batch of a step, 0 … steps−1; any order, any number of times. */
  batch(step: number): Promise<TrainingBatch>;
}

/** One of several views of an image. */
export interface View {
  /** A word of a recipe, such as `lejepa-local`. */
  readonly augmentation: string;
  /** Side of the square view in pixels; the model's own when left out. */
  readonly size?: number;
}

/** Everything that determines the batches but the examples: plain values, which go to a thread as they are. */
export interface BatchPlan {
  readonly batch: number;
  readonly epochs: number;
  readonly seed: number;
  /** What happens to the one view of each image. Not used when `views` are given. */
  readonly augmentation: string;
  readonly normalise: Preprocessing;
  /** [c, h, w] that the model takes; the split's own size when left out. */
  readonly image?: readonly [number, number, number];
  /** Several independent views of each image; left out, one. */
  readonly views?: readonly View[];
  readonly erasing?: Erasing;
  /** Mixup and CutMix, which need one view. */
  readonly mixing?: Mixing;
}

export interface TrainingBatchesOptions extends BatchPlan {
  readonly split: Split;
}

/** Images that are read ahead of the one that is being changed: decoding runs beside this thread. */
const READ_AHEAD = 4;

/**
 * The batches of a training run. Each is a pure function of the options and its step number, keyed by (seed, epoch,
 * example, operation): a resumed run sees exactly what an uninterrupted one sees, whichever thread makes it. Every epoch is
 * a fresh order of the split without the incomplete last batch.
 */
export function trainingBatches(options: TrainingBatchesOptions): TrainingBatches {
  const { split, batch, seed, mixing } = options;
  const { stepsPerEpoch, steps } = stepsOf(split, options);
  const makers = viewMakers(options);
  const [first] = makers;
  if (first === undefined || (mixing !== undefined && makers.length > 1)) {
    throw new RangeError(`A batch of ${makers.length} views was asked for${mixing === undefined ? '' : ', mixed'}.`);
  }
  const orderOf = epochOrder(seed, split.n);
  return {
    stepsPerEpoch,
    steps,
    async batch(step) {
      if (!Number.isInteger(step) || step < 0 || step >= steps) {
        throw new RangeError(`Batch ${step} was asked for of a run of ${steps} steps.`);
      }
      const epoch = Math.floor(step / stepsPerEpoch);
      const place = step % stepsPerEpoch;
      const examples = orderOf(epoch).slice(place * batch, (place + 1) * batch);
      const views = makers.map(({ length }) => new Float32Array(batch * length));
      const images = views[0] ?? new Float32Array();
      let row = 0;
      for await (const image of imagesOf(split, examples)) {
        for (const [index, { make, words, length }] of makers.entries()) {
          const random = keyed(seed, epoch, examples[row] ?? 0, ...words);
          make(image, random, views[index]?.subarray(row * length, (row + 1) * length) ?? images);
        }
        row++;
      }
      const [channels, height, width] = first.image;
      const drawn =
        mixing === undefined ? null : drawMixing(keyed(seed, epoch, place, 'mixing'), mixing, [height, width]);
      if (drawn !== null) mixImages(images, [batch, channels, height, width], drawn);
      const labels = Int32Array.from(split.labels(examples));
      return { step, epoch, images, views, labels, examples, mixing: drawn };
    },
  };
}

/** How many steps a run of this plan has. Throws DatasetError for a batch that is larger than the split. */
export function stepsOf(
  split: Pick<Split, 'name' | 'n'>,
  { batch, epochs }: Pick<BatchPlan, 'batch' | 'epochs'>,
): { readonly stepsPerEpoch: number; readonly steps: number } {
  const stepsPerEpoch = Math.floor(split.n / batch);
  if (stepsPerEpoch === 0) {
    throw new DatasetError(
      `A batch of ${batch} was asked for of the split '${split.name}', which has ${split.n} examples.`,
      'Lower the batch size, or give the split more examples.',
    );
  }
  return { stepsPerEpoch, steps: stepsPerEpoch * epochs };
}

interface Maker {
  readonly make: ViewMaker;
  /** What the view's randomness is keyed by, after (seed, epoch, example). */
  readonly words: readonly (string | number)[];
  readonly image: readonly [number, number, number];
  readonly length: number;
}

function viewMakers(options: TrainingBatchesOptions): Maker[] {
  const { split, augmentation, normalise, erasing, views, image = split.image } = options;
  const [channels, height, width] = image;
  const maker = (word: string, shape: readonly [number, number, number], words: Maker['words']): Maker => ({
    make: viewMaker({ augmentation: word, image: shape, normalise, ...(erasing && { erasing }) }),
    words,
    image: shape,
    length: shape[0] * shape[1] * shape[2],
  });
  if (views === undefined) return [maker(augmentation, image, [augmentation])];
  return views.map((view, index) =>
    maker(view.augmentation, [channels, view.size ?? height, view.size ?? width], ['view', index, view.augmentation]),
  );
}

/** The images of a batch in its order. Pixels come out of memory, files are read and decoded a few ahead. */
async function* imagesOf(split: Split, examples: Uint32Array): AsyncGenerator<RawImage> {
  if (split.encoded) {
    yield* inOrder(examples.length, READ_AHEAD, (row) => split.read(examples[row] ?? -1));
    return;
  }
  const [channels, height, width] = split.image;
  const pixels = split.images(examples);
  const length = channels * height * width;
  for (let start = 0; start < pixels.length; start += length) {
    yield { channels, height, width, data: pixels.subarray(start, start + length) };
  }
}
