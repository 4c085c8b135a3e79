import { labs, memberships, newId } from '@stockpot/db';
import { StockpotError } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { administrator, userOf } from '../verb/policy.js';
import { createLabInput, type Lab } from './types.js';

/** Makes a lab. The administrator who makes it owns it; one made by the installation gets its owner at set-up. */
export const create = defineVerb({
  name: 'labs.create',
  effect: 'write',
  policy: administrator,
  input: createLabInput,
  async run(tx, ctx, input): Promise<Lab> {
    const [lab] = await tx
      .insert(labs)
      .values({ id: newId('lab'), ...input })
      .onConflictDoNothing({ target: labs.slug })
      .returning();
    if (lab === undefined) {
      throw new StockpotError('CONFLICT', `There is a lab ${input.slug} already.`, 'Choose another slug.');
    }
    const userId = userOf(ctx.actor);
    if (userId !== null) await tx.insert(memberships).values({ labId: lab.id, userId, role: 'owner' });
    return lab;
  },
  audit: (input, lab) => ({
    object: lab.id,
    labId: lab.id,
    details: { slug: input.slug, visibility: input.visibility },
  }),
});
