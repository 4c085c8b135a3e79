import { and, eq, inArray, recipes } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { manyRecipesInput, type Recipe, recipeColumns } from './types.js';

/** Recipes of one lab by id, for loaders; ids that are not there are left out. */
export const many = defineVerb({
  name: 'recipes.many',
  effect: 'read',
  policy: reader(inLab()),
  input: manyRecipesInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly Recipe[]> =>
    tx
      .select(recipeColumns)
      .from(recipes)
      .where(and(eq(recipes.labId, ctx.lab.id), inArray(recipes.id, input.ids))),
});
