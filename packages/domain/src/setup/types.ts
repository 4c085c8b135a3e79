import { z } from 'zod';
import { objectId } from '../page.js';

export interface SetupStatus {
  /** True until there is an administrator. */
  readonly needed: boolean;
}
/** The token in clear, seen this once: only its hash is stored. */
export interface IssuedSetupToken {
  readonly token: string;
  readonly expiresAt: Date;
}
export const setupStatusInput = z.object({});
/** `ttlMinutes`: how long the link works, 1 minute to 7 days. */
export const issueSetupTokenInput = z.object({ ttlMinutes: z.number().int().min(1).max(10_080).default(1440) });
export const checkSetupTokenInput = z.object({ token: z.string().min(1).max(200) });
/** `userId` is the account just made for the person who holds the token. */
export const claimSetupInput = z.object({ token: z.string().min(1).max(200), userId: objectId });
