import { keyed } from '../random/index.js';
import type { Split } from './dataset.js';
import { inOrder } from './in-order.js';
import type { Preprocessing } from './preprocessing.js';
import type { RawImage } from './raw-image.js';
import { viewMaker } from './views.js';

/** How images are made ready to be tested: plain values, which go to a thread as they are. */
export interface TestPlan {
  /** [c, h, w] that the model takes. */
  readonly image: readonly [number, number, number];
  readonly normalise: Preprocessing;
  /** Positions in the split, in the order of the images; all of the split when left out. */
  readonly positions?: readonly number[];
  /** Images of one chunk; left out, up to a thousand, as memory allows. Nothing but memory depends on it. */
  readonly rows?: number;
}

/** Images as a model is tested on them, normalised, chunk by chunk. */
export interface TestImages extends AsyncDisposable {
  /** Images of all chunks. */
  readonly n: number;
  readonly chunks: number;
  /** Normalised values [rows, c, h, w] of a chunk, 0 … chunks−1; the last one may have fewer rows. */
  chunk(index: number): Promise<Float32Array<ArrayBuffer>>;
}

const MOST_ROWS = 1000;
const MOST_BYTES = 128 * 2 ** 20;
/** Chunks are whole numbers of these, so that a network that takes a hundred at once is seldom padded. */
const ROWS_STEP = 100;
const READ_AHEAD = 8;

/** Of a split, by this thread. */
export function testImages(split: Split, plan: TestPlan): TestImages {
  const positions = plan.positions ?? Array.from({ length: split.n }, (_, position) => position);
  return testImagesFrom(positions.length, plan, async function* (from, to) {
    if (split.encoded) {
      yield* inOrder(to - from, READ_AHEAD, (row) => split.read(positions[from + row] ?? -1));
      return;
    }
    yield* imagesIn(split.images(positions.slice(from, to)), split.image);
  });
}

/** Of bytes [n, c, h, w] in memory. */
export function testImagesOf(bytes: Uint8Array, size: readonly [number, number, number], plan: TestPlan): TestImages {
  const length = size[0] * size[1] * size[2];
  return testImagesFrom(bytes.length / length, plan, async function* (from, to) {
    yield* imagesIn(bytes.subarray(from * length, to * length), size);
  });
}

/** How many chunks `n` images make, and of how many rows. */
export function chunksOf(n: number, { image, rows }: TestPlan): { readonly chunks: number; readonly rows: number } {
  const bytes = image[0] * image[1] * image[2] * Float32Array.BYTES_PER_ELEMENT;
  const fitting = Math.floor(MOST_BYTES / bytes / ROWS_STEP) * ROWS_STEP;
  const chosen = rows ?? Math.min(MOST_ROWS, Math.max(ROWS_STEP, fitting));
  return { chunks: Math.ceil(n / chosen), rows: chosen };
}

/**
 * Of `n` images from anywhere.
 *
 * @param imagesFrom reads images `from` … `to`−1 in order
 */
export function testImagesFrom(
  n: number,
  plan: TestPlan,
  imagesFrom: (from: number, to: number) => AsyncGenerator<RawImage>,
): TestImages {
  const { chunks, rows } = chunksOf(n, plan);
  const make = viewMaker({ augmentation: 'none', image: plan.image, normalise: plan.normalise });
  const length = plan.image[0] * plan.image[1] * plan.image[2];
  // A test draws nothing.
  const random = keyed(0);
  return {
    n,
    chunks,
    async chunk(index) {
      if (!Number.isInteger(index) || index < 0 || index >= chunks) {
        throw new RangeError(`Chunk ${index} of the images was asked for; there are ${chunks}.`);
      }
      const from = index * rows;
      const to = Math.min(n, from + rows);
      const values = new Float32Array((to - from) * length);
      let start = 0;
      for await (const image of imagesFrom(from, to)) {
        make(image, random, values.subarray(start, start + length));
        start += length;
      }
      return values;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function* imagesIn(pixels: Uint8Array, [channels, height, width]: readonly [number, number, number]) {
  const length = channels * height * width;
  for (let start = 0; start < pixels.length; start += length) {
    yield { channels, height, width, data: pixels.subarray(start, start + length) };
  }
}
