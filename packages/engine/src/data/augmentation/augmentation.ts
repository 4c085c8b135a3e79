import type { Random } from '../../random/index.js';

/**
 * Changes one image of one epoch. All randomness comes from `random`, which is keyed by (seed, epoch, example,
 * operation).
 *
 * @param source bytes [c, h, w]
 * @param target receives values in [0, 255], [c, h, w]
 */
export type Augment = (
  source: Uint8Array,
  shape: readonly [number, number, number],
  random: Random,
  target: Float64Array,
) => void;
