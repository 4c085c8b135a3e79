import { loadBenchmarks } from '../benchmarks/load.js';
import type { Context } from '../context.js';
import { notFound } from '../errors.js';
import { metricInfo } from '../evaluations/metrics-of.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { rankBoard } from './ranking.js';
import { type BoardRanks, ranksInput } from './types.js';

/**
 * The ranks of models on boards of one lab, for loaders; in the order of the boards. A board is compared in pairs when it is first
 * asked for, and again only when another evaluation came to it.
 */
export const ranks = defineVerb({
  name: 'leaderboard.ranks',
  effect: 'read',
  policy: reader(inLab()),
  input: ranksInput,
  async run(tx, ctx: LabGrant & Context, { boards }): Promise<readonly BoardRanks[]> {
    const labId = ctx.lab.id;
    const ids = [...new Set(boards.map(({ benchmark }) => benchmark))];
    const benchmarks = new Map((await loadBenchmarks(tx, labId, ids)).map((one) => [one.id, one]));
    const found: BoardRanks[] = [];
    for (const { benchmark: id, metric: name, models } of boards) {
      const [benchmark, metric] = [benchmarks.get(id), metricInfo(name)];
      if (benchmark === undefined || metric === undefined) throw notFound('benchmark');
      found.push(await rankBoard(tx, ctx, labId, { benchmark, metric }, models));
    }
    return found;
  },
});
