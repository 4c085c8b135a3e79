/** @file Benchmarks → steps: what is measured, and the scores of each model. */
import { canonicalJson } from '../json.js';
import { type BenchmarkKindName, benchmarkKinds, type KindReads, measureParameters } from './benchmark-kinds/index.js';
import { own } from './check-splits.js';
import { IMAGE_DECODER_NAME } from './dataset-format.js';
import type { BenchmarkParameters, EvaluateParameters, FeaturesParameters } from './parameters.js';
import type { PlanStep, StepInput } from './plan.js';
import { asJson, datasetOf, evaluationId, type PlannedModel, splitName } from './planned.js';
import type { Recipe, RecipeBenchmark } from './schema.js';
import { suiteFacts } from './suites.js';
import { transductionOf } from './transduction.js';

type Subset = { readonly count: number; readonly seed?: number | undefined } | undefined;

export function benchmarkStep(recipe: Recipe, name: string): PlanStep {
  const benchmark = benchmarkNamed(recipe, name);
  const { split, corruptions } = benchmark;
  const second = secondSplit(benchmark);
  const parameters: BenchmarkParameters = {
    split: splitName(split),
    subset: subsetOf(recipe, benchmark.subset),
    ...corruptionParameters(benchmark),
    ...scoringParameters(benchmark),
    ...(isMeasured(benchmark)
      ? { measure: measureParameters.parse(benchmarkKinds[benchmark.kind].measureOf(benchmark)) }
      : {}),
    ...(second === undefined
      ? {}
      : { other: { split: splitName(second.split), subset: subsetOf(recipe, second.subset) } }),
  };
  return {
    id: `benchmarks/${name}`,
    kind: 'benchmark',
    title: `${corruptions === undefined ? 'Fix' : typeof corruptions === 'string' ? 'Corrupt the images of' : 'Read the corrupted images of'} the benchmark ${name}`,
    parameters: asJson(parameters),
    inputs: {
      dataset: [datasetOf(split)],
      ...(second === undefined ? {} : { other: [datasetOf(second.split)] }),
    },
    makes: { type: 'benchmark', name, split },
  };
}

function corruptionParameters({
  corruptions,
  severities,
}: RecipeBenchmark): Pick<BenchmarkParameters, 'corruptions' | 'severities' | 'files' | 'only' | 'codec'> {
  if (corruptions === undefined) return { corruptions: null, severities: null };
  const official = typeof corruptions === 'string' ? undefined : corruptions;
  const suite = typeof corruptions === 'string' ? corruptions : corruptions.suite;
  const { coded, official: published } = suiteFacts[suite];
  const all = official === undefined ? [1, 2, 3, 4, 5] : published;
  return {
    corruptions: suite,
    severities: [...(severities ?? all)].sort((a, b) => a - b),
    ...(official === undefined ? {} : { files: official.files }),
    ...(official?.only === undefined ? {} : { only: official.only }),
    ...(coded[official === undefined ? 'generated' : 'official'] ? { codec: IMAGE_DECODER_NAME } : {}),
  };
}

function scoringParameters(
  benchmark: RecipeBenchmark,
): Pick<BenchmarkParameters, 'classes' | 'normaliser' | 'ordered'> {
  if (isMeasured(benchmark)) return {};
  const { classes, normaliser, ordered } = benchmark;
  return {
    ...(classes === undefined ? {} : { classes }),
    ...(normaliser === undefined ? {} : { normaliser }),
    ...(ordered === undefined ? {} : { ordered }),
  };
}

/** The predictors that can be scored by what a kind reads, and what the evaluation is told. */
const predictors: {
  readonly [Reads in KindReads]: Partial<Record<PlannedModel['predictor'], EvaluateParameters['predictor']>>;
} = {
  // A network in the place of its head: every model that is one network.
  features: { checkpoint: 'features', probe: 'features', headless: 'features' },
  answers: { checkpoint: 'checkpoint', probe: 'probe', 'logit-ensemble': 'logit-ensemble' },
  gradients: { checkpoint: 'checkpoint', probe: 'probe' },
};

/**
 * The steps that score a model on a benchmark; none where it cannot be scored so: a model without a head has no answers, an
 * ensemble no features.
 *
 * @param selection the benchmarks that something is chosen by: one of them with a temperature, an uncorrupted one if there is one, gives it to every other benchmark
 */
export function evaluationSteps(
  recipe: Recipe,
  model: PlannedModel,
  name: string,
  selection: readonly string[],
): PlanStep[] {
  const benchmark = benchmarkNamed(recipe, name);
  const reads = isMeasured(benchmark) ? benchmarkKinds[benchmark.kind].reads : 'answers';
  const predictor = predictors[reads][model.predictor];
  if (predictor === undefined) return [];
  const second = secondSplit(benchmark);
  const features =
    reads === 'features'
      ? [
          featuresStep(recipe, model, benchmark.split, benchmark.subset),
          ...(second === undefined ? [] : [featuresStep(recipe, model, second.split, second.subset)]),
        ]
      : [];
  const [own, bank] = features.map(({ id }): StepInput => ({ step: id, output: 'features' }));
  const inputs: Record<string, readonly StepInput[]> = {
    ...(own === undefined ? { dataset: [datasetOf(benchmark.split)] } : { features: [own] }),
    ...(bank === undefined ? {} : { bank: [bank] }),
    benchmark: [{ step: `benchmarks/${name}`, output: 'protocol' }],
  };
  if (!isMeasured(benchmark)) {
    const calibration = selection.includes(name) ? undefined : temperatureSource(recipe, selection);
    const clean = benchmark.normaliser === undefined ? undefined : uncorrupted(recipe, benchmark);
    for (const [role, other] of Object.entries({ calibration, clean })) {
      if (other !== undefined) inputs[role] = [{ step: evaluationId(model, other), output: 'evaluation' }];
    }
  }
  if (benchmark.corruptions !== undefined) inputs.images = [{ step: `benchmarks/${name}`, output: 'images' }];
  if (second !== undefined && own === undefined) inputs.other = [datasetOf(second.split)];
  if (predictor === 'logit-ensemble') {
    inputs.logits = model.members.map((member) => ({ step: evaluationId(member, name), output: 'logits' }));
    inputs.members = [{ step: model.step, output: 'members' }];
  } else if (predictor !== 'features') {
    inputs.model = [{ step: model.step, output: 'checkpoint' }];
    if (predictor === 'probe') inputs.head = [{ step: 'head', output: 'head' }];
  }
  // What is to be told apart is judged too: a model that saw it without labels is no stranger to it.
  const judged = second?.key === 'against' ? [benchmark.split, second.split] : [benchmark.split];
  const seenAs = originsOf(model).flatMap((groups) => judged.map((split) => transductionOf(recipe, groups, split)));
  const transduction = seenAs.find((one) => one === 'joint') ?? seenAs.find((one) => one !== undefined);
  const seen = transduction === undefined ? {} : { transduction };
  const evaluation: PlanStep = {
    id: evaluationId(model, name),
    kind: 'evaluate',
    title: `Score ${model.name} on ${name}${transduction === undefined ? '' : ` (transductive, ${transduction})`}`,
    parameters: { predictor },
    inputs,
    makes: { type: 'evaluation', model: model.step, benchmark: `benchmarks/${name}`, ...seen },
  };
  return [...features, evaluation];
}

/** What a model comes from; of an ensemble what each of its members does, for one of them from the stock alone names no group. */
function originsOf({ sources, members }: PlannedModel): readonly (readonly string[])[] {
  return members.length === 0 ? [sources] : members.flatMap(originsOf);
}

/** The features of a model for a split: one step however many benchmarks read them. */
function featuresStep(recipe: Recipe, model: PlannedModel, reference: string, subset: Subset): PlanStep {
  const parameters: FeaturesParameters = { split: splitName(reference), subset: subsetOf(recipe, subset) };
  const { subset: chosen } = parameters;
  return {
    id: `features/${model.name}/${reference}${chosen === null ? '' : `/${chosen.count}-${chosen.seed}`}`,
    kind: 'features',
    title: `Take the features of ${model.name} for ${reference}`,
    parameters: asJson(parameters),
    inputs: { dataset: [datasetOf(reference)], model: [{ step: model.step, output: 'checkpoint' }] },
    makes: { type: 'features' },
  };
}

/** The first selection benchmark whose evaluations state a temperature, as plain answers of single classes do; of images as they are, if one is. */
function temperatureSource(recipe: Recipe, selection: readonly string[]): string | undefined {
  const plain = selection.filter((name) => {
    const benchmark = benchmarkNamed(recipe, name);
    return !isMeasured(benchmark) && benchmark.classes === undefined;
  });
  return plain.find((name) => benchmarkNamed(recipe, name).corruptions === undefined) ?? plain[0];
}

/** The reported benchmark on the same examples as they are: what corruptions add to its error makes relative ones. */
function uncorrupted(recipe: Recipe, { split, subset }: RecipeBenchmark): string | undefined {
  const chosen = canonicalJson(subsetOf(recipe, subset));
  return recipe.report.find((name) => {
    const other = benchmarkNamed(recipe, name);
    return (
      !isMeasured(other) &&
      other.corruptions === undefined &&
      other.split === split &&
      canonicalJson(subsetOf(recipe, other.subset)) === chosen
    );
  });
}

/** The second split of a benchmark, if its kind needs one and it names one. */
export function secondSplit(
  benchmark: RecipeBenchmark,
): { readonly key: 'reference' | 'against'; readonly split: string; readonly subset: Subset } | undefined {
  if (!isMeasured(benchmark)) return undefined;
  const { reference, against, reference_subset: subset } = benchmark;
  if (reference !== undefined) return { key: 'reference', split: reference, subset };
  return against === undefined ? undefined : { key: 'against', split: against, subset: undefined };
}

export function isMeasured(
  benchmark: RecipeBenchmark,
): benchmark is Extract<RecipeBenchmark, { readonly kind: BenchmarkKindName }> {
  return benchmark.kind !== undefined && benchmark.kind !== 'accuracy';
}

function subsetOf(recipe: Recipe, subset: Subset): BenchmarkParameters['subset'] {
  return subset === undefined ? null : { count: subset.count, seed: subset.seed ?? recipe.seed };
}

function benchmarkNamed(recipe: Recipe, name: string): RecipeBenchmark {
  const found = own(recipe.benchmarks, name);
  if (found === undefined)
    throw new TypeError(`compilePlan: '${name}' is not in the recipe; parseRecipe refuses this.`);
  return found;
}
