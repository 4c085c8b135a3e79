import { type AcceptOptions, accepts } from './accept.js';
import { type OrderOptions, searchOrder } from './order.js';
import { ascending, type Choice, evaluated, noIngredients, type SearchKitchen, type Trial } from './search.js';

export interface GreedyOptions extends AcceptOptions, OrderOptions {
  /** Candidates refused in a row after which the search ends; left out, all are tried. */
  readonly patience?: number;
}

/**
 * The greedy recipe (Wortsman et al. 2022): each ingredient in turn stays in the soup if the soup with it is accepted.
 * Evaluates each candidate once, so never more than one soup less than there are ingredients.
 *
 * With tolerance 0 the scores of accepted soups never fall, and with the default start the last one is no less than the best
 * ingredient's; a tolerance t gives away at most t.
 */
export async function searchGreedily(options: GreedyOptions, kitchen: SearchKitchen): Promise<Choice> {
  const { scores } = kitchen.evaluations;
  const [first, ...others] = searchOrder(scores, options);
  if (first === undefined) throw noIngredients('A greedy soup');
  let members = [first];
  let { score, cached, milliseconds } = await evaluated(kitchen, members);
  let best = score;
  const start = { round: 0, index: first, candidate: members, score, best, accepted: true, members: 1 };
  const trace: Trial[] = [{ ...start, cached, milliseconds }];
  let refused = 0;
  for (const [place, index] of others.entries()) {
    if (refused === options.patience) break;
    const candidate = [...members, index];
    const found = await evaluated(kitchen, candidate);
    const accepted = accepts(options, found.score, best);
    if (accepted) {
      members = candidate;
      score = found.score;
    }
    trace.push({ round: place + 1, index, candidate, best, accepted, members: members.length, ...found });
    if (accepted) best = Math.max(best, found.score);
    refused = accepted ? 0 : refused + 1;
    kitchen.onProgress?.(place + 1, others.length);
  }
  return { members: ascending(members), score, trace };
}
