import type { Db } from '@stockpot/db';
import { StockpotError, setup } from '@stockpot/domain';
import { z } from 'zod';
import type { Auth, AuthOptions } from './auth.js';
import { createAuth } from './auth.js';
import { passwordProblem } from './password.js';

const form = z.object({
  token: z.string().min(1, 'is empty').max(200, 'is too long'),
  email: z
    .email('is not an e-mail address')
    .max(254, 'is too long')
    .transform((text) => text.toLowerCase()),
  name: z.string().trim().min(1, 'is empty').max(120, 'is longer than 120 characters'),
  password: z.string(),
});

export interface SetupOptions {
  readonly db: Db;
  readonly auth: Auth;
  readonly authOptions: AuthOptions;
}

/** The first administrator, signed in. */
export interface SetupDone {
  readonly user: { readonly id: string; readonly email: string; readonly name: string };
  /** Set-Cookie headers of the new session. */
  readonly cookies: readonly string[];
}

/**
 * Makes the first administrator out of the one-time token, and signs them in. Account and claim are one transaction: of
 * two claims at once the second waits for the first and then fails whole, and a crash in between leaves neither.
 *
 * @throws StockpotError BAD_INPUT for a wrong form or a weak password; what `setup.claim` throws for a wrong token or a
 * second claim
 */
export async function claimSetup(options: SetupOptions, body: unknown, requestId: string): Promise<SetupDone> {
  const parsed = form.safeParse(body);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the body'} ${issue.message}`);
    throw new StockpotError(
      'BAD_INPUT',
      `The set-up form is not complete: ${issues.join('; ')}.`,
      'Send JSON with token, email, name and password.',
    );
  }
  const { token, email, name, password } = parsed.data;
  const weak = passwordProblem(password, { email, name });
  if (weak) throw new StockpotError('BAD_INPUT', weak, 'Choose another password.');

  const anonymous = { db: options.db, actor: { type: 'anonymous' }, requestId } as const;
  // Before the password is hashed: hashing is slow on purpose, and a stranger must not make us do it.
  const isUsable = async () => (await setup.checkToken({ ctx: anonymous, input: { token } })).usable;
  if (!(await isUsable())) throw spent();
  const hash = await (await options.auth.$context).password.hash(password);

  const user = await options.db.drizzle
    .transaction(async (tx) => {
      const { internalAdapter } = await createAuth({ ...options.authOptions, drizzle: tx }).$context;
      if (await internalAdapter.findUserByEmail(email)) {
        throw new StockpotError('CONFLICT', 'There is an account with this e-mail address.', 'Use another address.');
      }
      const { id } = await internalAdapter.createUser(
        { email, name, emailVerified: false },
        { method: 'email-password' },
      );
      await internalAdapter.createAccount({ userId: id, providerId: 'credential', accountId: id, password: hash });
      await setup.claim({ ctx: { ...anonymous, db: { ...options.db, drizzle: tx } }, input: { token, userId: id } });
      return { id, email, name };
    })
    .catch(async (error: unknown) => {
      // Whoever lost a race (for the token, or for the same address) is told so, whatever it broke on.
      throw error instanceof StockpotError || (await isUsable()) ? error : spent();
    });

  const session = await options.auth.api.signInEmail({ body: { email, password }, asResponse: true });
  return { user, cookies: session.headers.getSetCookie() };
}

function spent(): StockpotError {
  return new StockpotError(
    'FORBIDDEN',
    'This set-up link does not work (any more).',
    'Start Stockpot again for a new link; if an administrator exists already, sign in instead.',
  );
}
