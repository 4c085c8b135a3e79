/** @file Analyses → steps: what is asked, of which models, on which examples. They come last, as nothing waits for them. */
import { z } from 'zod';
import type { AnalyseParameters } from './analyse-parameters.js';
import { type AnalysisName, analysisKinds, type RecipeAnalysis } from './analysis-kinds/index.js';
import { own } from './check-splits.js';
import { benchmarkStep } from './compile-benchmarks.js';
import { lineageOf } from './lineage.js';
import { isMixed } from './mixing-soups.js';
import type { PlanStep, StepInput } from './plan.js';
import { asJson, datasetOf, evaluationId, type PlannedModel } from './planned.js';
import { type NamedModel, type PlannedModels, plannedModels } from './planned-models.js';
import type { Recipe } from './schema.js';

/** What a row of a recipe looks at: models in the order of the document, and the soup whose search is looked at. */
export interface AnalysedPool {
  readonly models: readonly NamedModel[];
  readonly soup: string | null;
  /** Name of the benchmark whose examples are asked. */
  readonly on: string | null;
}

/** Resolves the names of a row that was checked. */
export function analysedPool(recipe: Recipe, row: RecipeAnalysis, planned: PlannedModels): AnalysedPool {
  const models =
    row.soup === undefined
      ? (row.models ?? []).flatMap((name) => planned.named(name) ?? [])
      : (planned.poolOf(row.soup) ?? []);
  if (analysisKinds[row.kind].looksAt !== 'search') return { models, soup: null, on: row.on ?? null };
  const soup = row.soup ?? '';
  const asked = own(recipe.soups, soup);
  return { models, soup, on: asked === undefined || isMixed(asked) ? null : asked.select };
}

/**
 * The steps of a recipe's analyses, and of benchmarks that are named by these alone.
 *
 * @param steps the plan without them: what was scored in it is not scored again
 */
export function analysisSteps(recipe: Recipe, steps: readonly PlanStep[]): PlanStep[] {
  const rows = Object.entries(recipe.analyses ?? {});
  if (rows.length === 0) return [];
  const planned = plannedModels(recipe);
  const known = new Map(steps.map((step) => [step.id, step]));
  const added: PlanStep[] = [];
  for (const [name, row] of rows) {
    const pool = analysedPool(recipe, row, planned);
    if (pool.on !== null && !known.has(`benchmarks/${pool.on}`)) {
      const benchmark = benchmarkStep(recipe, pool.on);
      known.set(benchmark.id, benchmark);
      added.push(benchmark);
    }
    added.push(analysisStep(recipe, name, row, pool, { known, planned }));
  }
  return added;
}

const jsonOptions = z.record(z.string(), z.json());

interface Kitchen {
  readonly known: ReadonlyMap<string, PlanStep>;
  readonly planned: PlannedModels;
}

/** Kinds that speak of the stock: its weights, or what it is worth. */
const OF_STOCK: Partial<Record<AnalysisName, 'weights' | 'answers'>> = {
  weights: 'weights',
  diversity: 'weights',
  contribution: 'answers',
  marginal: 'answers',
};

function analysisStep(
  recipe: Recipe,
  name: string,
  row: RecipeAnalysis,
  pool: AnalysedPool,
  kitchen: Kitchen,
): PlanStep {
  const { known, planned } = kitchen;
  const { looksAt } = analysisKinds[row.kind];
  const { models, on, soup } = pool;
  const answersOf = (model: PlannedModel): readonly StepInput[] => {
    const id = on === null ? '' : evaluationId(model, on);
    return known.has(id) ? [{ step: id, output: 'logits' }] : [];
  };
  const weighed = looksAt === 'mixtures' || looksAt === 'weights' || needsNetworks(row);
  const logits = models.flatMap(({ model, output }) => (isWhole(output) ? answersOf(model) : []));
  const benchmark = on === null ? undefined : own(recipe.benchmarks, on);
  const stock = planned.named('stock')?.[0];
  const ofStock = lieByTheStock(recipe, row) ? OF_STOCK[row.kind] : undefined;
  const stockAnswers = ofStock === 'answers' && stock !== undefined ? answersOf(stock.model) : [];
  const searched = soup === null ? undefined : planned.named(soup)?.[0];
  const soupAnswers = searched === undefined ? [] : answersOf(searched.model);
  const parameters: AnalyseParameters = {
    analysis: row.kind,
    models: models.map(({ model, kind, name: called, output }) => ({
      name: called,
      kind,
      weights: weighed && kind !== 'ensemble',
      answers: isWhole(output) && answersOf(model).length > 0,
    })),
    soup: soup === null ? null : { name: soup, answers: soupAnswers.length > 0 },
    stock:
      ofStock === undefined || stock === undefined
        ? null
        : { name: stock.name, weights: ofStock === 'weights', answers: stockAnswers.length > 0 },
    learningRates: row.kind === 'why' ? learningRates(models, known) : null,
    benchmark: on === null || benchmark === undefined ? null : { name: on, split: benchmark.split },
    options: jsonOptions.parse({ ...seedOf(recipe, row), ...analysisKinds[row.kind].optionsOf(row) }),
  };
  const weights = models.filter(({ kind }) => weighed && kind !== 'ensemble');
  const inputs: Record<string, readonly StepInput[]> = {
    ...(weights.length === 0 ? {} : { models: weights.map(({ model, output }) => ({ step: model.step, output })) }),
    ...(logits.length === 0 ? {} : { logits }),
    ...(parameters.stock?.weights === true ? { stock: [{ step: 'stock', output: 'checkpoint' }] } : {}),
    ...(stockAnswers.length === 0 ? {} : { 'stock-logits': stockAnswers }),
    ...(searched === undefined ? {} : { search: [{ step: searched.model.step, output: 'trace' }] }),
    ...(soupAnswers.length === 0 ? {} : { 'soup-logits': soupAnswers }),
    ...(on === null || benchmark === undefined
      ? {}
      : {
          dataset: [datasetOf(benchmark.split)],
          benchmark: [{ step: `benchmarks/${on}`, output: 'protocol' }],
          ...(benchmark.corruptions === undefined ? {} : { images: [{ step: `benchmarks/${on}`, output: 'images' }] }),
        }),
  };
  return {
    id: `analyses/${name}`,
    kind: 'analyse',
    title: titleOf(recipe, name, row, pool),
    parameters: asJson(parameters),
    inputs,
    makes: {
      type: 'analysis',
      name,
      analysis: row.kind,
      models: models.map(({ model }) => model.step),
      benchmark: on === null ? null : `benchmarks/${on}`,
    },
  };
}

/** Whether all that is looked at comes from the recipe's stock: how far others lie from it, or what it is worth, says nothing of them. */
function lieByTheStock(recipe: Recipe, { models, soup }: RecipeAnalysis): boolean {
  const basins = lineageOf(recipe).basinsOf(models ?? [soup ?? '']);
  return basins.every(({ stock }) => stock === 'of the recipe');
}

/** Whether these are the weights that a training or a soup ended with: what was scored. */
function isWhole(output: string): boolean {
  return !output.startsWith('snapshot-');
}

/** Of a search: whether more is asked than what it saw. */
function needsNetworks(row: RecipeAnalysis): boolean {
  return (row.kind === 'why' && row.barriers) || row.kind === 'what-if';
}

/** What is drawn is drawn by the recipe's seed, unless another is given. */
function seedOf(recipe: Recipe, row: RecipeAnalysis): { readonly seed?: number } {
  return row.kind === 'contribution' || row.kind === 'marginal' ? { seed: recipe.seed } : {};
}

function learningRates(models: readonly NamedModel[], known: ReadonlyMap<string, PlanStep>): number[] | null {
  const rates = models.flatMap(({ model }) => {
    const lr = known.get(model.step)?.parameters.lr;
    return typeof lr === 'number' ? [lr] : [];
  });
  return rates.length === models.length ? rates : null;
}

/** 'Analyse basin: barriers of 4 models on selection (role selection)' */
function titleOf(recipe: Recipe, name: string, row: RecipeAnalysis, { models, soup, on }: AnalysedPool): string {
  const what = soup === null ? `${models.length === 1 ? 'one model' : `${models.length} models`}` : soup;
  const [dataset = '', split = ''] = (on === null ? undefined : own(recipe.benchmarks, on))?.split.split('/') ?? [];
  const role = own(recipe.datasets, dataset)?.splits[split]?.role;
  return `Analyse ${name}: ${row.kind} of ${what}${on === null ? '' : ` on ${on} (role ${role ?? 'unknown'})`}`;
}
