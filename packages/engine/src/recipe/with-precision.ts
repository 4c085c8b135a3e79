import type { Recipe } from './schema.js';
import type { PRECISIONS } from './training-options.js';

export type TrainingPrecision = (typeof PRECISIONS)[number];

/** The recipe with every training in one precision, whatever it says of its own. */
export function withPrecision(recipe: Recipe, precision: TrainingPrecision): Recipe {
  const { stock, ingredients } = recipe;
  const { pretrain } = stock;
  return {
    ...recipe,
    stock: pretrain === undefined ? stock : { ...stock, pretrain: { ...pretrain, precision } },
    ingredients: ingredients.map((group) => drawnIn(group, precision)),
  };
}

function drawnIn<Group extends { readonly space: object }>(group: Group, precision: TrainingPrecision): Group {
  return { ...group, space: { ...group.space, precision } };
}
