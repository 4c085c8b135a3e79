import type { Tx } from '@stockpot/db';
import { poolDiversity } from '@stockpot/engine/analysis/documents';
import { type Answers, loadAnswers } from '../comparisons/bitmaps.js';
import { leaderboardColumns } from '../leaderboard/columns.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { type Diversity, diversityInput } from './types.js';

/**
 * How differently models of one lab err, pair by pair, on one benchmark. Models that were not evaluated on it are left out; null
 * where fewer than two are left.
 */
export const diversity = defineVerb({
  name: 'analyses.diversity',
  effect: 'read',
  policy: reader(inLab()),
  input: diversityInput,
  async run(tx, ctx: LabGrant, { models, benchmark }): Promise<Diversity | null> {
    const labId = ctx.lab.id;
    const answers = await loadAnswers(tx, labId, models, benchmark ? [benchmark] : undefined);
    const mine = benchmark ? answers : await onTheUsual(tx, labId, answers);
    const [first] = mine;
    if (first === undefined || mine.length < 2) return null;
    const inOrder = models.flatMap((id) => mine.find(({ modelId }) => modelId === id) ?? []);
    const { n, versions, benchmarkId } = first;
    const { pairs, mean } = poolDiversity(
      inOrder.map(({ bits }) => bits),
      n * versions,
    );
    const each = inOrder.flatMap((_, i) => inOrder.slice(i + 1).map((__, offset) => [i, i + 1 + offset] as const));
    const pairAt = ([i, j]: readonly [number, number]) => {
      const pair = pairs[i]?.[j];
      if (pair === undefined) throw new RangeError(`There is no pair ${i}, ${j}.`);
      return pair;
    };
    return {
      labId,
      benchmarkId,
      n,
      versions,
      models: inOrder.map(({ modelId }) => modelId),
      pairs: {
        first: each.map(([i]) => i),
        second: each.map(([, j]) => j),
        disagreement: each.map((pair) => pairAt(pair).disagreement),
        errorCorrelation: each.map((pair) => pairAt(pair).errorCorrelation),
        kappa: each.map((pair) => pairAt(pair).kappa),
      },
      mean,
    };
  },
});

/** The answers on the first benchmark of the leaderboard's order that most of the models were evaluated on. */
async function onTheUsual(tx: Tx, labId: string, answers: readonly Answers[]): Promise<Answers[]> {
  const byBenchmark = (id: string) => answers.filter(({ benchmarkId }) => benchmarkId === id);
  let best: Answers[] = [];
  for (const { id } of await leaderboardColumns(tx, labId)) {
    const mine = byBenchmark(id);
    if (mine.length > best.length) best = mine;
  }
  return best;
}
