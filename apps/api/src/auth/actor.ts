import type { Actor } from '@stockpot/domain';
import { StockpotError } from '@stockpot/domain';
import { getSessionCookie } from 'better-auth/cookies';
import type { Auth } from './auth.js';

/** Who asks, and what the API shows them about themselves. */
export interface Identity {
  readonly actor: Actor;
  readonly user: { readonly id: string; readonly name: string; readonly email: string } | null;
}

const ANONYMOUS: Identity = { actor: { type: 'anonymous' }, user: null };

/** The token of `x-api-key` or `Authorization: Bearer`, or null. */
export function tokenOf(headers: Headers): string | null {
  const key = headers.get('x-api-key');
  if (key) return key.trim();
  const bearer = /^bearer +(\S+)$/i.exec(headers.get('authorization')?.trim() ?? '');
  return bearer?.[1] ?? null;
}

/**
 * Finds out who asks: a token first (a script says so on purpose), else the session cookie, else nobody.
 *
 * @throws StockpotError UNAUTHENTICATED when a token is given but not valid. An expired cookie is not an error: the
 * browser sends it by itself, and public labs stay readable.
 */
export async function identify(auth: Auth, headers: Headers): Promise<Identity> {
  const token = tokenOf(headers);
  if (token !== null) return identifyToken(auth, token);
  if (!getSessionCookie(headers, { cookiePrefix: 'stockpot' })) return ANONYMOUS;
  const session = await auth.api.getSession({ headers, query: { disableRefresh: true } });
  if (!session) return ANONYMOUS;
  const { id, name, email } = session.user;
  return { actor: { type: 'user', userId: id }, user: { id, name, email } };
}

async function identifyToken(auth: Auth, token: string): Promise<Identity> {
  const { valid, key } = await auth.api.verifyApiKey({ body: { key: token } });
  const user = valid && key ? await (await auth.$context).internalAdapter.findUserById(key.referenceId) : null;
  if (!key || !user) {
    throw new StockpotError(
      'UNAUTHENTICATED',
      'The token is not valid: it is unknown, expired or revoked.',
      'Make a new token in the dashboard, or leave the header out to read public labs.',
    );
  }
  const scopes = key.permissions?.stockpot ?? [];
  return {
    actor: { type: 'token', tokenId: key.id, userId: user.id, scopes },
    user: { id: user.id, name: user.name, email: user.email },
  };
}
