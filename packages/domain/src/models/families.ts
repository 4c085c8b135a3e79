import { and, asc, eq, inArray, modelParents } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { type Family, familiesInput } from './types.js';

/** The parents and children of each of the given models, for loaders; at most 20,000 edges each way. */
export const families = defineVerb({
  name: 'models.families',
  effect: 'read',
  policy: reader(inLab()),
  input: familiesInput,
  async run(tx, ctx: LabGrant, input): Promise<readonly Family[]> {
    if (input.ids.length === 0) return [];
    const edge = {
      parentId: modelParents.parentId,
      childId: modelParents.childId,
      coefficient: modelParents.coefficient,
    };
    const touching = (column: typeof modelParents.childId | typeof modelParents.parentId) =>
      tx
        .select(edge)
        .from(modelParents)
        .where(and(eq(modelParents.labId, ctx.lab.id), inArray(column, input.ids)))
        .orderBy(asc(modelParents.childId), asc(modelParents.parentId))
        .limit(20_000);
    const above = await touching(modelParents.childId);
    const below = await touching(modelParents.parentId);
    return input.ids.map((modelId) => ({
      modelId,
      parents: above.filter((found) => found.childId === modelId),
      children: below.filter((found) => found.parentId === modelId),
    }));
  },
});
