import { SMALLEST_SCALE } from './weights.js';

/** The smallest and the largest number that are kept apart; 0 lies between. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** How u8 stands for a range: (integer − zero) · scale. */
export interface Step {
  readonly scale: number;
  readonly zero: number;
}

/** 255 steps over the range, with 0 exactly on one of them. */
export function stepOf({ low, high }: Range): Step {
  const [from, to] = [Math.min(0, low), Math.max(0, high)];
  const scale = Math.fround((to - from) / 255);
  // Nothing but zeros, or next to it: any scale gives them back.
  if (scale < SMALLEST_SCALE) return { scale: 1, zero: 0 };
  return { scale, zero: Math.min(255, Math.max(0, Math.round(-from / scale))) };
}

const BINS = 2048;

/** Counts numbers between two ends, to find the range that holds a share of them. */
export class Histogram {
  readonly #range: Range;
  readonly #counts = new Float64Array(BINS);
  #n = 0;

  /** @param range that holds every number that will come */
  constructor(range: Range) {
    this.#range = range;
  }

  add(numbers: ArrayLike<number>): void {
    const { low, high } = this.#range;
    const scale = high - low > SMALLEST_SCALE ? BINS / (high - low) : 0;
    for (let i = 0; i < numbers.length; i++) {
      const bin = Math.min(BINS - 1, Math.max(0, Math.floor(((numbers[i] ?? 0) - low) * scale)));
      this.#counts[bin] = (this.#counts[bin] ?? 0) + 1;
    }
    this.#n += numbers.length;
  }

  /** The narrowest range of whole bins with at most (1 − share) / 2 of the numbers beyond each end. */
  holding(share: number): Range {
    const { low, high } = this.#range;
    if (high - low <= SMALLEST_SCALE) return this.#range;
    const beyond = (this.#n * (1 - share)) / 2;
    const width = (high - low) / BINS;
    let first = 0;
    for (let sum = this.#counts[0] ?? 0; sum <= beyond && first < BINS - 1; sum += this.#counts[first] ?? 0) first++;
    let last = BINS - 1;
    for (let sum = this.#counts[last] ?? 0; sum <= beyond && last > first; sum += this.#counts[last] ?? 0) last--;
    return { low: low + first * width, high: low + (last + 1) * width };
  }
}
