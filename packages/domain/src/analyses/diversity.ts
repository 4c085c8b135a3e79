import { and, eq, evaluations, inArray, isNotNull, type Tx } from '@stockpot/db';
import { meanDiversity, pairDiversity } from '@stockpot/engine/analysis/documents';
import { allPairs } from '@stockpot/engine/statistics';
import { type Answered, loadAnswered } from '../comparisons/answers.js';
import { tallyAnswers } from '../comparisons/tally.js';
import type { Context } from '../context.js';
import { leaderboardColumns } from '../leaderboard/columns.js';
import { Remembered } from '../remembered.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { type Diversity, diversityInput, type Pool } from './types.js';

/** Pools that one process keeps: those of the soups and runs that are looked at now. */
const pools = new Remembered<Diversity>(64);

/**
 * How differently the models of pools of one lab err, pair by pair, each pool on one benchmark; in the order of the pools. Models
 * that were not evaluated on it are left out; null where fewer than two are left.
 */
export const diversity = defineVerb({
  name: 'analyses.diversity',
  effect: 'read',
  policy: reader(inLab()),
  input: diversityInput,
  async run(tx, ctx: LabGrant & Context, input): Promise<readonly (Diversity | null)[]> {
    const labId = ctx.lab.id;
    const usual = await usualBenchmarks(tx, labId, input.pools);
    const chosen = input.pools.map(({ benchmark }, i) => benchmark ?? usual[i] ?? null);
    const answered = await loadAnswered(
      tx,
      labId,
      input.pools.flatMap(({ models }) => models),
      chosen.flatMap((id) => id ?? []),
    );
    const found: (Diversity | null)[] = [];
    for (const [i, { models }] of input.pools.entries()) {
      const mine = new Map(
        answered.flatMap((one) => (one.benchmarkId === chosen[i] ? [[one.modelId, one] as const] : [])),
      );
      const pool = models.flatMap((id) => mine.get(id) ?? []);
      // An evaluation never changes, so that its id names its answers.
      const content = pool.map(({ id }) => id).join(' ');
      found.push(pool.length < 2 ? null : await pools.of(ctx.db, content, () => diversityOf(tx, labId, pool)));
    }
    return found;
  },
});

async function diversityOf(tx: Tx, labId: string, answered: readonly Answered[]): Promise<Diversity | null> {
  const [one] = answered;
  if (one === undefined) return null;
  const { n, versions, benchmarkId } = one;
  const pairs = allPairs(answered.length);
  const [tally] = await tallyAnswers(tx, labId, [{ answered, pairs }], { counts: true, test: false });
  if (tally === undefined) return null;
  const found = pairs.map((_, pair) => pairDiversity(tally.counts(pair)));
  return {
    labId,
    benchmarkId,
    n,
    versions,
    models: answered.map(({ modelId }) => modelId),
    pairs: {
      first: pairs.map(([first]) => first),
      second: pairs.map(([, second]) => second),
      disagreement: found.map(({ disagreement }) => disagreement),
      errorCorrelation: found.map(({ errorCorrelation }) => errorCorrelation),
      kappa: found.map(({ kappa }) => kappa),
    },
    mean: meanDiversity(found),
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
