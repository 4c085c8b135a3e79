import { and, isNull, lock, newId, setupTokens } from '@stockpot/db';
import { StockpotError } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { system } from '../verb/policy.js';
import { hasAdministrator, hashToken, newToken } from './tokens.js';
import { type IssuedSetupToken, issueSetupTokenInput } from './types.js';

/** A new one-time key to the first administrator's account; earlier ones stop working. */
export const issueToken = defineVerb({
  name: 'setup.issueToken',
  effect: 'write',
  policy: system,
  input: issueSetupTokenInput,
  async run(tx, _ctx, input): Promise<IssuedSetupToken> {
    await lock(tx, 'setup');
    if (await hasAdministrator(tx)) {
      throw new StockpotError(
        'CONFLICT',
        'This installation is set up: it has an administrator.',
        'Sign in as that administrator; set-up links are for the first one only.',
      );
    }
    const now = new Date();
    await tx
      .update(setupTokens)
      .set({ retiredAt: now })
      .where(and(isNull(setupTokens.usedAt), isNull(setupTokens.retiredAt)));
    const token = newToken();
    const expiresAt = new Date(now.getTime() + input.ttlMinutes * 60_000);
    await tx.insert(setupTokens).values({ id: newId('setup'), tokenHash: hashToken(token), expiresAt });
    return { token, expiresAt };
  },
  audit: (_input, output) => ({ object: null, details: { expiresAt: output.expiresAt.toISOString() } }),
});
