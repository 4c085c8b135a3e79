/** @file Recipe → plan: the DAG of steps, each with everything that determines its result. */
import { hashJson } from '../json.js';
import { selectionBenchmarks } from './check-benchmarks.js';
import { own } from './check-splits.js';
import { compileIngredients } from './compile-ingredients.js';
import { compileSoups } from './compile-models.js';
import { IMAGE_DECODER_NAME, mayHoldEncodedImages } from './dataset-format.js';
import { isMixed } from './mixing-soups.js';
import type {
  BenchmarkParameters,
  DatasetParameters,
  ImportParameters,
  PretrainParameters,
  ProbeParameters,
} from './parameters.js';
import type { Plan, PlanStep, StepInput } from './plan.js';
import { asJson, datasetOf, evaluationId, type PlannedModel, splitName } from './planned.js';
import type { Recipe } from './schema.js';
import { type StockOrigin, stockOrigin } from './stock-origin.js';
import { transductionOf } from './transduction.js';

/**
 * Compiles a parsed recipe. The same recipe gives the same plan, byte for byte; one more ingredient adds steps and
 * changes no other step's parameters. The steps are in an order that respects their inputs and starts what others wait
 * for first.
 */
export function compilePlan(recipe: Recipe): Plan {
  const selection = usedSelection(recipe);
  const benchmarks = [...selection, ...recipe.report];
  const stock: PlannedModel = { step: 'stock', name: 'stock', predictor: 'probe', sources: [], members: [] };
  const ingredients = compileIngredients(recipe);
  const soups = compileSoups(recipe, ingredients);
  const steps: PlanStep[] = [
    ...Object.keys(recipe.datasets).map((name) => datasetStep(recipe, name)),
    stockStep(recipe),
    ...benchmarks.map((name) => benchmarkStep(recipe, name)),
    headStep(recipe),
    ...ingredients.steps,
  ];
  // Selection scores first: greedy soups wait for them, and nothing waits for a report.
  const singles = [stock, ...ingredients.models];
  for (const benchmark of selection) steps.push(...singles.map((model) => evaluateStep(recipe, model, benchmark)));
  for (const { model, step } of soups) {
    steps.push(step);
    for (const benchmark of selection) steps.push(evaluateStep(recipe, model, benchmark));
  }
  const models = [...singles, ...soups.map(({ model }) => model)];
  for (const benchmark of recipe.report) steps.push(...models.map((model) => evaluateStep(recipe, model, benchmark)));

  const determined = steps.map(({ title: _, ...step }) => step);
  const body = { seed: recipe.seed, report: recipe.report, selection };
  return { name: recipe.name, ...body, steps, hash: hashJson({ ...body, steps: determined.map(asJson) }) };
}

/** The benchmarks that something is chosen by. */
function usedSelection(recipe: Recipe): string[] {
  const used = new Set(Object.values(recipe.soups).flatMap((soup) => (isMixed(soup) ? [] : [soup.select])));
  const [first] = selectionBenchmarks(recipe);
  if (recipe.baselines.includes('best') && used.size === 0 && first !== undefined) used.add(first);
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

function stockStep(recipe: Recipe): PlanStep {
  const { name, head } = recipe.stock;
  const origin = stockOrigin(recipe.stock);
  if (origin === undefined) throw new TypeError('compilePlan: the stock has no origin; parseRecipe refuses this.');
  const makes: PlanStep['makes'] = { type: 'model', model: 'stock', name, parents: [] };
  return origin.from === 'checkpoint'
    ? { id: 'stock', ...importStep(name, origin, head.algorithm), makes }
    : { id: 'stock', ...pretrainStep(recipe, origin), makes };
}

function importStep(
  name: string,
  { checkpoint, sha256 }: Extract<StockOrigin, { from: 'checkpoint' }>,
  head: ProbeParameters['algorithm'],
): Pick<PlanStep, 'kind' | 'title' | 'parameters' | 'inputs'> {
  // Text embeddings are compared with features by their angle alone.
  const unit = head === 'zero-shot' ? ({ unit_features: true } as const) : {};
  const parameters: ImportParameters = { source: checkpoint, sha256, ...unit };
  return { kind: 'import', title: `Import the stock ${name}`, parameters: asJson(parameters), inputs: {} };
}

function pretrainStep(
  recipe: Recipe,
  { architecture, pretrain }: Extract<StockOrigin, { from: 'pretraining' }>,
): Pick<PlanStep, 'kind' | 'title' | 'parameters' | 'inputs'> {
  const parameters: PretrainParameters = {
    ...pretrain,
    architecture,
    split: splitName(pretrain.split),
    seed: recipe.seed,
  };
  return {
    kind: 'pretrain',
    title: `Pre-train the stock ${recipe.stock.name} (${pretrain.algorithm})`,
    parameters: asJson(parameters),
    inputs: { dataset: [datasetOf(pretrain.split)] },
  };
}

function headStep(recipe: Recipe): PlanStep {
  const { head } = recipe.stock;
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

function benchmarkStep(recipe: Recipe, name: string): PlanStep {
  const { split, subset, corruptions, severities } = known(own(recipe.benchmarks, name), name);
  const levels = [...(severities ?? [1, 2, 3, 4, 5])].sort((a, b) => a - b);
  const parameters: BenchmarkParameters = {
    split: splitName(split),
    subset: subset === undefined ? null : { count: subset.count, seed: subset.seed ?? recipe.seed },
    corruptions: corruptions ?? null,
    severities: corruptions === undefined ? null : levels,
  };
  return {
    id: `benchmarks/${name}`,
    kind: 'benchmark',
    title: corruptions === undefined ? `Fix the benchmark ${name}` : `Corrupt the images of the benchmark ${name}`,
    parameters: asJson(parameters),
    inputs: { dataset: [datasetOf(split)] },
    makes: { type: 'benchmark', name, split },
  };
}

function evaluateStep(recipe: Recipe, model: PlannedModel, name: string): PlanStep {
  const benchmark = known(own(recipe.benchmarks, name), name);
  const inputs: Record<string, readonly StepInput[]> = {
    dataset: [datasetOf(benchmark.split)],
    benchmark: [{ step: `benchmarks/${name}`, output: 'protocol' }],
  };
  if (benchmark.corruptions !== undefined) inputs.images = [{ step: `benchmarks/${name}`, output: 'images' }];
  if (model.predictor === 'logit-ensemble') {
    inputs.logits = model.members.map((member) => ({ step: evaluationId(member, name), output: 'logits' }));
    inputs.members = [{ step: model.step, output: 'members' }];
  } else {
    inputs.model = [{ step: model.step, output: 'checkpoint' }];
    if (model.predictor === 'probe') inputs.head = [{ step: 'head', output: 'head' }];
  }
  const transduction = transductionOf(recipe, model.sources, benchmark.split);
  const seen = transduction === undefined ? {} : { transduction };
  return {
    id: evaluationId(model, name),
    kind: 'evaluate',
    title: `Score ${model.name} on ${name}${transduction === undefined ? '' : ` (transductive, ${transduction})`}`,
    parameters: { predictor: model.predictor },
    inputs,
    makes: { type: 'evaluation', model: model.step, benchmark: `benchmarks/${name}`, ...seen },
  };
}

function known<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined)
    throw new TypeError(`compilePlan: '${name}' is not in the recipe; parseRecipe refuses this.`);
  return value;
}
