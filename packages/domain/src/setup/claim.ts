import { administrators, and, eq, isNull, labs, lock, memberships, setupTokens, users } from '@stockpot/db';
import { notFound, StockpotError } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { open } from '../verb/policy.js';
import { hasAdministrator, usable } from './tokens.js';
import { claimSetupInput } from './types.js';

/**
 * Makes the user the first administrator, and owner of every lab that has none (the demo). The token is the authority: it
 * works once, and only while there is no administrator; of two claims at once one succeeds.
 */
export const claim = defineVerb({
  name: 'setup.claim',
  effect: 'write',
  policy: open,
  input: claimSetupInput,
  async run(tx, _ctx, input): Promise<{ labs: readonly string[] }> {
    await lock(tx, 'setup');
    const spent = (await hasAdministrator(tx))
      ? []
      : await tx
          .update(setupTokens)
          .set({ usedAt: new Date() })
          .where(usable(input.token))
          .returning({ id: setupTokens.id });
    if (spent.length === 0) {
      throw new StockpotError(
        'FORBIDDEN',
        'This set-up link does not work (any more).',
        'Start Stockpot again for a new link; if an administrator exists already, sign in instead.',
      );
    }
    const [user] = await tx.select({ id: users.id }).from(users).where(eq(users.id, input.userId));
    if (user === undefined) throw notFound('user');
    await tx.insert(administrators).values({ userId: user.id });
    const orphans = await tx
      .select({ id: labs.id })
      .from(labs)
      .leftJoin(memberships, and(eq(memberships.labId, labs.id), eq(memberships.role, 'owner')))
      .where(isNull(memberships.userId));
    for (const lab of orphans) {
      await tx
        .insert(memberships)
        .values({ labId: lab.id, userId: user.id, role: 'owner' })
        .onConflictDoUpdate({ target: [memberships.labId, memberships.userId], set: { role: 'owner' } });
    }
    return { labs: orphans.map((lab) => lab.id) };
  },
  audit: (input, output) => ({ object: input.userId, details: { labs: output.labs } }),
});
