/** @file Recipe → plan: the DAG of steps, each with everything that determines its result. */
import { hashJson, type JsonObject } from '../json.js';
import { asksFor, greedyEnsembleWishes } from './baselines.js';
import { selectionBenchmarks } from './check-benchmarks.js';
import { own } from './check-splits.js';
import { analysisSteps } from './compile-analyses.js';
import { benchmarkStep, evaluationSteps } from './compile-benchmarks.js';
import { compileIngredients, stoppedBy } from './compile-ingredients.js';
import { compileSoups, selectionOf } from './compile-models.js';
import { costSteps } from './cost.js';
import { IMAGE_DECODER_NAME, mayHoldEncodedImages } from './dataset-format.js';
import { drawnNames } from './drawn-names.js';
import { groupsWithBatchNorm } from './lineage.js';
import { isMixed } from './mixing-soups.js';
import type { DatasetParameters, ImportParameters, PretrainParameters, ProbeParameters } from './parameters.js';
import type { Plan, PlanStep } from './plan.js';
import { asJson, datasetOf, type PlannedModel, splitName } from './planned.js';
import { addedBy, definitionsOf, repeatedSeed, repeatOf, repeatsOf, withSeedsOf } from './repeats.js';
import { isTraining, type Recipe, type RecipeStock } from './schema.js';
import { determiningParameters } from './step-key.js';
import { type StockOrigin, stockOrigin } from './stock-origin.js';

/**
 * Compiles a parsed recipe. The same recipe gives the same plan, byte for byte; one more ingredient, or one more repeat, adds
 * steps and changes no other step's parameters. The steps are in an order that respects their inputs and starts what others
 * wait for first.
 */
export function compilePlan(recipe: Recipe): Plan {
  const selection = usedSelection(recipe);
  const { count, redraw } = repeatsOf(recipe.repeats);
  const first = compileSteps(recipe, selection);
  const steps = [...first];
  for (let repeat = 2; repeat <= count; repeat++) {
    const again = redraw.has('hyperparameters') ? drawnAgain(recipe, (seed) => repeatedSeed(seed, repeat)) : recipe;
    steps.push(...addedBy(withSeedsOf(compileSteps(again, selection), repeat, redraw), first, repeat));
  }
  // Of the first: what is repeated is compared over repeats as it is.
  steps.push(...analysisSteps(recipe, steps));
  if (recipe.cost !== undefined) steps.push(...costSteps(recipe.cost, steps));
  const determined = steps.map(({ title: _, ...step }) => step);
  const body = { seed: recipe.seed, report: recipe.report, selection };
  return { name: recipe.name, ...body, steps, hash: hashJson({ ...body, steps: determined.map(asJson) }) };
}

/**
 * By the ids of steps, in every repeat: what a step is but for the seeds that repeats vary. Models of one definition are the
 * same method over seeds, whatever they are called and whichever recipe they are of. Steps that no such seed reaches are left out.
 */
export function planDefinitions(recipe: Recipe): (id: string) => string | undefined {
  const { redraw } = repeatsOf(recipe.repeats);
  const redrawn = redraw.has('hyperparameters');
  const spaces = new Map<string, JsonObject>();
  if (redrawn) {
    const names = drawnNames(recipe);
    for (const { name, space } of recipe.ingredients.filter(isTraining)) {
      for (const drawn of names.get(name) ?? []) spaces.set(`ingredients/${drawn}`, asJson(space));
    }
  }
  const steps = compileSteps(redrawn ? drawnAgain(recipe, () => 0) : recipe, usedSelection(recipe));
  const definitions = definitionsOf(steps, redraw, spaces, determiningParameters);
  return (id) => definitions.get(repeatOf(id).name);
}

/** The recipe with other seeds of its draws. */
function drawnAgain(recipe: Recipe, seeded: (seed: number) => number): Recipe {
  return {
    ...recipe,
    ingredients: recipe.ingredients.map((group) =>
      isTraining(group) ? { ...group, seed: seeded(group.seed ?? recipe.seed) } : group,
    ),
  };
}

const STOCK: PlannedModel = { step: 'stock', name: 'stock', predictor: 'probe', sources: [], members: [] };

/** The steps of a recipe that is cooked once. */
function compileSteps(recipe: Recipe, selection: readonly string[]): PlanStep[] {
  const benchmarks = [...selection, ...recipe.report];
  const { stock } = recipe;
  const ingredients = compileIngredients(recipe);
  const soups = compileSoups(recipe, ingredients);
  const steps: PlanStep[] = [
    ...Object.keys(recipe.datasets).map((name) => datasetStep(recipe, name)),
    ...(stock === undefined ? [] : [stockStep(recipe, stock)]),
    ...benchmarks.map((name) => benchmarkStep(recipe, name)),
    ...(stock === undefined ? [] : [headStep(recipe, stock)]),
    ...ingredients.steps,
  ];
  // Selection scores first: greedy soups wait for them, and nothing waits for a report.
  const singles = [...(stock === undefined ? [] : [STOCK]), ...ingredients.models];
  const planned = new Set<string>();
  const score = (model: PlannedModel, benchmark: string) => {
    // Two benchmarks may read the same features of a model.
    const fresh = evaluationSteps(recipe, model, benchmark, selection).filter(({ id }) => !planned.has(id));
    for (const { id } of fresh) planned.add(id);
    steps.push(...fresh);
  };
  for (const benchmark of selection) for (const model of singles) score(model, benchmark);
  for (const { model, step } of soups) {
    steps.push(step);
    for (const benchmark of selection) score(model, benchmark);
  }
  const models = [...singles, ...ingredients.headless, ...soups.map(({ model }) => model)];
  for (const benchmark of cleanFirst(recipe)) for (const model of models) score(model, benchmark);
  return steps;
}

/** The benchmarks of the report, what relative corruption errors are relative to before these. */
function cleanFirst(recipe: Recipe): string[] {
  const waits = (name: string) => {
    const benchmark = own(recipe.benchmarks, name);
    return benchmark !== undefined && 'normaliser' in benchmark ? 1 : 0;
  };
  return [...recipe.report].sort((a, b) => waits(a) - waits(b));
}

/** The benchmarks that something is chosen by. */
export function usedSelection(recipe: Recipe): string[] {
  const used = new Set(Object.values(recipe.soups).flatMap((soup) => (isMixed(soup) ? [] : [soup.select])));
  const [first] = selectionBenchmarks(recipe);
  if (asksFor(recipe, 'best') && used.size === 0 && first !== undefined) used.add(first);
  if (greedyEnsembleWishes(recipe).length > 0) {
    for (const soup of Object.values(recipe.soups)) used.add(selectionOf(recipe, soup));
  }
  return [...used];
}

function datasetStep(recipe: Recipe, name: string): PlanStep {
  const {
    source,
    format,
    splits,
    near_duplicates: nearDuplicates,
    ...options
  } = known(own(recipe.datasets, name), name);
  const parameters: DatasetParameters = {
    source,
    format,
    ...options,
    ...(mayHoldEncodedImages(format) ? { decoder: IMAGE_DECODER_NAME } : {}),
    ...(nearDuplicates === true ? { near_duplicates: true } : {}),
    seed: recipe.seed,
    splits: Object.entries(splits).map(([split, { role, from, count }]) => ({
      name: split,
      role,
      from,
      count: count ?? null,
    })),
  };
  return {
    id: `datasets/${name}`,
    kind: 'dataset',
    title: `Read the data set ${name}`,
    parameters: asJson(parameters),
    inputs: {},
    makes: { type: 'dataset', name },
  };
}

function stockStep(recipe: Recipe, stock: RecipeStock): PlanStep {
  const { name, head } = stock;
  const origin = stockOrigin(stock);
  if (origin === undefined) throw new TypeError('compilePlan: the stock has no origin; parseRecipe refuses this.');
  const makes: PlanStep['makes'] = { type: 'model', model: 'stock', name, parents: [] };
  return origin.from === 'checkpoint'
    ? { id: 'stock', ...importStep(recipe, name, origin, head.algorithm), makes }
    : { id: 'stock', ...pretrainStep(recipe, name, origin), makes };
}

function importStep(
  recipe: Recipe,
  name: string,
  { checkpoint, sha256 }: Extract<StockOrigin, { from: 'checkpoint' }>,
  head: ProbeParameters['algorithm'],
): Pick<PlanStep, 'kind' | 'title' | 'parameters' | 'inputs'> {
  // Text embeddings are compared with features by their angle alone.
  const unit = head === 'zero-shot' ? ({ unit_features: true } as const) : {};
  const estimated = groupsWithBatchNorm(recipe);
  const normalised = recipe.ingredients.some((group) => isTraining(group) && estimated.has(group.name))
    ? ({ batch_normalisation: true } as const)
    : {};
  const parameters: ImportParameters = { source: checkpoint, sha256, ...unit, ...normalised };
  return { kind: 'import', title: `Import the stock ${name}`, parameters: asJson(parameters), inputs: {} };
}

function pretrainStep(
  recipe: Recipe,
  name: string,
  { architecture, pretrain }: Extract<StockOrigin, { from: 'pretraining' }>,
): Pick<PlanStep, 'kind' | 'title' | 'parameters' | 'inputs'> {
  const parameters: PretrainParameters = {
    ...pretrain,
    ...stoppedBy(pretrain),
    architecture,
    split: splitName(pretrain.split),
    seed: recipe.seed,
  };
  return {
    kind: 'pretrain',
    title: `Pre-train the stock ${name} (${pretrain.algorithm})`,
    parameters: asJson(parameters),
    inputs: { dataset: [datasetOf(pretrain.split)] },
  };
}

function headStep(recipe: Recipe, { head }: RecipeStock): PlanStep {
  const split = splitName(head.split);
  const parameters: ProbeParameters =
    head.algorithm === 'linear-probe' ? { ...head, split, seed: recipe.seed } : { ...head, split };
  return {
    id: 'head',
    kind: 'probe',
    title: `${head.algorithm === 'linear-probe' ? 'Fit' : 'Make'} the head that all ingredients start from (${head.algorithm})`,
    parameters: asJson(parameters),
    inputs: { dataset: [datasetOf(head.split)], stock: [{ step: 'stock', output: 'checkpoint' }] },
    makes: { type: 'head' },
  };
}

function known<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined)
    throw new TypeError(`compilePlan: '${name}' is not in the recipe; parseRecipe refuses this.`);
  return value;
}
