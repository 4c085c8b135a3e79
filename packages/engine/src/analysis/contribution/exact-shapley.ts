import { CancelledError } from '../../errors.js';
import { MOST_ENUMERATED } from '../../recipe/analysis-kinds/contribution.js';
import { AnalysisError } from '../errors.js';
import type { CoalitionValues } from './game.js';

/**
 * Shapley values by enumeration of all coalitions,
 *
 *     φ_i = Σ_{S ∌ i} |S|!·(k−|S|−1)!/k! · (v(S ∪ {i}) − v(S)),
 *
 * 2^k − 1 evaluations. They add up to v(N) − v(∅), are equal for players that can stand in for each other, and 0 for one that
 * changes nothing.
 *
 * Source: Shapley, A value for n-person games, 1953.
 *
 * @returns [players], in the unit of the game's worth
 * @throws AnalysisError for more than 12 players: sample them
 */
export async function exactShapley(values: CoalitionValues, signal?: AbortSignal): Promise<number[]> {
  const { players } = values;
  if (players > MOST_ENUMERATED) {
    throw new AnalysisError(
      `Exact Shapley values of ${players} models need ${2 ** players - 1} evaluations.`,
      `Sample them, or take at most ${MOST_ENUMERATED} models.`,
    );
  }
  const worth: number[] = [];
  for (let coalition = 0; coalition < 2 ** players; coalition++) {
    if (signal?.aborted) throw new CancelledError('The analysis');
    worth.push(await values.of(membersOf(coalition, players)));
  }
  const weights = coalitionWeights(players);
  return Array.from({ length: players }, (_, player) => {
    let sum = 0;
    for (let coalition = 0; coalition < 2 ** players; coalition++) {
      if ((coalition >> player) & 1) continue;
      const gain = (worth[coalition | (1 << player)] ?? 0) - (worth[coalition] ?? 0);
      sum += (weights[membersOf(coalition, players).length] ?? 0) * gain;
    }
    return sum;
  });
}

function membersOf(coalition: number, players: number): number[] {
  return Array.from({ length: players }, (_, player) => player).filter((player) => (coalition >> player) & 1);
}

/** |S|!·(k−|S|−1)!/k! for |S| = 0 … k−1: 1/k over the binomial coefficient of k−1 and |S|. */
function coalitionWeights(players: number): number[] {
  const weights: number[] = [];
  let binomial = 1;
  for (let size = 0; size < players; size++) {
    weights.push(1 / (players * binomial));
    binomial = (binomial * (players - 1 - size)) / (size + 1);
  }
  return weights;
}
