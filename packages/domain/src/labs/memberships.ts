import { asc, eq, labs, memberships as table } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { open, scopesAllow, userOf } from '../verb/policy.js';
import { labListInput, type Membership } from './types.js';

/** The actor's own memberships, by slug; none for who is not signed in. */
export const memberships = defineVerb({
  name: 'labs.memberships',
  effect: 'read',
  policy: open,
  input: labListInput,
  async run(tx, ctx): Promise<readonly Membership[]> {
    const userId = userOf(ctx.actor);
    if (userId === null) return [];
    const rows = await tx
      .select({ lab: labs, role: table.role })
      .from(table)
      .innerJoin(labs, eq(labs.id, table.labId))
      .where(eq(table.userId, userId))
      .orderBy(asc(labs.slug));
    return rows.filter(({ lab }) => scopesAllow(ctx.actor, lab.id, false));
  },
});
