import { createHash, randomBytes } from 'node:crypto';
import { administrators, and, eq, gt, isNull, setupTokens, type Tx } from '@stockpot/db';

/** 256 random bits: nobody guesses it, so a plain hash at rest is enough. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The condition of a token that still opens. Compared by hash: the time of the comparison tells nothing of the token. */
export function usable(token: string) {
  return and(
    eq(setupTokens.tokenHash, hashToken(token)),
    isNull(setupTokens.usedAt),
    isNull(setupTokens.retiredAt),
    gt(setupTokens.expiresAt, new Date()),
  );
}

export async function hasAdministrator(tx: Tx): Promise<boolean> {
  return (await tx.select().from(administrators).limit(1)).length > 0;
}
