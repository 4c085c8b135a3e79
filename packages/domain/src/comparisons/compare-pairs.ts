import { rankQueries as queries, type Tx } from '@stockpot/db';
import type { Pair } from '@stockpot/engine/statistics';
import type { Answered } from './answers.js';
import { comparisonOf } from './compare.js';
import { tallyAnswers } from './tally.js';
import type { Comparison } from './types.js';

interface PairOfModels {
  readonly first: string;
  readonly second: string;
}

/** Pairs of models on every benchmark that both are among the answered of; in the order of the pairs, and by benchmark. */
export async function comparePairs(
  tx: Tx,
  labId: string,
  answered: readonly Answered[],
  pairs: readonly PairOfModels[],
): Promise<Comparison[]> {
  const alike = new Map<string, Answered[]>();
  for (const one of answered) {
    const key = `${one.benchmarkId} ${one.n} ${one.versions}`;
    const mine = alike.get(key);
    if (mine === undefined) alike.set(key, [one]);
    else mine.push(one);
  }
  const groups = [...alike.values()]
    .map((mine) => ({ answered: mine, ...placesOf(mine, pairs) }))
    .filter((group) => group.pairs.length > 0);
  const tallies = await tallyAnswers(tx, labId, groups, { counts: true, test: true });
  const best = await bestOfPools(tx, labId, groups);
  return pairs.flatMap((_, asked) =>
    groups.flatMap(({ answered: mine, pairs: places, asked: askedOf }, at) => {
      const pair = askedOf.indexOf(asked);
      const [i, j] = places[pair] ?? [-1, -1];
      const [first, second, tally] = [mine[i], mine[j], tallies[at]];
      if (first === undefined || second === undefined || tally === undefined) return [];
      const comparison = comparisonOf(labId, first, second, tally.comparison(pair));
      return [best.has(first.id) || best.has(second.id) ? { ...comparison, spent: true } : comparison];
    }),
  );
}

/** Evaluations that made their model the best ingredient of a pool: what one would take instead of the soup was chosen by them. */
async function bestOfPools(
  tx: Tx,
  labId: string,
  groups: readonly { readonly answered: readonly Answered[] }[],
): Promise<ReadonlySet<string>> {
  const chosenOn = groups.flatMap(({ answered }) =>
    answered.flatMap(({ id, role }) => (role === 'selection' ? id : [])),
  );
  return queries.bestOfPools(tx, labId, chosenOn);
}

/** Which of the pairs are both answered, by their places there, and which of the pairs each was. */
function placesOf(answered: readonly Answered[], pairs: readonly PairOfModels[]) {
  const places = new Map(answered.map(({ modelId }, place) => [modelId, place]));
  const found: { pairs: Pair[]; asked: number[] } = { pairs: [], asked: [] };
  for (const [asked, { first, second }] of pairs.entries()) {
    const [i, j] = [places.get(first), places.get(second)];
    if (i === undefined || j === undefined) continue;
    found.pairs.push([i, j]);
    found.asked.push(asked);
  }
  return found;
}
