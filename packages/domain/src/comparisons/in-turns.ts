import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds of work between two turns of the process, which serves others too. */
const A_TURN = 5;

/** Does work that rests often, and lets others have their turn at those rests when it has been at it for some milliseconds. */
export async function inTurns(work: Iterable<void>, clock: () => number = () => performance.now()): Promise<void> {
  let since = clock();
  for (const _ of work) {
    if (clock() - since < A_TURN) continue;
    await nextTurn();
    since = clock();
  }
}
