import { apiKey } from '@better-auth/api-key';
import { drizzleAdapter } from '@better-auth/drizzle-adapter';
import { authSchema, type Db, newId } from '@stockpot/db';
import { betterAuth } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import type { Logger } from '../logger.js';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, passwordProblem } from './password.js';

/** The header in which the HTTP layer hands better-auth the client's address; one that a client sends is dropped. */
export const CLIENT_ADDRESS_HEADER = 'x-stockpot-client-address';

export interface AuthOptions {
  readonly drizzle: Db['drizzle'];
  readonly secret: string;
  /** Origin under which browsers reach the API. */
  readonly publicUrl: string;
  /** Origins whose pages may sign in. */
  readonly trustedOrigins: readonly string[];
  readonly log: Logger;
}

/**
 * Accounts, sessions and tokens: better-auth on our tables. There is no sign-up; the first account is made by `setup.ts`.
 * Tokens of the api-key plugin never become better-auth sessions (they would pass for a person at the account routes):
 * `actor.ts` verifies them itself.
 */
export function createAuth(options: AuthOptions) {
  const { log } = options;
  return betterAuth({
    appName: 'Stockpot',
    baseURL: options.publicUrl,
    basePath: '/api/auth',
    secret: options.secret,
    trustedOrigins: [...options.trustedOrigins],
    telemetry: { enabled: false },
    database: drizzleAdapter(options.drizzle, { provider: 'pg', schema: authSchema }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      maxPasswordLength: MAX_PASSWORD_LENGTH,
      revokeSessionsOnPasswordReset: true,
    },
    disabledPaths: [
      '/sign-up/email',
      '/change-email',
      '/delete-user',
      '/update-user',
      '/sign-in/social',
      '/link-social',
    ],
    session: { expiresIn: 7 * 24 * 3600, updateAge: 24 * 3600, cookieCache: { enabled: false } },
    rateLimit: {
      enabled: true,
      storage: 'memory',
      window: 60,
      max: 120,
      customRules: {
        '/sign-in/email': { window: 60, max: 8 },
        '/change-password': { window: 60, max: 5 },
        '/reset-password': { window: 60, max: 5 },
        '/api-key/create': { window: 60, max: 10 },
      },
    },
    advanced: {
      cookiePrefix: 'stockpot',
      useSecureCookies: options.publicUrl.startsWith('https://'),
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
      database: { generateId: ({ model }) => (model === 'user' ? newId('user') : crypto.randomUUID()) },
    },
    hooks: {
      before: createAuthMiddleware(async (context) => {
        const body: unknown = context.body;
        if (typeof body !== 'object' || body === null || !('newPassword' in body)) return;
        const problem = passwordProblem(String(body.newPassword));
        if (problem) throw new APIError('BAD_REQUEST', { code: 'WEAK_PASSWORD', message: problem });
      }),
    },
    logger: {
      level: 'warn',
      log: (level, message) => log[level === 'error' || level === 'warn' ? level : 'debug']({ part: 'auth' }, message),
    },
    plugins: [
      apiKey({
        defaultPrefix: 'pot_',
        requireName: true,
        enableMetadata: false,
        enableSessionForAPIKeys: false,
        rateLimit: { enabled: false },
        permissions: { defaultPermissions: { stockpot: ['read', 'write'] } },
      }),
    ],
  });
}

export type Auth = ReturnType<typeof createAuth>;
