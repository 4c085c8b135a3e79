import { absorb, INITIAL_STATE, type StreamState, type Word } from './keyed.js';
import { multiplyHigh, philox4x32 } from './philox.js';

const TWO_TO_32 = 0x1_0000_0000;

/**
 * A stream of random numbers that is a pure function of its words. Draws advance it; `fork` gives an unrelated stream
 * that does not depend on how many numbers were drawn before.
 */
export class Random {
  readonly #state: StreamState;
  readonly #key: Uint32Array;
  readonly #counter: Uint32Array;
  readonly #block = new Uint32Array(4);
  #used = 4;
  #spareNormal: number | undefined;

  constructor(state: StreamState) {
    const [key0 = 0, key1 = 0, upper0 = 0, upper1 = 0] = state;
    this.#state = state;
    this.#key = Uint32Array.of(key0, key1);
    this.#counter = Uint32Array.of(0, 0, upper0, upper1);
  }

  /** An integer in [0, 2^32). */
  uint32(): number {
    if (this.#used === 4) this.#refill();
    return this.#block[this.#used++] ?? 0;
  }

  /** A number in [0, 1), a multiple of 2^-53. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 0x400_0000 + low) / 0x20_0000_0000_0000;
  }

  /** A draw from the standard normal distribution, by the polar method of Marsaglia and Bray (1964). */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const square = u * u + v * v;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spareNormal = v * factor;
      return u * factor;
    }
  }

  /**
   * An integer in [0, n), every one equally likely: D. Lemire, "Fast random integer generation in an interval" (2019).
   *
   * @param n a whole number in [1, 2^32]; RangeError otherwise
   */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > TWO_TO_32) {
      throw new RangeError(`A random integer below ${n} was asked for: the bound must be a whole number in 1 … 2^32.`);
    }
    if (n === TWO_TO_32) return this.uint32();
    // The rejected low products are those that would make the first (2^32 mod n) results one draw likelier.
    const rejected = (TWO_TO_32 - n) % n;
    for (;;) {
      const word = this.uint32();
      const low = Math.imul(word, n) >>> 0;
      if (low >= rejected) return multiplyHigh(word, n);
    }
  }

  /** The numbers 0 … n−1, every order equally likely (Fisher and Yates). */
  permutation(n: number): Uint32Array<ArrayBuffer> {
    const order = Uint32Array.from({ length: n }, (_, index) => index);
    for (let last = n - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const kept = order[last] ?? 0;
      order[last] = order[other] ?? 0;
      order[other] = kept;
    }
    return order;
  }

  /** The stream of this stream's words followed by `words`, wherever this stream stands. */
  fork(...words: Word[]): Random {
    return new Random(absorb(this.#state, words));
  }

  #refill(): void {
    philox4x32(this.#counter, this.#key, this.#block);
    this.#used = 0;
    const low = ((this.#counter[0] ?? 0) + 1) >>> 0;
    this.#counter[0] = low;
    if (low === 0) this.#counter[1] = (this.#counter[1] ?? 0) + 1;
  }
}

/** The stream for a seed and the words that say what it is used for, e.g. `keyed(seed, epoch, example, 'mask')`. */
export function keyed(seed: number, ...words: Word[]): Random {
  return new Random(absorb(INITIAL_STATE, [seed, ...words]));
}
