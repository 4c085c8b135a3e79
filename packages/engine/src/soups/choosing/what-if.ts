import type { SoupTrial } from '../trace.js';
import { Evaluations } from './evaluations.js';
import { soupKey, withoutOne } from './members.js';
import { ascending, type Choice, type SearchKitchen } from './search.js';

/** What a search would have found, or the first soup whose score it would have needed. */
export type WhatIf =
  | { readonly known: true; readonly choice: Choice }
  | {
      readonly known: false;
      /** Members of the soup that nobody has evaluated, ascending, with multiplicity. */
      readonly missing: readonly number[];
    };

/**
 * A search replayed from scores that are there: with another order, rule, seed or method, or with another metric (hand in
 * the scores by that metric). Nothing is evaluated.
 *
 * @param scores of each ingredient alone, by the metric of the question
 * @param known scores of soups by the same metric, by `soupKey`
 */
export async function whatIf<Options>(
  search: (options: Options, kitchen: SearchKitchen) => Promise<Choice>,
  options: Options,
  { scores, known, alike }: WhatIfScores,
): Promise<WhatIf> {
  const evaluate = (members: readonly number[]) => Promise.reject(new Unknown(members));
  const evaluations = new Evaluations({ scores, known, ...(alike === undefined ? {} : { alike }), evaluate });
  try {
    return { known: true, choice: await search(options, { evaluations }) };
  } catch (error) {
    if (!(error instanceof Unknown)) throw error;
    return { known: false, missing: ascending(error.members) };
  }
}

export interface WhatIfScores {
  readonly scores: readonly number[];
  readonly known: ReadonlyMap<string, number>;
  readonly alike?: readonly number[];
}

/**
 * The scores that a recorded trace tells, by `soupKey`.
 *
 * @param trace of greedy, greedier or pruned
 * @param ingredients how many there were: a pruned soup begins with all of them
 * @param alike as for the search; left out, all differ
 */
export function knownFromTrace(
  trace: readonly SoupTrial[],
  ingredients: number,
  alike?: readonly number[],
): Map<string, number> {
  const known = new Map<string, number>();
  const [first] = trace;
  const pruning = first?.removed === true;
  let members: readonly number[] = pruning ? Array.from({ length: ingredients }, (_, index) => index) : [];
  // The score of all together is what the first removal was compared with.
  if (pruning) known.set(soupKey(members, alike), first.best);
  let next = members;
  for (const [place, trial] of trace.entries()) {
    // Candidates of one turn of the greedier search are all compared with the soup before the turn.
    const sameTurn = trial.removed !== true && trial.turn !== undefined && trial.turn === trace[place - 1]?.turn;
    if (!sameTurn) members = next;
    const candidate = trial.removed === true ? withoutOne(members, trial.index) : [...members, trial.index];
    known.set(soupKey(candidate, alike), trial.score);
    if (trial.accepted) next = candidate;
  }
  return known;
}

/** Ends a replay; nobody outside sees it. */
class Unknown extends Error {
  constructor(readonly members: readonly number[]) {
    super(`The score of the soup of ${members.join(', ')} is not known.`);
  }
}
