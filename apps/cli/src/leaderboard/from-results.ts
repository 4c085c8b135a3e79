import { costSummary, costsByModel, type ModelCost, summedCost } from '@stockpot/engine/metrics';
import type { CookedStep } from '@stockpot/engine/process';
import { type Plan, type PlanStep, repeatOf, type SplitRole, splitRole } from '@stockpot/engine/recipe';
import { wilsonInterval } from '@stockpot/engine/statistics';
import { z } from 'zod';
import type { Leaderboard, LeaderboardColumn, LeaderboardRow, LeaderboardScore } from './leaderboard.js';

const evaluationSummary = z.object({
  n: z.int().min(1),
  /** Null on a benchmark that has none. */
  top1: z.number().nullable(),
  nll: z.number().nullable().default(null),
  ece: z.number().nullable().default(null),
  brier: z.number().nullable().default(null),
  meanCorruptionError: z.number().nullable(),
  further: z.record(z.string(), z.number()).default({}),
});
const benchmarkSummary = z.object({
  n: z.int().min(1),
  role: splitRole,
  corruptions: z.unknown(),
  origin: z.enum(['generated', 'official files']).optional(),
  kind: z.string().default('accuracy'),
  headline: z.string().default('top1'),
});

/** What the table needs of a plan, and of what its steps became: a record of a cook has it, too. */
export type CookedPlan = Pick<Plan, 'steps' | 'report' | 'selection'>;
type Results = ReadonlyMap<string, Pick<CookedStep, 'reused' | 'result'>>;

/** The leaderboard of a cooked plan, ordered by the first benchmark of the report. */
export function leaderboardOf(plan: CookedPlan, results: Results): Leaderboard {
  // What ranks comes first; what models were chosen by stands apart, at the end, and never orders.
  const names = [...plan.report, ...plan.selection];
  const columns = names.map((name) => columnOf(name, results));
  const models = plan.steps.filter(({ makes }) => makes.type === 'model');
  const [chosenBy] = plan.selection;
  const best = chosenBy === undefined ? new Set() : bestIngredients(plan, models, chosenBy, results);
  const rows = models.map((model): LeaderboardRow => {
    const makes = model.makes;
    if (makes.type !== 'model') throw new TypeError(`${model.id} makes no model.`);
    return {
      model: makes.name,
      kind: makes.model,
      ...(makes.model === 'soup' && typeof model.parameters.method === 'string'
        ? { method: model.parameters.method }
        : {}),
      bestIngredient: best.has(model),
      ...costOf(plan, model, makes, results),
      scores: names.map((name) => scoreOf(plan, model.id, name, results)),
    };
  });
  // What was trained without labels only to be gone on from has no head, and no score where answers are asked for.
  const scored = rows.filter(({ scores }) => scores.some((score) => score !== null));
  const rank = ({ scores }: LeaderboardRow) => scores[0]?.value ?? -1;
  return { columns, rows: scored.sort((a, b) => rank(b) - rank(a)) };
}

function columnOf(benchmark: string, results: Results): LeaderboardColumn {
  const { n, role, corruptions, origin, kind, headline } = benchmarkOf(benchmark, results);
  const corrupted = corruptions !== null && corruptions !== undefined;
  return {
    benchmark,
    n,
    role: role satisfies SplitRole,
    corrupted,
    ...(origin === undefined ? {} : { origin }),
    ...{ kind, headline },
  };
}

function benchmarkOf(benchmark: string, results: Results) {
  return benchmarkSummary.parse(results.get(`benchmarks/${benchmark}`)?.result.summary);
}

function scoreOf(plan: CookedPlan, model: string, benchmark: string, results: Results): LeaderboardScore | null {
  const found = evaluationOf(plan, model, benchmark, results);
  if (found === undefined) return null;
  const { headline } = benchmarkOf(benchmark, results);
  const { n, top1, nll, ece, brier, meanCorruptionError, further } = found.summary;
  const share = meanCorruptionError === null ? top1 : 1 - meanCorruptionError;
  const value = headline === 'top1' ? share : (further[headline] ?? null);
  if (value === null) return null;
  const { transduction } = found.makes;
  return {
    value,
    interval: share === null ? overDraws(headline, further) : wilsonInterval(share * n, n),
    ...{ top1, nll, ece, brier, further },
    ...(transduction === undefined ? {} : { transduction }),
  };
}

/** What an answer costs: an ensemble runs no network itself, so it takes what its members take together. */
function costOf(
  plan: CookedPlan,
  model: PlanStep,
  makes: Extract<PlanStep['makes'], { type: 'model' }>,
  results: Results,
): Pick<LeaderboardRow, 'networks' | 'measured' | 'weightBytes'> {
  const networks = makes.model === 'ensemble' ? membersOf(model, makes.parents, results) : [model.id];
  const bytes = networks.map((id) => results.get(id)?.result.outputs.checkpoint?.bytes ?? 0);
  const costs = measuredCosts(plan, results);
  return {
    networks: networks.length,
    measured: summedCost(networks.map((id) => costs.get(id) ?? null)),
    weightBytes: bytes.reduce((sum, one) => sum + one, 0),
  };
}

/** What the step said that measured the models of the plan, by their steps. */
function measuredCosts(plan: CookedPlan, results: Results): ReadonlyMap<string, ModelCost> {
  return new Map(
    plan.steps.flatMap(({ id, makes }) => {
      const summary = makes.type === 'costs' ? costSummary.safeParse(results.get(id)?.result.summary).data : undefined;
      if (makes.type !== 'costs' || summary === undefined) return [];
      return [...costsByModel(summary)].map(([place, cost]) => [makes.models[place] ?? '', cost] as const);
    }),
  );
}

const chosen = z.object({ coefficients: z.array(z.object({ index: z.int().min(0) })) });

/** Whose answers an ensemble averages: of those it might have had, the ones that have a coefficient. */
function membersOf(model: PlanStep, parents: readonly string[], results: Results): readonly string[] {
  const told = chosen.safeParse(results.get(model.id)?.result.summary).data;
  return told === undefined ? parents : told.coefficients.flatMap(({ index }) => parents[index] ?? []);
}

/** What an evaluation says of a model, and what the plan says of it. */
function evaluationOf(plan: CookedPlan, model: string, benchmark: string, results: Results) {
  for (const { id, makes } of plan.steps) {
    if (makes.type !== 'evaluation' || makes.model !== model || makes.benchmark !== `benchmarks/${benchmark}`) continue;
    const summary = results.get(id)?.result.summary;
    return summary === undefined ? undefined : { makes, summary: evaluationSummary.parse(summary) };
  }
  return undefined;
}

/** The interval that an evaluation gives of a mean over draws: `fewShot:5` stands beside `fewShotLow:5` and `fewShotHigh:5`. */
function overDraws(headline: string, further: Readonly<Record<string, number>>): LeaderboardScore['interval'] {
  const [name = '', detail = ''] = headline.split(':');
  const [low, high] = [further[`${name}Low:${detail}`], further[`${name}High:${detail}`]];
  return low === undefined || high === undefined ? null : { low, high };
}

/** Of each repeat. */
function bestIngredients(
  plan: CookedPlan,
  models: readonly PlanStep[],
  benchmark: string,
  results: Results,
): ReadonlySet<PlanStep> {
  const best = new Map<number, { readonly model: PlanStep; readonly score: number }>();
  for (const model of models) {
    if (model.makes.type !== 'model' || model.makes.model !== 'ingredient') continue;
    const score = scoreOf(plan, model.id, benchmark, results)?.value ?? -1;
    const { repeat } = repeatOf(model.id);
    if (score > (best.get(repeat)?.score ?? -1)) best.set(repeat, { model, score });
  }
  return new Set([...best.values()].map(({ model }) => model));
}

/** Steps of the plan that were run, not reused, in plan order. */
export function ranSteps(plan: CookedPlan, results: Results): string[] {
  return plan.steps.filter(({ id }) => results.get(id)?.reused === false).map(({ id }) => id);
}
