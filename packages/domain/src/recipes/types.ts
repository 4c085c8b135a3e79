import { type RecipeFormat, recipes } from '@stockpot/db';
import { z } from 'zod';
import { labRef, objectId, objectIds } from '../page.js';

export interface Recipe {
  readonly id: string;
  readonly labId: string;
  readonly name: string;
  readonly format: RecipeFormat;
  readonly text: string;
  readonly createdAt: Date;
}
export const recipeColumns = {
  id: recipes.id,
  labId: recipes.labId,
  name: recipes.name,
  format: recipes.format,
  text: recipes.text,
  createdAt: recipes.createdAt,
};
export const getRecipeInput = z.object({ id: objectId });
export const manyRecipesInput = z.object({ lab: labRef, ids: objectIds });
