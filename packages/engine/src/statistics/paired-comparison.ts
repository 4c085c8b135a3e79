import { type BitmapShape, type PairedComparison, PairTally, toTheEnd } from './pair-tally.js';
import type { PairedCounts } from './paired-counts.js';

/**
 * Compares two models by their bitmaps of correctness: one bit an example, least significant bit first, unused bits of the last
 * byte 0, as evaluations store them. Throws RangeError when a bitmap is not one of n × versions examples.
 *
 * @param level of the interval, 0.95 when left out
 */
export function comparePaired(
  first: Uint8Array,
  second: Uint8Array,
  shape: BitmapShape,
  level = 0.95,
): PairedComparison {
  return tallyOfTwo(first, second, shape, true).comparison(0, level);
}

/** The same, counted only. Throws RangeError when a bitmap is not one of n examples. */
export function pairedCounts(first: Uint8Array, second: Uint8Array, n: number): PairedCounts {
  return tallyOfTwo(first, second, { n, versions: 1 }, false).counts(0);
}

function tallyOfTwo(first: Uint8Array, second: Uint8Array, shape: BitmapShape, test: boolean): PairTally {
  const tally = new PairTally(2, [[0, 1]], shape, { counts: true, test });
  toTheEnd(tally.add([first, second]));
  toTheEnd(tally.finish());
  return tally;
}
