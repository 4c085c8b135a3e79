import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, reader } from '../verb/policy.js';
import { type Lab, labGetInput } from './types.js';

/** A lab by its id. */
export const get = defineVerb({
  name: 'labs.get',
  effect: 'read',
  policy: reader({ what: 'lab', target: (input: { id: string }) => ({ ref: input.id }) }),
  input: labGetInput,
  run: async (_tx, ctx: LabGrant): Promise<Lab> => ctx.lab,
});
