/** @file Ingredients that are not trained → steps: checkpoints that are there already, and models put in another order. */
import { isMeasured } from './compile-benchmarks.js';
import { alignedName, ingredientName, modelsToAlign } from './drawn-names.js';
import { groupsWithBatchNorm } from './lineage.js';
import type { AlignParameters, ImportParameters } from './parameters.js';
import type { PlanStep } from './plan.js';
import { asJson, datasetOf, type PlannedModel } from './planned.js';
import type { Recipe, RecipeAlignments, RecipeImports } from './schema.js';

export interface PlannedIngredient {
  readonly model: PlannedModel;
  readonly step: PlanStep;
}

export function importSteps(recipe: Recipe, group: RecipeImports): PlannedIngredient[] {
  const ofStock = group.stock !== undefined && group.stock === recipe.stock?.name;
  const datasets = answeredDatasets(recipe);
  const shared: Omit<ImportParameters, 'source' | 'sha256'> = {
    algorithm: 'imported',
    trained_on: group.trained_on ?? 'unknown',
    ...(group.seen_unlabelled === undefined ? {} : { seen_unlabelled: group.seen_unlabelled }),
    ...(group.stock === undefined ? {} : { stock: group.stock }),
    ...(ofStock && recipe.stock?.head.algorithm === 'zero-shot' ? { unit_features: true } : {}),
    ...(groupsWithBatchNorm(recipe).has(group.name) ? { batch_normalisation: true } : {}),
  };
  return group.checkpoints.map(({ sha256, ...source }, index) => {
    const name = ingredientName(group, index, null);
    const id = `ingredients/${name}`;
    const parameters: ImportParameters = { source, sha256: sha256 ?? null, ...shared };
    return {
      model: { step: id, name, predictor: 'checkpoint', sources: [group.name], members: [] },
      step: {
        id,
        kind: 'import',
        title: `Import ${name}`,
        parameters: asJson(parameters),
        inputs: {
          ...(datasets.length === 0 ? {} : { datasets: datasets.map((reference) => datasetOf(reference)) }),
          ...(ofStock
            ? { stock: [{ step: 'stock', output: 'checkpoint' }], head: [{ step: 'head', output: 'head' }] }
            : {}),
        },
        makes: { type: 'model', model: 'ingredient', name, parents: ofStock ? ['stock'] : [] },
      },
    };
  });
}

/** A split of each dataset whose classes the models of the recipe are asked for, all of them. */
function answeredDatasets(recipe: Recipe): string[] {
  const asked = Object.values(recipe.benchmarks).filter(
    (benchmark) => !isMeasured(benchmark) && benchmark.classes === undefined,
  );
  const byDataset = new Map(asked.map(({ split }) => [datasetOf(split).step, split]));
  return [...byDataset.values()];
}

/** @param groups the models that are trained or imported, by the names of their groups */
export function alignSteps(
  group: RecipeAlignments,
  groups: ReadonlyMap<string, readonly PlannedModel[]>,
): PlannedIngredient[] {
  const known = new Map([...groups.values()].flat().map((model) => [model.name, model]));
  const names = new Map([...groups].map(([name, models]) => [name, models.map((model) => model.name)]));
  const parameters: AlignParameters = { algorithm: 'aligned', method: group.method };
  const reference = planned(known, group.to);
  return modelsToAlign(group, names).map((member) => {
    const model = planned(known, member);
    const name = alignedName(group, member);
    const id = `ingredients/${name}`;
    return {
      model: { ...model, step: id, name },
      step: {
        id,
        kind: 'align',
        title: `Align ${member} to ${group.to}`,
        parameters: asJson(parameters),
        inputs: {
          model: [{ step: model.step, output: 'checkpoint' }],
          reference: [{ step: reference.step, output: 'checkpoint' }],
        },
        makes: { type: 'model', model: 'ingredient', name, parents: [model.step, reference.step] },
      },
    };
  });
}

function planned(known: ReadonlyMap<string, PlannedModel>, name: string): PlannedModel {
  const model = known.get(name);
  if (model === undefined)
    throw new TypeError(`compilePlan: '${name}' is not in the recipe; parseRecipe refuses this.`);
  return model;
}
