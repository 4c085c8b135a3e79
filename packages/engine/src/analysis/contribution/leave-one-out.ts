import { CancelledError } from '../../errors.js';
import type { CoalitionValues } from './game.js';

/**
 * What the soup of all loses without each ingredient: v(N) − v(N∖{i}), k + 1 evaluations. Negative for an ingredient that
 * the soup is better without. Two ingredients that can stand in for each other both show 0; Shapley values share their worth
 * between them.
 *
 * @returns [players]
 */
export async function leaveOneOut(values: CoalitionValues, signal?: AbortSignal): Promise<number[]> {
  const everybody = Array.from({ length: values.players }, (_, player) => player);
  const all = await values.of(everybody);
  const losses: number[] = [];
  for (const player of everybody) {
    if (signal?.aborted) throw new CancelledError('The analysis');
    losses.push(all - (await values.of(everybody.filter((other) => other !== player))));
  }
  return losses;
}
