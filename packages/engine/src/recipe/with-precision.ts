import { isTraining, type Recipe } from './schema.js';
import type { PRECISIONS } from './training-options.js';

export type TrainingPrecision = (typeof PRECISIONS)[number];

/** The recipe with every training in one precision, whatever it says of its own. */
export function withPrecision(recipe: Recipe, precision: TrainingPrecision): Recipe {
  const { stock, ingredients } = recipe;
  return {
    ...recipe,
    stock: stock?.pretrain === undefined ? stock : { ...stock, pretrain: { ...stock.pretrain, precision } },
    ingredients: ingredients.map((group) => (isTraining(group) ? drawnIn(group, precision) : group)),
  };
}

function drawnIn<Group extends { readonly space: object }>(group: Group, precision: TrainingPrecision): Group {
  return { ...group, space: { ...group.space, precision } };
}
