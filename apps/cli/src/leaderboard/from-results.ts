import type { CookedStep } from '@stockpot/engine/process';
import { type Plan, type PlanStep, type SplitRole, splitRole } from '@stockpot/engine/recipe';
import { wilsonInterval } from '@stockpot/engine/statistics';
import { z } from 'zod';
import type { Leaderboard, LeaderboardColumn, LeaderboardRow, LeaderboardScore } from './leaderboard.js';

const evaluationSummary = z.object({
  n: z.int().min(1),
  /** Null on a benchmark that has none. */
  top1: z.number().nullable(),
  meanCorruptionError: z.number().nullable(),
});
const benchmarkSummary = z.object({ n: z.int().min(1), role: splitRole, corruptions: z.unknown() });

type Results = ReadonlyMap<string, CookedStep>;

/** The leaderboard of a cooked plan, ordered by the first benchmark of the report. */
export function leaderboardOf(plan: Plan, results: Results): Leaderboard {
  // What ranks comes first; what models were chosen by stands apart, at the end, and never orders.
  const names = [...plan.report, ...plan.selection];
  const columns = names.map((name) => columnOf(name, results));
  const models = plan.steps.filter(({ makes }) => makes.type === 'model');
  const [chosenBy] = plan.selection;
  const best = chosenBy === undefined ? undefined : bestIngredient(plan, models, chosenBy, results);
  const rows = models.map((model): LeaderboardRow => {
    const makes = model.makes;
    if (makes.type !== 'model') throw new TypeError(`${model.id} makes no model.`);
    return {
      model: makes.name,
      kind: makes.model,
      bestIngredient: model === best,
      networks: makes.model === 'ensemble' ? makes.parents.length : 1,
      scores: names.map((name) => scoreOf(plan, model.id, name, results)),
    };
  });
  // What was trained without labels only to be gone on from has no head, and no score.
  const scored = rows.filter(({ scores }) => scores.some((score) => score !== null));
  const rank = ({ scores }: LeaderboardRow) => scores[0]?.top1 ?? -1;
  return { columns, rows: scored.sort((a, b) => rank(b) - rank(a)) };
}

function columnOf(benchmark: string, results: Results): LeaderboardColumn {
  const { n, role, corruptions } = benchmarkSummary.parse(results.get(`benchmarks/${benchmark}`)?.result.summary);
  return { benchmark, n, role: role satisfies SplitRole, corrupted: corruptions !== null && corruptions !== undefined };
}

function scoreOf(plan: Plan, model: string, benchmark: string, results: Results): LeaderboardScore | null {
  const step = plan.steps.find(
    ({ makes }) =>
      makes.type === 'evaluation' && makes.model === model && makes.benchmark === `benchmarks/${benchmark}`,
  );
  const summary = step === undefined ? undefined : results.get(step.id)?.result.summary;
  if (summary === undefined) return null;
  const { n, top1, meanCorruptionError } = evaluationSummary.parse(summary);
  const share = meanCorruptionError === null ? top1 : 1 - meanCorruptionError;
  if (share === null) return null;
  const transduction = step?.makes.type === 'evaluation' ? step.makes.transduction : undefined;
  return { top1: share, ...wilsonInterval(share * n, n), ...(transduction === undefined ? {} : { transduction }) };
}

function bestIngredient(
  plan: Plan,
  models: readonly PlanStep[],
  benchmark: string,
  results: Results,
): PlanStep | undefined {
  let best: PlanStep | undefined;
  let bestScore = -1;
  for (const model of models) {
    if (model.makes.type !== 'model' || model.makes.model !== 'ingredient') continue;
    const score = scoreOf(plan, model.id, benchmark, results)?.top1 ?? -1;
    if (score > bestScore) {
      best = model;
      bestScore = score;
    }
  }
  return best;
}

/** Steps of the plan that were run, not reused, in plan order. */
export function ranSteps(plan: Plan, results: Results): string[] {
  return plan.steps.filter(({ id }) => results.get(id)?.reused === false).map(({ id }) => id);
}
