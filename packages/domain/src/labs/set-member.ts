import { and, count, eq, lock, memberships } from '@stockpot/db';
import { StockpotError } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, member } from '../verb/policy.js';
import { sqlState } from '../verb/transaction.js';
import { setMemberInput } from './types.js';

/** Gives a user a role in the lab, changes it, or (role null) takes it away. A lab keeps at least one owner. */
export const setMember = defineVerb({
  name: 'labs.setMember',
  effect: 'write',
  policy: member('owner', inLab()),
  input: setMemberInput,
  async run(tx, ctx: LabGrant, input): Promise<{ changed: boolean }> {
    // One change at a time: two owners who demote each other at once must not both succeed.
    await lock(tx, `members of ${ctx.lab.id}`);
    const mine = and(eq(memberships.labId, ctx.lab.id), eq(memberships.userId, input.userId));
    const [current] = await tx.select({ role: memberships.role }).from(memberships).where(mine);
    if ((current?.role ?? null) === input.role) return { changed: false };
    if (current?.role === 'owner') {
      const [owners] = await tx
        .select({ n: count() })
        .from(memberships)
        .where(and(eq(memberships.labId, ctx.lab.id), eq(memberships.role, 'owner')));
      if ((owners?.n ?? 0) < 2) {
        throw new StockpotError(
          'CONFLICT',
          'A lab needs an owner, and this is its last one.',
          'Make somebody else an owner first.',
        );
      }
    }
    if (input.role === null) await tx.delete(memberships).where(mine);
    else {
      const { role } = input;
      await tx
        .insert(memberships)
        .values({ labId: ctx.lab.id, userId: input.userId, role })
        .onConflictDoUpdate({ target: [memberships.labId, memberships.userId], set: { role } })
        .catch((error: unknown) => {
          if (sqlState(error) !== '23503') throw error;
          throw new StockpotError('NOT_FOUND', 'There is no such user.', 'Check the id of the account.', {
            cause: error,
          });
        });
    }
    return { changed: true };
  },
  audit: (input, output) => (output.changed ? { object: input.userId, details: { role: input.role } } : null),
});
