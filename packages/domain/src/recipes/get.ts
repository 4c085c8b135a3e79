import { and, eq, recipes } from '@stockpot/db';
import { notFound } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { getRecipeInput, type Recipe, recipeColumns } from './types.js';

/** A recipe by its id, as its author wrote it. */
export const get = defineVerb({
  name: 'recipes.get',
  effect: 'read',
  policy: reader(labOf('recipe', 'recipes', (input: { id: string }) => input.id)),
  input: getRecipeInput,
  async run(tx, ctx: LabGrant, input): Promise<Recipe> {
    const [found] = await tx
      .select(recipeColumns)
      .from(recipes)
      .where(and(eq(recipes.labId, ctx.lab.id), eq(recipes.id, input.id)));
    if (found === undefined) throw notFound('recipe');
    return found;
  },
});
