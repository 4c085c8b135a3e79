import { wilsonInterval } from '@stockpot/engine/statistics';
import type { MarginalIngredient, SoupEvidence } from './types.js';

const SECONDS_PER_HOUR = 3600;

/**
 * What each ingredient that stayed added to the soup before it, in the order in which the search took them, against what it cost
 * to train. Empty for a search that takes ingredients out. The order was chosen by these very scores: a gain is what the search
 * saw, not what the ingredient is worth in another order.
 */
export function marginalValues({ trace, pool, n, seconds }: SoupEvidence): MarginalIngredient[] {
  if (trace.some(({ removed }) => removed)) return [];
  let before: number | null = null;
  return trace
    .filter(({ accepted }) => accepted)
    .flatMap(({ index, score }, place) => {
      const ingredient = pool[index];
      if (ingredient === undefined) return [];
      const gain = before === null ? null : score - before;
      before = score;
      const cost = seconds[index] ?? null;
      const gainPerHour = gain === null || cost === null || cost === 0 ? null : (gain * SECONDS_PER_HOUR) / cost;
      const { low, high } = wilsonInterval(score * n, n);
      return [{ n: place + 1, ingredient, score, low, high, gain, seconds: cost, gainPerHour }];
    });
}
