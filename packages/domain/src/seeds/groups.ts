import { and, eq, evaluations, inArray, isNotNull, seedQueries as queries, type Tx } from '@stockpot/db';
import { type Interval, overSeeds } from '@stockpot/engine/statistics';
import { leaderboardColumns } from '../leaderboard/columns.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { type SeedGroup, type SeedScore, seedGroupsInput } from './types.js';

/** Trainings of one group. */
const MOST_SIBLINGS = 200;

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
    // Two recipes may train with one seed: the same training, which is one observation.
    const bySeed = new Map<string, Map<number, string>>(input.ids.map((id) => [id, new Map()]));
    for (const { modelId, seed, siblingId } of siblings) {
      const group = bySeed.get(modelId);
      if (group?.get(seed) !== modelId) group?.set(seed, siblingId);
    }
    const found = [...bySeed].flatMap(([modelId, group]) =>
      group.size < 2 ? [] : [{ modelId, models: [...group.values()] }],
    );
    const scores = await scoresOf(tx, labId, [...new Set(found.flatMap(({ models }) => models))]);
    const columns = found.length === 0 ? [] : await leaderboardColumns(tx, labId);
    return found.map(({ modelId, models }) => ({
      labId,
      modelId,
      models,
      scores: columns.flatMap(({ id: benchmarkId }): SeedScore[] => {
        const mine = models.flatMap((id) => scores.get(`${id} ${benchmarkId}`) ?? []);
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

/** By model and benchmark. */
async function scoresOf(
  tx: Tx,
  labId: string,
  modelIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly top1: number; readonly spent: boolean }>> {
  if (modelIds.length === 0) return new Map();
  const rows = await tx
    .select({
      modelId: evaluations.modelId,
      benchmarkId: evaluations.benchmarkId,
      top1: evaluations.top1,
      spent: evaluations.spent,
    })
    .from(evaluations)
    .where(and(eq(evaluations.labId, labId), inArray(evaluations.modelId, [...modelIds]), isNotNull(evaluations.top1)));
  return new Map(
    rows.flatMap(({ modelId, benchmarkId, top1, spent }) =>
      top1 === null ? [] : [[`${modelId} ${benchmarkId}`, { top1, spent }] as const],
    ),
  );
}
