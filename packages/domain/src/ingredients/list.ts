import { pageOfModels } from '../models/page.js';
import { type Ingredient, listIngredientsInput } from '../models/types.js';
import type { Page } from '../page.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';

/** A lab's ingredients, newest first. */
export const list = defineVerb({
  name: 'ingredients.list',
  effect: 'read',
  policy: reader(inLab()),
  input: listIngredientsInput,
  async run(tx, ctx: LabGrant, input): Promise<Page<Ingredient>> {
    const page = await pageOfModels(tx, ctx.lab.id, { ...input, kind: 'ingredient' });
    return {
      ...page,
      edges: page.edges.flatMap(({ node, cursor }) => (node.kind === 'ingredient' ? [{ node, cursor }] : [])),
    };
  },
});
