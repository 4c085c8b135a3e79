import { numbersOf, type Tensor } from '../../graph/tensor.js';

/** Weights as signed integers of eight bits, a scale for each output channel, 0 for 0. */
export interface QuantisedWeights {
  readonly data: Int8Array;
  readonly shape: readonly number[];
  /** One for each index along `axis`; f32 numbers. */
  readonly scales: Float32Array;
  readonly axis: number;
}

/** The smallest normal f32. */
export const SMALLEST_SCALE = 2 ** -126;

export interface WeightOptions {
  /**
   * Seven bits instead of eight: processors without VNNI add products of u8 and i8 in sixteen bits, where eight of them may
   * not fit.
   */
  readonly reduceRange: boolean;
}

/**
 * Rounds weights to the nearest of 255 (or 127) steps that are the same on both sides of 0, channel by channel: scale =
 * largest magnitude / 127 (or 63).
 *
 * @param axis of the output channels
 * @param options.least scale of each channel, which a smaller one is raised to, and that of a channel of zeros; 0 for any
 */
export function quantiseWeights(
  weights: Tensor,
  axis: number,
  { reduceRange, least = [] }: WeightOptions & { readonly least?: ArrayLike<number> },
): QuantisedWeights {
  const { shape } = weights;
  const numbers = numbersOf(weights);
  const channels = shape[axis] ?? 1;
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const most = reduceRange ? 63 : 127;
  const largest = new Float64Array(channels);
  const channelOf = (i: number) => Math.floor(i / inner) % channels;
  for (let i = 0; i < numbers.length; i++) {
    const channel = channelOf(i);
    largest[channel] = Math.max(largest[channel] ?? 0, Math.abs(numbers[i] ?? 0));
  }
  // A channel of zeros, or of numbers that no normal f32 is a 127th of, has any scale, and becomes zeros.
  const scales = Float32Array.from(largest, (magnitude, channel) => {
    const scale = Math.max(magnitude / most, least[channel] ?? 0);
    return scale < SMALLEST_SCALE ? 1 : scale;
  });
  const data = new Int8Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const steps = Math.round((numbers[i] ?? 0) / (scales[channelOf(i)] ?? 1));
    data[i] = Math.min(most, Math.max(-most, steps));
  }
  return { data, shape, scales, axis };
}

/** The matrix with its axes exchanged. */
export function transposed({ dtype, shape, ...matrix }: Tensor): Tensor {
  const [rows = 0, columns = 0] = shape;
  const from = numbersOf({ dtype, shape, ...matrix });
  const data = new Float32Array(from.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) data[column * rows + row] = from[row * columns + column] ?? 0;
  }
  return { dtype: 'f32', shape: [columns, rows], data };
}
