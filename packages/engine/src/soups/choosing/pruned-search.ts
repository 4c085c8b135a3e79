import { type AcceptOptions, accepts } from './accept.js';
import { withoutOne } from './members.js';
import { bestFirst, type OrderOptions } from './order.js';
import { ascending, type Choice, evaluated, noIngredients, type SearchKitchen, type Trial } from './search.js';

export interface PrunedOptions extends AcceptOptions, Pick<OrderOptions, 'ties'> {
  /** Most passes over the ingredients; left out, until a pass takes none out. */
  readonly passes?: number;
}

/**
 * The pruned soup (Dansereau et al. 2023): all ingredients at first, then, worst first, each is taken out for good if the soup
 * without it is accepted (does not score less, by the rule >=); passes are repeated until one takes none out. The last
 * ingredient stays. The soup may score less than its best ingredient: it never looks at them alone.
 *
 * k ingredients cost one evaluation for all of them together and at most k a pass.
 */
export async function searchPruned(options: PrunedOptions, kitchen: SearchKitchen): Promise<Choice> {
  const { scores } = kitchen.evaluations;
  // Among equally good ones, the last of the order of tries is the first to go.
  const worstFirst = bestFirst(scores, options.ties).reverse();
  if (worstFirst.length === 0) throw noIngredients('A pruned soup');
  let members = ascending(worstFirst);
  let { score } = await evaluated(kitchen, members);
  let best = score;
  const trace: Trial[] = [];
  for (let turn = 0; turn < (options.passes ?? Number.POSITIVE_INFINITY); turn++) {
    const before = members.length;
    for (const index of worstFirst) {
      if (members.length === 1) break;
      if (!members.includes(index)) continue;
      const candidate = withoutOne(members, index);
      const found = await evaluated(kitchen, candidate);
      const accepted = accepts(options, found.score, best);
      if (accepted) {
        members = candidate;
        score = found.score;
      }
      const trial = { round: trace.length, turn, index, removed: true, candidate, best, accepted } as const;
      trace.push({ ...trial, members: members.length, ...found });
      if (accepted) best = Math.max(best, found.score);
      kitchen.onProgress?.(scores.length - members.length, scores.length - 1);
    }
    if (members.length === before) break;
  }
  return { members, score, trace };
}
