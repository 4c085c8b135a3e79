/** @file The models that a recipe makes, by the names that a recipe may call them. */
import { compileIngredients } from './compile-ingredients.js';
import { compileSoups } from './compile-models.js';
import type { ModelKind, PlanStep } from './plan.js';
import type { PlannedModel } from './planned.js';
import type { Recipe } from './schema.js';

/** A model of the plan, or a snapshot of its training. */
export interface NamedModel {
  readonly model: PlannedModel;
  readonly kind: ModelKind;
  /** As documents call it. */
  readonly name: string;
  /** Output of its step: its weights, or the list of an ensemble's members. */
  readonly output: string;
}

export interface PlannedModels {
  /** All names: of groups, of single models, of soups and ensembles, and of the stock. */
  readonly names: readonly string[];
  /** The models of a group, or one model; undefined for a name that there is not. */
  named(name: string): readonly NamedModel[] | undefined;
  /** What a soup was mixed of, in its order; undefined for what is no soup. */
  poolOf(soup: string): readonly NamedModel[] | undefined;
  /** Steps that make soups and ensembles, by the names of these. */
  readonly soups: ReadonlyMap<string, PlanStep>;
}

/** @param recipe checked, but for its analyses */
export function plannedModels(recipe: Recipe): PlannedModels {
  const ingredients = compileIngredients(recipe);
  const stock: PlannedModel = { step: 'stock', name: 'stock', predictor: 'probe', sources: [], members: [] };
  const stockName = recipe.stock?.name ?? 'stock';
  const groups = new Map<string, readonly NamedModel[]>();
  if (recipe.stock !== undefined) {
    groups.set(stockName, [{ model: stock, kind: 'stock', name: stockName, output: 'checkpoint' }]);
  }
  const steps = new Map<string, NamedModel>();
  const soups = new Map<string, PlanStep>();
  const single = (model: PlannedModel, kind: ModelKind, output = 'checkpoint') => {
    const named: NamedModel = { model, kind, name: model.name, output };
    steps.set(model.step, named);
    groups.set(model.name, [named]);
    return named;
  };
  for (const [name, models] of ingredients.groups) {
    groups.set(
      name,
      models.map((model) => single(model, 'ingredient')),
    );
  }
  for (const model of ingredients.headless) {
    const named = single(model, 'ingredient');
    const [group = ''] = model.sources;
    groups.set(group, [...(groups.get(group) ?? []), named]);
  }
  for (const { model, step } of compileSoups(recipe, ingredients)) {
    const ensemble = step.makes.type === 'model' && step.makes.model === 'ensemble';
    single(model, ensemble ? 'ensemble' : 'soup', ensemble ? 'members' : 'checkpoint');
    soups.set(model.name, step);
  }
  return {
    names: [...groups.keys()],
    named: (name) => groups.get(name === 'stock' ? (stockName ?? name) : name),
    poolOf(name) {
      return soups.get(name)?.inputs.ingredients?.flatMap(({ step, output }) => {
        const made = steps.get(step);
        if (made === undefined) return [];
        return output === made.output ? [made] : [{ ...made, name: `${made.name}/${output}`, output }];
      });
    },
    soups,
  };
}
