import type { FidelityRow } from './row.fixture.js';

/** Numbers of Stockpot, each with the oracle's. */
export type Pairs = readonly (readonly [found: number, expected: number])[];

/** A row of single numbers: the largest difference among the pairs, `relative` to each expected one. */
export function pairRow(
  subject: string,
  quantity: string,
  oracle: string,
  difference: FidelityRow['difference'],
  bound: number,
  pairs: () => Pairs | Promise<Pairs>,
): FidelityRow {
  return {
    ...{ subject, quantity, oracle, difference, bound },
    measure: async () =>
      (await pairs()).reduce((largest, [found, expected]) => {
        const gap = Math.abs(found - expected);
        const one = difference === 'absolute' || gap === 0 ? gap : gap / Math.abs(expected);
        return one <= largest ? largest : one;
      }, 0),
  };
}

/** The numbers of two lists, position by position. */
export function paired(found: ArrayLike<number>, expected: ArrayLike<number>): Pairs {
  return Array.from({ length: Math.max(found.length, expected.length) }, (_, index) => [
    found[index] ?? Number.NaN,
    expected[index] ?? Number.NaN,
  ]);
}
