import { mixtureKey, type Shares } from './shares.js';

/** Something that is known of mixtures, at most once measured for each. */
export interface Remembered<T> {
  readonly of: (shares: Shares) => Promise<T>;
  /** Mixtures that were measured: the cost. */
  readonly measured: number;
  /** Questions that were answered from memory. */
  readonly hits: number;
}

/**
 * Measures no mixture twice, whichever analysis asks: the ends of every path and the corners of a ternary grid are the
 * ingredients themselves, and the middle of a path is the uniform soup of two. A measurement that fails is not remembered.
 */
export function remember<T>(measure: (shares: Shares) => Promise<T>): Remembered<T> {
  const known = new Map<string, Promise<T>>();
  let hits = 0;
  return {
    async of(shares) {
      const key = mixtureKey(shares);
      const found = known.get(key);
      if (found !== undefined) hits++;
      const answer = found ?? measure(shares);
      known.set(key, answer);
      try {
        return await answer;
      } catch (error) {
        known.delete(key);
        throw error;
      }
    },
    get measured() {
      return known.size;
    },
    get hits() {
      return hits;
    },
  };
}
