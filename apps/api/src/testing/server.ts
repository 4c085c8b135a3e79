import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { testDatabase } from '@stockpot/db/testing';
import type { Context } from '@stockpot/domain';
import { createLogger } from '../logger.js';
import { type RunningServer, startServer } from '../server.js';

export const PASSWORD = 'correct horse battery staple';

/** Credentials of one kind of caller, as headers. */
export type Credentials = Readonly<Record<string, string>>;

export interface TestServer extends RunningServer {
  readonly blobs: string;
  /** Context of the installation itself, for making what a story needs. */
  readonly system: Context;
  /** Everything the server has logged. */
  log(): string;
  /** Makes an account and signs it in. */
  signUp(name: string): Promise<{ userId: string; email: string; credentials: Credentials }>;
  /** Stops the server, drops the database, removes the blobs. */
  stop(): Promise<void>;
}

/** A complete server on a database of its own, on a free port of loopback. */
export async function testServer(): Promise<TestServer> {
  const database = await testDatabase();
  const blobs = await mkdtemp(join(tmpdir(), 'stockpot-api-blobs-'));
  let logged = '';
  const log = createLogger(
    'debug',
    new Writable({
      write(chunk, _encoding, done) {
        logged += String(chunk);
        done();
      },
    }),
  );
  const server = await startServer({
    db: database.db,
    log,
    port: 0,
    host: '127.0.0.1',
    webOrigins: ['http://127.0.0.1:3000'],
    allowedHosts: [],
    secret: randomBytes(48).toString('base64'),
    blobs,
    trustProxy: false,
  });
  return {
    ...server,
    blobs,
    system: { db: database.db, actor: { type: 'system', name: 'test' } },
    log: () => logged,
    async signUp(name) {
      const { internalAdapter, password } = await server.services.auth.$context;
      const email = `${name}@example.org`;
      const user = await internalAdapter.createUser(
        { email, name, emailVerified: false },
        { method: 'email-password' },
      );
      const hash = await password.hash(PASSWORD);
      await internalAdapter.createAccount({
        userId: user.id,
        providerId: 'credential',
        accountId: user.id,
        password: hash,
      });
      const { headers } = await server.services.auth.api.signInEmail({
        body: { email, password: PASSWORD },
        asResponse: true,
      });
      return { userId: user.id, email, credentials: { cookie: cookieOf(headers) } };
    },
    async stop() {
      await server.close();
      await database.drop();
      await rm(blobs, { recursive: true, force: true });
    },
  };
}

/** The Cookie header that answers a response's Set-Cookie headers. */
export function cookieOf(headers: Headers): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');
}
