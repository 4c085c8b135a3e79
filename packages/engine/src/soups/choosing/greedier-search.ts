import { type AcceptOptions, accepts } from './accept.js';
import type { Evaluated } from './evaluations.js';
import { bestFirst, type OrderOptions } from './order.js';
import { ascending, type Choice, evaluated, noIngredients, type SearchKitchen, type Trial } from './search.js';

export interface GreedierOptions extends AcceptOptions, Pick<OrderOptions, 'ties'> {
  /** An ingredient may be taken again: coefficients are then multiplicities. Left out, each is taken once. */
  readonly replacement?: boolean;
  /**
   * Most ingredients in the soup, with multiplicity. Left out, as many as there are ingredients, and twice as many with
   * replacement: with the rule >= and equal scores there would be no end.
   */
  readonly most?: number;
}

/**
 * Greedier than greedy: every turn tries every ingredient that may still be added and takes the best of them, if it is
 * accepted; else the search ends. Our own definition: no paper was found under this name. Without replacement k ingredients
 * cost at most k(k−1)/2 evaluations.
 *
 * Equally good candidates: the one whose own score is best, then as `ties` says. A soup that was the soup before (the same
 * shares by other multiplicities) is no candidate.
 */
export async function searchGreedier(options: GreedierOptions, kitchen: SearchKitchen): Promise<Choice> {
  const { evaluations } = kitchen;
  const { replacement = false, ties = 'listed' } = options;
  const order = bestFirst(evaluations.scores, ties);
  const [first] = order;
  if (first === undefined) throw noIngredients('A greedier soup');
  const most = options.most ?? order.length * (replacement ? 2 : 1);
  let members = [first];
  let { score, cached, milliseconds } = await evaluated(kitchen, members);
  let best = score;
  const start = { round: 0, turn: 0, index: first, candidate: members, score, best, accepted: true, members: 1 };
  const trace: Trial[] = [{ ...start, cached, milliseconds }];
  const visited = new Set([evaluations.key(members)]);
  for (let turn = 1; members.length < most; turn++) {
    const added = order.filter((index) => replacement || !members.includes(index));
    const candidates = added.filter((index) => !visited.has(evaluations.key([...members, index])));
    const tried: { readonly index: number; readonly candidate: readonly number[]; readonly found: Evaluated }[] = [];
    for (const index of candidates) {
      const candidate = [...members, index];
      tried.push({ index, candidate, found: await evaluated(kitchen, candidate) });
    }
    const highest = Math.max(...tried.map(({ found }) => found.score));
    const winner = tried.find(({ found }) => found.score === highest);
    const goes = winner !== undefined && accepts(options, winner.found.score, best);
    if (goes) {
      members = [...winner.candidate];
      score = winner.found.score;
      visited.add(evaluations.key(members));
    }
    for (const { index, candidate, found } of tried) {
      const accepted = goes && index === winner.index;
      trace.push({ round: trace.length, turn, index, candidate, best, accepted, members: members.length, ...found });
    }
    kitchen.onProgress?.(turn, most - 1);
    if (!goes) break;
    best = Math.max(best, score);
  }
  return { members: ascending(members), score, trace };
}
