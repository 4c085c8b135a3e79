import { asksFor, type GreedyEnsembleWish, greedyEnsembleWishes } from './baselines.js';
import { type BatchNormOptions, batchNormName } from './batch-norm-options.js';
import { selectionBenchmarks } from './check-benchmarks.js';
import { own } from './check-splits.js';
import type { PlannedIngredients } from './compile-ingredients.js';
import { groupOfDrawn } from './drawn-names.js';
import { looksAtExamples, plannedExampleSoup } from './example-soups.js';
import { isMixed, mixingMethod, plannedMixing } from './mixing-soups.js';
import type { BatchNormParameters, SoupParameters } from './parameters.js';
import type { PlanStep, StepInput } from './plan.js';
import {
  asJson,
  datasetOf,
  ensembleName,
  evaluationId,
  greedyEnsembleName,
  type PlannedModel,
  splitName,
} from './planned.js';
import { isTraining, type Recipe, type RecipeSoup } from './schema.js';
import { snapshotOutput } from './training-options.js';

export interface PlannedSoup {
  readonly model: PlannedModel;
  readonly step: PlanStep;
}

/** The soups, each after the soups it is made of, then one ensemble for each pool when the recipe asks for them. */
export function compileSoups(recipe: Recipe, ingredients: PlannedIngredients): PlannedSoup[] {
  const soups = new Map<string, PlannedSoup>();
  const beside: PlannedSoup[] = [];
  for (const name of soupOrder(recipe)) {
    const soup = own(recipe.soups, name);
    if (soup === undefined) continue;
    const members = soup.ingredients.flatMap((member) => membersOf(member, ingredients, soups));
    soups.set(name, {
      model: { step: `soups/${name}`, name, predictor: 'checkpoint', sources: [name], members: [] },
      step: soupStep(recipe, name, soup, members),
    });
    if (soup.batchnorm !== undefined) beside.push(estimatedSoup(recipe, name, soup.batchnorm));
  }
  const ensembles = new Map<string, PlannedSoup>();
  if (asksFor(recipe, 'ensemble')) {
    for (const soup of Object.values(recipe.soups)) {
      const pool = soup.ingredients.join('+');
      const members = soup.ingredients.flatMap((member) => membersOf(member, ingredients, soups));
      // The mean of one model's logits is that model.
      if (ensembles.has(pool) || members.length < 2) continue;
      ensembles.set(pool, ensemble(pool, members));
    }
  }
  const greedy = greedyEnsembleWishes(recipe).flatMap(({ wish }) => greedyEnsembles(recipe, wish, ingredients, soups));
  return [...soups.values(), ...beside, ...ensembles.values(), ...greedy];
}

/** One for each pool and benchmark that something of this pool is chosen by; named by both where a pool has several. */
function greedyEnsembles(
  recipe: Recipe,
  wish: GreedyEnsembleWish,
  ingredients: PlannedIngredients,
  soups: ReadonlyMap<string, PlannedSoup>,
): PlannedSoup[] {
  const pools = new Map<string, { readonly members: readonly PlannedModel[]; readonly selections: Set<string> }>();
  for (const soup of Object.values(recipe.soups)) {
    const members = soup.ingredients.flatMap((member) => membersOf(member, ingredients, soups));
    if (members.length < 2) continue;
    const name = soup.ingredients.join('+');
    const pool = pools.get(name) ?? { members, selections: new Set() };
    pool.selections.add(selectionOf(recipe, soup));
    pools.set(name, pool);
  }
  return [...pools].flatMap(([pool, { members, selections }]) =>
    [...selections].map((select) =>
      greedyEnsemble(recipe, wish, { pool, members, select, several: selections.size > 1 }),
    ),
  );
}

/** The benchmark that a baseline of this soup is chosen by: the soup's own, or the first there is. */
export function selectionOf(recipe: Recipe, soup: RecipeSoup): string {
  return isMixed(soup) ? (selectionBenchmarks(recipe)[0] ?? '') : soup.select;
}

function membersOf(
  member: string,
  ingredients: PlannedIngredients,
  soups: ReadonlyMap<string, PlannedSoup>,
): readonly PlannedModel[] {
  const soup = soups.get(member);
  if (soup !== undefined) return [soup.model];
  return ingredients.groups.get(member) ?? ingredients.models.filter(({ name }) => name === member);
}

/** What a soup is mixed of: the checkpoints of its members, or the snapshots of the one training that they are. */
function mixedOutputs(recipe: Recipe, soup: RecipeSoup, members: readonly PlannedModel[]): StepInput[] {
  if (!isMixed(soup) || soup.over !== 'snapshots') {
    return members.map(({ step }) => ({ step, output: 'checkpoint' }));
  }
  return members.flatMap(({ step, name }) => {
    const group = groupOfDrawn(recipe, name);
    const count = group !== undefined && isTraining(group) ? (group.space.snapshots ?? 0) : 0;
    return Array.from({ length: count }, (_, index) => ({ step, output: snapshotOutput(index + 1) }));
  });
}

/** Soup names, each after those it is made of; the recipe was checked to have no cycle. */
function soupOrder(recipe: Recipe): string[] {
  const order = new Set<string>();
  const pending = Object.keys(recipe.soups).reverse();
  while (pending.length > 0) {
    const name = pending[pending.length - 1] ?? '';
    const missing = (own(recipe.soups, name)?.ingredients ?? []).filter(
      (member) => own(recipe.soups, member) !== undefined && !order.has(member),
    );
    if (missing.length > 0) pending.push(...missing);
    else {
      order.add(name);
      pending.pop();
    }
  }
  return [...order];
}

function soupStep(recipe: Recipe, name: string, soup: RecipeSoup, members: readonly PlannedModel[]): PlanStep {
  const parameters = soupParametersOf(recipe, soup);
  const ingredients = mixedOutputs(recipe, soup, members);
  const inputs: Record<string, readonly StepInput[]> = { ingredients };
  // By their certificates soups among the ingredients are taken apart.
  const certificates = members.filter(({ step }) => step.startsWith('soups/'));
  if (certificates.length > 0) inputs.certificates = certificates.map(({ step }) => ({ step, output: 'certificate' }));
  const based = isMixed(soup) && mixingMethod(soup).needsBase;
  if (based) {
    inputs.base = [{ step: 'stock', output: 'checkpoint' }];
    inputs.head = [{ step: 'head', output: 'head' }];
  }
  if (!isMixed(soup)) {
    Object.assign(inputs, judgedBy(recipe, soup.select));
    if (soup.method !== 'learned' && !looksAtExamples(soup)) {
      inputs.evaluations = members.map((member) => ({
        step: evaluationId(member, soup.select),
        output: 'evaluation',
      }));
    }
  }
  return {
    id: `soups/${name}`,
    kind: 'soup',
    title: `Cook the soup ${name} (${soup.method} of ${ingredients.length})`,
    parameters: asJson(parameters),
    inputs,
    makes: {
      ...{ type: 'model', model: 'soup', name },
      parents: [...ingredients.map(({ step }) => step), ...(based ? ['stock'] : [])],
    },
  };
}

/** The model beside a soup whose running statistics are estimated again. */
function estimatedSoup(recipe: Recipe, soup: string, { split, count, seed, batch }: BatchNormOptions): PlannedSoup {
  const name = batchNormName(soup);
  const parent = `soups/${soup}`;
  const parameters: BatchNormParameters = {
    ...{ method: 'batchnorm', split: splitName(split), batch },
    subset: count === undefined ? null : { count, seed: seed ?? recipe.seed },
  };
  return {
    model: { step: `soups/${name}`, name, predictor: 'checkpoint', sources: [name], members: [] },
    step: {
      id: `soups/${name}`,
      kind: 'batchnorm',
      title: `Estimate the statistics of ${soup} again on ${split}`,
      parameters: asJson(parameters),
      inputs: {
        dataset: [datasetOf(split)],
        ingredients: [{ step: parent, output: 'checkpoint' }],
        certificates: [{ step: parent, output: 'certificate' }],
      },
      makes: { type: 'model', model: 'soup', name, parents: [parent] },
    },
  };
}

/** The examples of a selection benchmark. */
function judgedBy(recipe: Recipe, select: string): Record<string, readonly StepInput[]> {
  const benchmark = own(recipe.benchmarks, select);
  const protocol = `benchmarks/${select}`;
  return {
    dataset: benchmark === undefined ? [] : [datasetOf(benchmark.split)],
    benchmark: [{ step: protocol, output: 'protocol' }],
    ...(benchmark?.corruptions === undefined ? {} : { images: [{ step: protocol, output: 'images' }] }),
  };
}

/** What the step is told: the recipe's words without those that became inputs. */
function soupParametersOf(recipe: Recipe, soup: RecipeSoup): SoupParameters {
  if (isMixed(soup)) return plannedMixing(soup, recipe.seed);
  if (looksAtExamples(soup)) return plannedExampleSoup(soup, recipe.seed);
  const { ingredients: _, select: __, batchnorm: ___, ...options } = soup;
  if (options.method === 'learned') return { ...options, seed: options.seed ?? recipe.seed };
  if (options.method !== 'greedy') return options;
  const { seed, ...others } = options;
  return seededOrder(others, seed ?? recipe.seed);
}

/** A seed is said only where it decides something. */
function seededOrder<Options extends { readonly order?: string }>(
  options: Options,
  seed: number,
): Options & { readonly seed?: number } {
  return options.order === 'random' ? { ...options, seed } : options;
}

function ensemble(pool: string, members: readonly PlannedModel[]): PlannedSoup {
  const name = ensembleName(pool);
  const parameters: SoupParameters = { method: 'logit-ensemble' };
  const id = `ensembles/${pool}`;
  return {
    model: { step: id, name, predictor: 'logit-ensemble', sources: [], members },
    step: {
      id,
      kind: 'soup',
      title: `List the members of ${name}`,
      parameters: asJson(parameters),
      inputs: { ingredients: members.map(({ step }) => ({ step, output: 'checkpoint' })) },
      makes: { type: 'model', model: 'ensemble', name, parents: members.map(({ step }) => step) },
    },
  };
}

/** The members that greedy chooses by the logits that each has answered on a selection benchmark. */
function greedyEnsemble(
  recipe: Recipe,
  { name: called, seed, ...options }: GreedyEnsembleWish,
  {
    pool,
    members,
    select,
    several,
  }: {
    readonly pool: string;
    readonly members: readonly PlannedModel[];
    readonly select: string;
    /** Whether the pool has an ensemble by another benchmark, too. */
    readonly several: boolean;
  },
): PlannedSoup {
  const { model, step } = ensemble(pool, members);
  const name = `${greedyEnsembleName(pool, called)}${several ? `-by-${select}` : ''}`;
  const id = `${called}-ensembles/${pool}${several ? `/${select}` : ''}`;
  const parameters: SoupParameters = seededOrder(options, seed ?? recipe.seed);
  return {
    model: { ...model, name, step: id },
    step: {
      ...step,
      id,
      title: `Choose the members of ${name}`,
      parameters: asJson(parameters),
      inputs: {
        ...step.inputs,
        ...judgedBy(recipe, select),
        logits: members.map((member) => ({ step: evaluationId(member, select), output: 'logits' })),
      },
      makes: { type: 'model', model: 'ensemble', name, parents: members.map(({ step: parent }) => parent) },
    },
  };
}
