import { normaliseImages, type Preprocessing } from '../data/preprocessing.js';
import { CancelledError } from '../errors.js';

/** Images that are normalised and answered at once: bounds memory, and how long a cancelled evaluation goes on. */
const CHUNK = 1000;

export interface AnswerOptions {
  readonly signal: AbortSignal;
  /** Called after each chunk with the images done. */
  readonly onProgress?: (done: number) => void;
}

/**
 * A classifier's logits for images, chunk by chunk.
 *
 * @param images bytes [n, c, h, w]
 * @param shape [c, h, w]
 * @returns [n, classes]
 */
export async function answer(
  model: {
    readonly classes: number;
    logits(images: Float32Array): Promise<Float32Array>;
  },
  images: Uint8Array,
  shape: readonly [number, number, number],
  preprocessing: Preprocessing,
  { signal, onProgress }: AnswerOptions,
): Promise<Float32Array<ArrayBuffer>> {
  const size = shape[0] * shape[1] * shape[2];
  const n = images.length / size;
  const logits = new Float32Array(n * model.classes);
  for (let start = 0; start < n; start += CHUNK) {
    if (signal.aborted) throw new CancelledError('The evaluation');
    const end = Math.min(n, start + CHUNK);
    const pixels = normaliseImages(images.subarray(start * size, end * size), shape, preprocessing);
    logits.set(await model.logits(pixels), start * model.classes);
    onProgress?.(end);
  }
  return logits;
}
