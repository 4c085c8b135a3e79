import { accounts } from './accounts.js';
import { apiKeys } from './api-keys.js';
import { sessions } from './sessions.js';
import { users } from './users.js';
import { verifications } from './verifications.js';

export * from './accounts.js';
export * from './api-keys.js';
export * from './sessions.js';
export * from './users.js';
export * from './verifications.js';

/** The tables under the names better-auth 1.7.5 and its api-key plugin look for: `drizzleAdapter(db, {schema: authSchema})`. */
export const authSchema = {
  user: users,
  session: sessions,
  account: accounts,
  verification: verifications,
  apikey: apiKeys,
};
