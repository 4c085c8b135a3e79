import { setImmediate as nextTurn } from 'node:timers/promises';

/** Words between two turns of the process, which serves others too: some milliseconds. */
const A_TURN = 1e6;
/** What a comparison costs beside the reading of answers, in words. */
const A_TEST = 100;

/**
 * Compares all pairs i < j of k models, letting others have their turn in between. Gives the same function, which then knows.
 *
 * @param words that one comparison goes through
 */
export async function pairsInTurns<T>(
  k: number,
  words: number,
  compare: (i: number, j: number) => T,
): Promise<(i: number, j: number) => T> {
  const known: T[][] = [];
  let since = 0;
  for (let i = 0; i < k; i++) {
    const row: T[] = [];
    for (let j = i + 1; j < k; j++) {
      row.push(compare(i, j));
      since += words + A_TEST;
      if (since < A_TURN) continue;
      since = 0;
      await nextTurn();
    }
    known.push(row);
  }
  return (i, j) => known[i]?.[j - i - 1] ?? compare(i, j);
}
