import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, reader } from '../verb/policy.js';
import { type Lab, labBySlugInput } from './types.js';

/** A lab by its slug. */
export const bySlug = defineVerb({
  name: 'labs.bySlug',
  effect: 'read',
  policy: reader({ what: 'lab', target: (input: { slug: string }) => ({ ref: input.slug }) }),
  input: labBySlugInput,
  run: async (_tx, ctx: LabGrant): Promise<Lab> => ctx.lab,
});
