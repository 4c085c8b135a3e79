import { setImmediate as nextTurn } from 'node:timers/promises';
import { and, eq, evaluations, inArray, isNotNull, type Tx } from '@stockpot/db';
import { poolDiversity } from '@stockpot/engine/analysis/documents';
import { type Answers, loadAnswers } from '../comparisons/bitmaps.js';
import { leaderboardColumns } from '../leaderboard/columns.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { type Diversity, diversityInput, type Pool } from './types.js';

/**
 * How differently the models of pools of one lab err, pair by pair, each pool on one benchmark; in the order of the pools. Models
 * that were not evaluated on it are left out; null where fewer than two are left.
 */
export const diversity = defineVerb({
  name: 'analyses.diversity',
  effect: 'read',
  policy: reader(inLab()),
  input: diversityInput,
  async run(tx, ctx: LabGrant, { pools }): Promise<readonly (Diversity | null)[]> {
    const labId = ctx.lab.id;
    const usual = await usualBenchmarks(tx, labId, pools);
    const chosen = pools.map(({ benchmark }, i) => benchmark ?? usual[i] ?? null);
    const answers = await loadAnswers(
      tx,
      labId,
      pools.flatMap(({ models }) => models),
      [...new Set(chosen.flatMap((id) => id ?? []))],
    );
    const found: (Diversity | null)[] = [];
    for (const [i, { models }] of pools.entries()) {
      const mine = new Map(
        answers.flatMap((one) => (one.benchmarkId === chosen[i] ? [[one.modelId, one] as const] : [])),
      );
      found.push(
        diversityOf(
          labId,
          models.flatMap((id) => mine.get(id) ?? []),
        ),
      );
      // A pool is up to 4,950 comparisons: others have their turn between two.
      await nextTurn();
    }
    return found;
  },
});

function diversityOf(labId: string, answers: readonly Answers[]): Diversity | null {
  const [one] = answers;
  if (one === undefined || answers.length < 2) return null;
  const { n, versions, benchmarkId } = one;
  const bitmaps = answers.map(({ bits }) => bits);
  const { pairs, mean } = poolDiversity(bitmaps, n * versions);
  const different = pairs.flatMap((row, first) =>
    row.slice(first + 1).map((pair, offset) => ({ ...pair, first, second: first + 1 + offset })),
  );
  return {
    labId,
    benchmarkId,
    n,
    versions,
    models: answers.map(({ modelId }) => modelId),
    pairs: {
      first: different.map(({ first }) => first),
      second: different.map(({ second }) => second),
      disagreement: different.map(({ disagreement }) => disagreement),
      errorCorrelation: different.map(({ errorCorrelation }) => errorCorrelation),
      kappa: different.map(({ kappa }) => kappa),
    },
    mean,
  };
}

/** Of each pool the first benchmark, in the leaderboard's order, that the most of its models were evaluated on. */
async function usualBenchmarks(tx: Tx, labId: string, pools: readonly Pool[]): Promise<(string | null)[]> {
  if (pools.every(({ benchmark }) => benchmark)) return pools.map(() => null);
  const columns = await leaderboardColumns(tx, labId);
  const evaluated = await tx
    .select({ modelId: evaluations.modelId, benchmarkId: evaluations.benchmarkId })
    .from(evaluations)
    .where(
      and(
        eq(evaluations.labId, labId),
        inArray(evaluations.modelId, [...new Set(pools.flatMap(({ models }) => models))]),
        isNotNull(evaluations.top1),
      ),
    );
  return pools.map(({ models }) => {
    const mine = new Set(models);
    const count = (id: string) =>
      evaluated.filter(({ modelId, benchmarkId }) => benchmarkId === id && mine.has(modelId)).length;
    let best: { id: string | null; models: number } = { id: null, models: 0 };
    for (const { id } of columns) if (count(id) > best.models) best = { id, models: count(id) };
    return best.id;
  });
}
