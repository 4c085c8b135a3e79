import { labs, setup } from '@stockpot/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../testing/client.js';
import { cookieOf, PASSWORD, type TestServer, testServer } from '../testing/server.js';

const ADA = { email: 'Ada@Example.org', name: 'Ada', password: PASSWORD };

let server: TestServer;
let token: string;

const post = (body: unknown) =>
  fetch(`${server.url}/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const problemOf = async (response: Response) => {
  const { errors } = JSON.parse(await response.text());
  return { status: response.status, code: errors[0].extensions.code, message: errors[0].message };
};

beforeAll(async () => {
  server = await testServer();
  await labs.create({ ctx: server.system, input: { slug: 'demo', name: 'Demo', visibility: 'public' } });
  ({ token } = await setup.issueToken({ ctx: server.system, input: {} }));
});
afterAll(() => server.stop());

describe('the first administrator', () => {
  it('is asked for while there is none', async () => {
    expect((await ask(server.url, '{ setupNeeded viewer { id } }')).data).toEqual({ setupNeeded: true, viewer: null });
    expect(await (await fetch(`${server.url}/setup`)).json()).toEqual({ needed: true });
  });

  it('cannot be made by signing up', async () => {
    const response = await fetch(`${server.url}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://127.0.0.1:3000' },
      body: JSON.stringify({ email: 'eve@example.org', name: 'Eve', password: PASSWORD }),
    });
    expect(response.status).toBe(404);
  });

  it('needs the right token, a complete form and a strong password', async () => {
    expect(await problemOf(await post({ ...ADA, token: 'wrong' }))).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(await problemOf(await post({ token }))).toMatchObject({ status: 400, code: 'BAD_INPUT' });
    expect(await problemOf(await post([]))).toMatchObject({ status: 400, code: 'BAD_INPUT' });
    expect(await problemOf(await post({ ...ADA, token, password: 'short' }))).toMatchObject({
      status: 400,
      code: 'BAD_INPUT',
      message: expect.stringContaining('at least 12'),
    });
    const { rows } = await server.services.db.pool.query('select count(*)::int as n from users');
    expect(rows[0].n).toBe(0);
  });

  it('is one of several who claim at once; the others leave nothing behind', async () => {
    const claims = ['ada', 'ben', 'cy', 'ada'].map((name) =>
      post({ ...ADA, email: `${name}@example.org`, name, token }),
    );
    const responses = await Promise.all(claims);
    expect(responses.map((response) => response.status).filter((status) => status === 201)).toHaveLength(1);
    for (const response of responses) expect([201, 403, 409]).toContain(response.status);

    const winner = responses.find((response) => response.status === 201);
    const { rows } = await server.services.db.pool.query('select email from users');
    expect(rows).toHaveLength(1);

    const cookie = cookieOf(winner?.headers ?? new Headers());
    const answer = await ask(
      server.url,
      '{ setupNeeded viewer { email memberships { role lab { slug } } } }',
      {},
      { cookie },
    );
    expect(answer.data).toEqual({
      setupNeeded: false,
      viewer: { email: rows[0].email, memberships: [{ role: 'OWNER', lab: { slug: 'demo' } }] },
    });
  });

  it('stays the only one: the token is spent, and the log never showed it', async () => {
    expect(await problemOf(await post({ ...ADA, email: 'dee@example.org', token }))).toMatchObject({ status: 403 });
    expect(server.log()).not.toContain(token);
    expect(server.log()).not.toContain(PASSWORD);
  });

  it('limits tries per address', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1) statuses.push((await post({ ...ADA, token: 'guess' })).status);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('signing in', () => {
  const signIn = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://127.0.0.1:3000', ...headers },
      body: JSON.stringify(body),
    });

  it('says the same for an unknown address and a wrong password', async () => {
    await server.signUp('gil');
    const wrong = await signIn({ email: 'gil@example.org', password: 'not the password' });
    const unknown = await signIn({ email: 'nobody@example.org', password: 'not the password' });
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    expect(await wrong.json()).toEqual(await unknown.json());
  });

  it('gives a cookie that scripts cannot read and other sites cannot send', async () => {
    const response = await signIn({ email: 'gil@example.org', password: PASSWORD });
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie()[0]).toMatch(/^stockpot\.session_token=.*HttpOnly.*SameSite=Lax/i);
  });

  it('is limited per address, and a forged X-Forwarded-For does not help', async () => {
    let limited = 0;
    for (let i = 0; i < 12; i += 1) {
      const response = await signIn(
        { email: 'gil@example.org', password: `wrong password ${i}` },
        { 'x-forwarded-for': `10.0.0.${i}`, 'x-stockpot-client-address': `10.0.1.${i}` },
      );
      if (response.status === 429) limited += 1;
    }
    expect(limited).toBeGreaterThan(0);
  });
});

describe('tokens', () => {
  it('act for their user, by either header, and not at the account routes', async () => {
    const gil = await server.signUp('hal');
    const { key } = await server.services.auth.api.createApiKey({ body: { name: 'script', userId: gil.userId } });
    const viewer = '{ viewer { email } }';
    expect((await ask(server.url, viewer, {}, { 'x-api-key': key })).data).toEqual({ viewer: { email: gil.email } });
    expect((await ask(server.url, viewer, {}, { authorization: `Bearer ${key}` })).data).toEqual({
      viewer: { email: gil.email },
    });
    const session = await fetch(`${server.url}/api/auth/get-session`, { headers: { 'x-api-key': key } });
    expect(await session.json()).toBeNull();
    expect(server.log()).not.toContain(key);
  });

  it('that are wrong are an error, not an anonymous viewer', async () => {
    const answer = await ask(server.url, '{ viewer { email } }', {}, { 'x-api-key': 'pot_wrong' });
    expect(answer.errors[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', advice: expect.any(String) });
  });
});
