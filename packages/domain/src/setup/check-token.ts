import { setupTokens } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { open } from '../verb/policy.js';
import { usable } from './tokens.js';
import { checkSetupTokenInput } from './types.js';

/** Whether a set-up token opens now: asked before an account is made for its holder. */
export const checkToken = defineVerb({
  name: 'setup.checkToken',
  effect: 'read',
  policy: open,
  input: checkSetupTokenInput,
  async run(tx, _ctx, input): Promise<{ usable: boolean }> {
    const found = await tx.select({ id: setupTokens.id }).from(setupTokens).where(usable(input.token)).limit(1);
    return { usable: found.length > 0 };
  },
});
