/** @file Groups of ingredients → steps: trainings without labels first, then what is fine-tuned from the stock or from them. */
import { alignSteps, importSteps } from './compile-given.js';
import { draw, drawSeed, isRange } from './draw.js';
import { ingredientName, numbered } from './drawn-names.js';
import { type FinetuneParameters, finetuneParameters, pretrainParameters } from './parameters.js';
import type { PlanStep } from './plan.js';
import { asJson, datasetOf, type PlannedModel, splitName } from './planned.js';
import { interTrained, isTraining, type Recipe, type RecipeInterTraining, type RecipeTraining } from './schema.js';

export interface PlannedIngredients {
  readonly steps: readonly PlanStep[];
  /** Those that have a head, and can be scored and souped: all but those that were trained without labels. */
  readonly models: readonly PlannedModel[];
  /** Those that were trained without labels: they have features, and can be scored by these. */
  readonly headless: readonly PlannedModel[];
  /** Group name → its models. */
  readonly groups: ReadonlyMap<string, readonly PlannedModel[]>;
}

type Supervised = Exclude<RecipeTraining, RecipeInterTraining>;

/** What an ingredient is trained from. */
interface Start {
  readonly step: string;
  /** Its name and that of its group; null for the stock. */
  readonly name: string | null;
  readonly group: string | null;
}

const STOCK: Start = { step: 'stock', name: null, group: null };

export function compileIngredients(recipe: Recipe): PlannedIngredients {
  const steps: PlanStep[] = [];
  const interTrainings = new Map<string, readonly Start[]>();
  for (const group of recipe.ingredients) {
    if (!interTrained(group)) continue;
    const made = numbered(group.count).map((index) => interTrainingStep(recipe, group, index));
    steps.push(...made);
    interTrainings.set(
      group.name,
      made.map(({ id, makes }) => ({ step: id, name: 'name' in makes ? makes.name : id, group: group.name })),
    );
  }
  const groups = new Map<string, readonly PlannedModel[]>();
  for (const group of recipe.ingredients) {
    if (group.algorithm === 'imported') {
      const imported = importSteps(recipe, group);
      steps.push(...imported.map(({ step }) => step));
      groups.set(
        group.name,
        imported.map(({ model }) => model),
      );
    }
    if (!isTraining(group) || interTrained(group)) continue;
    const starts = group.from === undefined ? [STOCK] : group.from.flatMap((name) => interTrainings.get(name) ?? []);
    const models: PlannedModel[] = [];
    for (const start of starts) {
      for (const index of numbered(group.count)) {
        const step = fineTuningStep(recipe, group, index, start);
        steps.push(step);
        const name = ingredientName(group, index, start.name);
        const sources = start.group === null ? [] : [start.group];
        models.push({ step: step.id, name, predictor: 'checkpoint', sources, members: [] });
      }
    }
    groups.set(group.name, models);
  }
  const given = new Map(groups);
  for (const group of recipe.ingredients) {
    if (group.algorithm !== 'aligned') continue;
    const aligned = alignSteps(group, given);
    steps.push(...aligned.map(({ step }) => step));
    groups.set(
      group.name,
      aligned.map(({ model }) => model),
    );
  }
  const headless = [...interTrainings.values()].flat().map(
    ({ step, name, group }): PlannedModel => ({
      ...{ step, name: name ?? step, predictor: 'headless', sources: group === null ? [] : [group], members: [] },
    }),
  );
  return { steps, models: [...groups.values()].flat(), headless, groups };
}

/** What draw `index` of a group trains with. It does not depend on what the training starts from. */
function drawn(recipe: Recipe, group: RecipeTraining, index: number): Readonly<Record<string, unknown>> {
  const seed = group.seed ?? recipe.seed;
  return {
    ...Object.fromEntries(
      Object.entries(group.space).map(([parameter, value]) => [
        parameter,
        isRange(value) ? draw(value, seed, index, parameter) : value,
      ]),
    ),
    algorithm: group.algorithm,
    split: splitName(group.split),
    seed: drawSeed(seed, index),
  };
}

function interTrainingStep(recipe: Recipe, group: RecipeInterTraining, index: number): PlanStep {
  const name = ingredientName(group, index, null);
  return {
    id: `ingredients/${name}`,
    kind: 'pretrain',
    title: `Train ${name} without labels (${group.algorithm})`,
    parameters: asJson(pretrainParameters.parse({ ...drawn(recipe, group, index), ...stoppedBy(group.space) })),
    inputs: {
      dataset: [datasetOf(group.split)],
      stock: [{ step: 'stock', output: 'checkpoint' }],
    },
    makes: { type: 'model', model: 'ingredient', name, parents: ['stock'] },
  };
}

function fineTuningStep(recipe: Recipe, group: Supervised, index: number, start: Start): PlanStep {
  const name = ingredientName(group, index, start.name);
  return {
    id: `ingredients/${name}`,
    kind: 'finetune',
    title: `Fine-tune ${name}`,
    parameters: asJson(finetuneParameters.parse({ ...drawn(recipe, group, index), ...stoppedBy(group.space) })),
    inputs: {
      dataset: [datasetOf(group.split)],
      stock: [{ step: 'stock', output: 'checkpoint' }],
      head: [{ step: 'head', output: 'head' }],
      ...(start.name === null ? {} : { start: [{ step: start.step, output: 'checkpoint' }] }),
    },
    makes: { type: 'model', model: 'ingredient', name, parents: [start.step] },
  };
}

interface StoppedEarly {
  readonly early_stopping?: NonNullable<FinetuneParameters['early_stopping']>;
}

/** The split that ends a training, as the step finds it in its dataset. */
export function stoppedBy({ early_stopping: stopping }: StoppedEarly): Partial<StoppedEarly> {
  return stopping === undefined ? {} : { early_stopping: { ...stopping, split: splitName(stopping.split) } };
}
