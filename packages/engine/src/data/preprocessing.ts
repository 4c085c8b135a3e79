import { z } from 'zod';

const side = z.int().min(1).max(65_536);
const area = z.strictObject({ height: side, width: side });

export const INTERPOLATIONS = ['nearest', 'bilinear', 'bicubic'] as const;
export const interpolation = z.enum(INTERPOLATIONS);
export type Interpolation = z.infer<typeof interpolation>;

/**
 * What a model's input layer expects: pixels scaled to [0, 1], less the mean, divided by the standard deviation, per
 * channel. Travels in a checkpoint's metadata, so that a model is never fed another model's normalisation.
 *
 * The last three say how an image of another size than the model's input comes to it when it is tested (see
 * `transforms/test-transform.ts`); a model that was trained on images of one size has none of them.
 */
export const preprocessing = z.strictObject({
  mean: z.array(z.number()).min(1),
  std: z.array(z.number().positive()).min(1),
  /**
   * To which size the image is resized first: its shorter side, the aspect ratio kept, or both sides, the aspect ratio
   * given up. Left out: straight to the model's input.
   */
  resize: z.union([z.strictObject({ shortest: side }), area]).exactOptional(),
  /** The part about the centre that is cut out then. Left out: the model's input. */
  crop: area.exactOptional(),
  /** Left out: bilinear. All of them average over the pixels they shrink together. */
  interpolation: interpolation.exactOptional(),
});
export type Preprocessing = z.infer<typeof preprocessing>;

/**
 * Mean and standard deviation of each channel over a whole set of images, from exact integer sums.
 *
 * @param images unsigned bytes [n, c, h, w], n ≥ 1
 */
export function measurePreprocessing(images: Uint8Array, shape: readonly [number, number, number]): Preprocessing {
  const [channels, height, width] = shape;
  const plane = height * width;
  const n = images.length / (channels * plane);
  if (n < 1) throw new RangeError('The mean of no images was asked for.');
  const mean: number[] = [];
  const std: number[] = [];
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    let squares = 0;
    for (let image = 0; image < n; image++) {
      const start = (image * channels + channel) * plane;
      for (let at = start; at < start + plane; at++) {
        const value = images[at] ?? 0;
        sum += value;
        squares += value * value;
      }
    }
    const count = n * plane;
    const average = sum / count;
    // A channel of one constant value has no scale of its own: leave it as it is rather than divide by zero.
    const deviation = Math.sqrt(Math.max(0, squares / count - average * average));
    mean.push(average / 255);
    std.push(deviation === 0 ? 1 : deviation / 255);
  }
  return { mean, std };
}

/** For each channel the 256 normalised values of a byte, computed in f64 and rounded once to f32. */
export function normalisationTable({ mean, std }: Preprocessing, channels: number): Float32Array {
  assertChannels(mean, std, channels);
  const table = new Float32Array(channels * 256);
  for (let channel = 0; channel < channels; channel++) {
    for (let value = 0; value < 256; value++) {
      table[channel * 256 + value] = (value / 255 - (mean[channel] ?? 0)) / (std[channel] ?? 1);
    }
  }
  return table;
}

/** Bytes [n, c, h, w] as a model sees them, in the same layout. */
export function normaliseImages(
  images: Uint8Array,
  shape: readonly [number, number, number],
  normalise: Preprocessing,
): Float32Array<ArrayBuffer> {
  const [channels, height, width] = shape;
  const plane = height * width;
  const table = normalisationTable(normalise, channels);
  const result = new Float32Array(images.length);
  for (let start = 0, channel = 0; start < images.length; start += plane, channel = (channel + 1) % channels) {
    const offset = channel * 256;
    for (let at = start; at < start + plane; at++) result[at] = table[offset + (images[at] ?? 0)] ?? 0;
  }
  return result;
}

function assertChannels(mean: readonly number[], std: readonly number[], channels: number): void {
  if (mean.length !== channels || std.length !== channels) {
    throw new RangeError(
      `Preprocessing has ${mean.length} means and ${std.length} deviations for images of ${channels} channels.`,
    );
  }
}
