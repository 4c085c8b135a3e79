import { and, asc, eq, isNotNull, labs, memberships, or } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { open, scopesAllow, userOf } from '../verb/policy.js';
import { type Lab, labListInput } from './types.js';

/** The labs the actor may see, by slug: the public ones and those it is a member of. */
export const list = defineVerb({
  name: 'labs.list',
  effect: 'read',
  policy: open,
  input: labListInput,
  async run(tx, ctx): Promise<readonly Lab[]> {
    const rows = await tx
      .select({ lab: labs })
      .from(labs)
      .leftJoin(memberships, and(eq(memberships.labId, labs.id), eq(memberships.userId, userOf(ctx.actor) ?? '')))
      .where(ctx.actor.type === 'system' ? undefined : or(eq(labs.visibility, 'public'), isNotNull(memberships.role)))
      .orderBy(asc(labs.slug));
    return rows.map((row) => row.lab).filter((lab) => scopesAllow(ctx.actor, lab.id, false));
  },
});
