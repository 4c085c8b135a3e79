import type { TestImages } from '../data/test-images.js';
import { CancelledError } from '../errors.js';

export interface AnswerOptions {
  /** Looked at before each chunk of the images. */
  readonly signal: AbortSignal;
  /** Called after each chunk with the images done. */
  readonly onProgress?: (done: number) => void;
}

/**
 * A classifier's logits for images, chunk by chunk.
 *
 * @returns [images, classes]
 */
export async function answer(
  model: {
    readonly classes: number;
    logits(images: Float32Array): Promise<Float32Array>;
  },
  images: TestImages,
  { signal, onProgress }: AnswerOptions,
): Promise<Float32Array<ArrayBuffer>> {
  const logits = new Float32Array(images.n * model.classes);
  let at = 0;
  for (let index = 0; index < images.chunks; index++) {
    if (signal.aborted) throw new CancelledError('The evaluation');
    const chunk = await images.chunk(index);
    const answers = await model.logits(chunk);
    logits.set(answers, at);
    at += answers.length;
    onProgress?.(at / model.classes);
  }
  return logits;
}
