import { seedQueries as queries } from '@stockpot/db';
import { overSeeds } from '@stockpot/engine/statistics';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadScores, withinRange } from './scores.js';
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
    const scores = await loadScores(tx, labId, [...new Set(found.flatMap(({ models }) => models))]);
    return found.map(({ modelId, models }) => ({
      labId,
      modelId,
      models,
      scores: scores.columns.flatMap(({ id: benchmarkId }): SeedScore[] => {
        const mine = models.flatMap((id) => scores.of(id, benchmarkId) ?? []);
        const [first] = mine;
        if (first === undefined || mine.length < 2) return [];
        const spent = mine.some((score) => score.spent);
        const { metric } = first;
        const { interval, ...found } = overSeeds(mine.map(({ value }) => value));
        return [{ labId, benchmarkId, metric, spent, ...found, interval: withinRange(interval, metric) }];
      }),
    }));
  },
});
