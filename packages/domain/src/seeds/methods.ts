import { type ModelKind, seedQueries as queries, type Tx } from '@stockpot/db';
import { repeatOf } from '@stockpot/engine/recipe';
import { holm, overSeeds, pairedOverSeeds } from '@stockpot/engine/statistics';
import type { Benchmark } from '../benchmarks/types.js';
import type { MetricInfo } from '../evaluations/types.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { bestIngredients } from './best-ingredients.js';
import { seedsOf } from './repeats.js';
import { loadScores, type Scores, withinRange } from './scores.js';
import { type MethodDifference, type MethodOverSeeds, methodsInput, type SeedScore } from './types.js';

/** Methods of one answer, and models behind them. */
const MOST_METHODS = 50;
const MOST_MODELS = 10_000;

/** A method before its scores are looked at. */
interface Method {
  readonly key: string;
  readonly name: string;
  readonly kind: ModelKind;
  readonly chosenFrom: number | null;
  /** Of the best ingredient: the split that it was chosen on. */
  readonly splitId: string | null;
  /** Seeds → the models that were made with them; more than one only where a recipe makes one method twice. */
  readonly models: ReadonlyMap<number, readonly string[]>;
}

/**
 * Soups and ensembles that were made with more than one set of seeds, and the best ingredient of each of their pools, over these
 * seeds: mean, deviation, interval and n on every benchmark; beside one of them, what it has over each other one, paired by seeds.
 * Models are of one method when the recipes that made them say the same of it, seeds and names apart. Ordered by the mean on the
 * first benchmark that ranks; what was chosen on a benchmark's split does not rank there.
 */
export const methods = defineVerb({
  name: 'seeds.methods',
  effect: 'read',
  policy: reader(inLab()),
  input: methodsInput,
  async run(tx, ctx: LabGrant, input): Promise<readonly MethodOverSeeds[]> {
    const labId = ctx.lab.id;
    const versus = input.versus ?? null;
    const definitions =
      versus === null
        ? await queries.repeatedDefinitions(tx, labId, MOST_METHODS)
        : await queries.definitionsBeside(tx, labId, versus, MOST_METHODS);
    const found = await loadMethods(tx, labId, definitions);
    const own = versus === null ? undefined : mostRepeated(found.filter(({ models }) => holds(models, versus)));
    if (versus !== null && own === undefined) return [];
    const all = [...found, ...(await bestOf(tx, labId, found))];
    const scores = await loadScores(tx, labId, [...new Set(all.flatMap(({ models }) => [...models.values()].flat()))]);
    return adjusted(all.map((method) => described(labId, method, own, scores))).sort(
      (a, b) => Number(b.key === own?.key) - Number(a.key === own?.key) || better(a, b, scores.columns),
    );
  },
});

async function loadMethods(tx: Tx, labId: string, definitions: readonly string[]): Promise<Method[]> {
  if (definitions.length === 0) return [];
  const made = await queries.modelsOfDefinitions(tx, labId, definitions, MOST_MODELS);
  const seeds = seedsOf(made);
  return definitions.flatMap((key): Method[] => {
    const mine = made.filter(({ definition }) => definition === key);
    const [newest] = mine;
    const models = new Map<number, string[]>();
    for (const { modelId } of mine) {
      const seed = seeds.get(modelId) ?? 0;
      const known = models.get(seed) ?? [];
      if (!known.includes(modelId)) models.set(seed, [...known, modelId]);
    }
    if (newest === undefined || models.size < 2) return [];
    return [{ key, name: repeatOf(newest.name).name, kind: newest.kind, chosenFrom: null, splitId: null, models }];
  });
}

/** The best ingredient of each method's pool; once for methods of one pool. */
async function bestOf(tx: Tx, labId: string, found: readonly Method[]): Promise<Method[]> {
  const ids = found.flatMap(({ models }) => [...models.values()].flat());
  const best = await bestIngredients(tx, labId, [...new Set(ids)]);
  const methods: Method[] = [];
  const byRepeats = [...found].sort((a, b) => b.models.size - a.models.size);
  for (const { key, models } of byRepeats) {
    const chosen = [...models].flatMap(([seed, [id = '']]) => {
      const one = best.get(id);
      return one === undefined ? [] : [{ ...one, seed }];
    });
    const [first] = chosen;
    if (first === undefined || chosen.length < 2) continue;
    const known = methods.some(
      (other) =>
        other.splitId === first.splitId &&
        chosen.every(({ seed, modelId, from }) => from === other.chosenFrom && other.models.get(seed)?.[0] === modelId),
    );
    if (known) continue;
    methods.push({
      key: `best ingredient of ${key}`,
      name: `best of ${first.from}`,
      kind: 'ingredient',
      chosenFrom: first.from,
      splitId: first.splitId,
      models: new Map(chosen.map(({ seed, modelId }) => [seed, [modelId]])),
    });
  }
  return methods;
}

function described(labId: string, method: Method, own: Method | undefined, scores: Scores): MethodOverSeeds {
  const { key, name, kind, chosenFrom, models } = method;
  const compared = own === undefined || own.key === key ? undefined : own;
  return {
    ...{ labId, key, name, kind, chosenFrom },
    models: [...models.values()].flat(),
    repeats: models.size,
    scores: scores.columns.flatMap((column): SeedScore[] => {
      const mine = scoresBySeeds(method, column, scores);
      if (mine === undefined || mine.values.size < 2) return [];
      const { interval, ...over } = overSeeds([...mine.values.values()]);
      const { metric, spent } = mine;
      return [{ labId, benchmarkId: column.id, metric, spent, ...over, interval: withinRange(interval, metric) }];
    }),
    differences:
      compared === undefined
        ? []
        : scores.columns.flatMap((column): MethodDifference[] => {
            const [theirs, mine] = [compared, method].map((one) => scoresBySeeds(one, column, scores));
            if (theirs === undefined || mine === undefined) return [];
            const differences = [...theirs.values].flatMap(([seed, value]) => {
              const other = mine.values.get(seed);
              return other === undefined ? [] : [value - other];
            });
            if (differences.length < 2) return [];
            const { metric } = mine;
            const spent = mine.spent || theirs.spent;
            const paired = pairedOverSeeds(differences);
            return [{ labId, benchmarkId: column.id, metric, spent, ...paired, adjustedP: paired.p }];
          }),
  };
}

/** The p-values of all differences, adjusted together. */
function adjusted(methods: readonly MethodOverSeeds[]): MethodOverSeeds[] {
  const p = methods.flatMap(({ differences }) => differences.flatMap((one) => one.p ?? []));
  const values = holm(p).values();
  return methods.map((method) => ({
    ...method,
    differences: method.differences.map((one) => ({
      ...one,
      adjustedP: one.p === null ? null : (values.next().value ?? null),
    })),
  }));
}

/** One number for each set of seeds: where these made the method more than once, the mean of what they made. */
function scoresBySeeds(
  { models, splitId }: Method,
  column: Benchmark,
  scores: Scores,
): { readonly values: ReadonlyMap<number, number>; readonly metric: MetricInfo; readonly spent: boolean } | undefined {
  const values = new Map<number, number>();
  let spent = column.split.id === splitId;
  let metric: MetricInfo | undefined;
  for (const [seed, ids] of models) {
    const mine = ids.flatMap((id) => scores.of(id, column.id) ?? []);
    if (mine.length === 0) continue;
    values.set(seed, mine.reduce((sum, { value }) => sum + value, 0) / mine.length);
    spent ||= mine.some((score) => score.spent);
    metric = mine[0]?.metric;
  }
  return metric === undefined ? undefined : { values, metric, spent };
}

/** By the mean on the first benchmark that ranks either; what has none there comes last, in the order of keys. */
function better(a: MethodOverSeeds, b: MethodOverSeeds, columns: readonly Benchmark[]): number {
  for (const { id, role } of columns) {
    if (role === 'selection') continue;
    const [x, y] = [a, b].map(({ scores }) => scores.find(({ benchmarkId, spent }) => benchmarkId === id && !spent));
    if (x === undefined && y === undefined) continue;
    if (x === undefined || y === undefined) return x === undefined ? 1 : -1;
    const difference = x.metric.better === 'lower' ? x.mean - y.mean : y.mean - x.mean;
    if (difference !== 0) return difference;
  }
  return a.key < b.key ? -1 : 1;
}

function holds(models: Method['models'], id: string): boolean {
  return [...models.values()].some((ids) => ids.includes(id));
}

function mostRepeated(candidates: readonly Method[]): Method | undefined {
  return [...candidates].sort((a, b) => b.models.size - a.models.size)[0];
}
