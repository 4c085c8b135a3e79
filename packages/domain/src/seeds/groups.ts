import { and, eq, evaluations, inArray, isNotNull, seedQueries as queries, type Tx } from '@stockpot/db';
import { type Interval, overSeeds } from '@stockpot/engine/statistics';
import { leaderboardColumns } from '../leaderboard/columns.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { type SeedGroup, type SeedScore, seedGroupsInput } from './types.js';

/** Trainings of one call, over all its groups. */
const MOST_SIBLINGS = 5000;

/**
 * For ingredients of one lab the trainings that differ from them in the seed alone, with mean, deviation and interval over
 * seeds; for loaders. An ingredient that was trained with one seed is left out.
 */
export const groups = defineVerb({
  name: 'seeds.groups',
  effect: 'read',
  policy: reader(inLab()),
  input: seedGroupsInput,
  async run(tx, ctx: LabGrant, input): Promise<readonly SeedGroup[]> {
    const labId = ctx.lab.id;
    if (input.ids.length === 0) return [];
    const siblings = await queries.sameButSeed(tx, labId, input.ids, MOST_SIBLINGS);
    const found = input.ids.flatMap((modelId) => {
      // Two recipes may train with one seed: the same training, which is one observation.
      const bySeed = new Map(
        siblings.filter((one) => one.modelId === modelId).map(({ seed, siblingId }) => [seed, siblingId]),
      );
      return bySeed.size < 2 ? [] : [{ modelId, models: [...bySeed.values()] }];
    });
    const scores = await scoresOf(tx, labId, [...new Set(found.flatMap(({ models }) => models))]);
    const columns = found.length === 0 ? [] : await leaderboardColumns(tx, labId);
    return found.map(({ modelId, models }) => ({
      labId,
      modelId,
      models,
      scores: columns.flatMap(({ id: benchmarkId }): SeedScore[] => {
        const mine = scores.filter((score) => score.benchmarkId === benchmarkId && models.includes(score.modelId));
        if (mine.length < 2) return [];
        const spent = mine.some((score) => score.spent);
        const { interval, ...found } = overSeeds(mine.map(({ top1 }) => top1));
        return [{ labId, benchmarkId, spent, ...found, interval: interval && withinShares(interval) }];
      }),
    }));
  },
});

/** Student's interval knows no ends; a share has two. */
function withinShares({ low, high }: Interval): Interval {
  return { low: Math.max(0, low), high: Math.min(1, high) };
}

async function scoresOf(tx: Tx, labId: string, modelIds: readonly string[]) {
  if (modelIds.length === 0) return [];
  const rows = await tx
    .select({
      modelId: evaluations.modelId,
      benchmarkId: evaluations.benchmarkId,
      top1: evaluations.top1,
      spent: evaluations.spent,
    })
    .from(evaluations)
    .where(and(eq(evaluations.labId, labId), inArray(evaluations.modelId, [...modelIds]), isNotNull(evaluations.top1)));
  return rows.flatMap(({ top1, ...row }) => (top1 === null ? [] : [{ ...row, top1 }]));
}
