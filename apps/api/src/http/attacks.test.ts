import { request as rawRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../graphql/limits.js';
import { type TestServer, testServer } from '../testing/server.js';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server.stop());

const JSON_TYPE = { 'content-type': 'application/json' };
const QUERY = JSON.stringify({ query: '{ setupNeeded }' });

async function send(path: string, init: RequestInit = {}) {
  const response = await fetch(`${server.url}${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}
const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = JSON_TYPE) =>
  send('/graphql', { method: 'POST', body, headers });

/** A request with headers that fetch does not let a script set. */
function raw(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const sent = rawRequest({ hostname, port, path, headers, setHost: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('one request, one operation', () => {
  it.each([1, 2, 10, 1_000])('refuses a batch of %i', async (n) => {
    const answer = await post(JSON.stringify(Array.from({ length: n }, () => ({ query: '{ setupNeeded }' }))));
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('"data"');
  });

  it('refuses alias floods, depth bombs and cost bombs with 400, a sentence and advice', async () => {
    const aliases = Array.from({ length: 1_000 }, (_, i) => `a${i}: name`).join(' ');
    const bombs = [
      `{ labs { ${aliases.slice(0, 2_000)} } }`.replace(/ a\d+:? ?\w* \} \}$/, ' } }'),
      `{ model(id: "stock_1") { ${'parents { model { '.repeat(7)} id ${'} } '.repeat(7)} } }`,
      '{ soups(lab: "demo", first: 200) { edges { node { children { model { children { model { id } } } } } } } }',
      '{ soups(lab: "demo", first: 10000) { totalCount } }',
      `{ labs { ${'name '.repeat(3_000)} } }`,
    ];
    for (const query of bombs) {
      const answer = await post(JSON.stringify({ query }));
      expect(answer.status, query.slice(0, 60)).toBe(400);
      const [error] = JSON.parse(answer.text).errors;
      expect(error.extensions).toEqual({
        code: expect.stringMatching(/TOO_EXPENSIVE|BAD_INPUT|GRAPHQL_PARSE_FAILED/),
        advice: expect.stringMatching(/\w+.*\./),
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    }
  });

  it('refuses two mutations in one document', async () => {
    const cancel = (alias: string) => `${alias}: cancelRun(input: { run: "run_1" }) { __typename }`;
    const answer = await post(JSON.stringify({ query: `mutation { ${cancel('a')} ${cancel('b')} }` }));
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('at most 1 is allowed');
  });
});

describe('bodies', () => {
  it('are limited, also when they arrive compressed', async () => {
    const large = JSON.stringify({ query: '{ setupNeeded }', variables: { text: 'x'.repeat(limits.bodyBytes) } });
    expect((await post(large)).status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '));
    expect(bomb.length).toBeLessThan(limits.bodyBytes);
    expect((await post(new Uint8Array(bomb), { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(413);
  });

  it('that are no JSON are told so, without a stack', async () => {
    for (const body of ['', '{', 'null', '"x"', '{"query":']) {
      const answer = await post(body);
      expect(answer.status).toBe(400);
      expect(answer.text).not.toMatch(/node_modules|\.ts|\.js|SyntaxError/);
    }
  });

  it('with hostile variables do not get past their types', async () => {
    const query =
      'query ($order: LeaderboardOrder, $first: Int!) { leaderboard(lab: "demo", orderBy: $order, first: $first) { totalCount } }';
    const hostile = [
      '{"first":1e300}',
      '{"first":"1"}',
      '{"first":9007199254740993}',
      '{"first":1,"order":{"__proto__":{"field":"NAME"}}}',
      '{"first":1,"order":{"field":"name; drop table labs"}}',
      `{"first":1,"order":${'{"field":'.repeat(1_000)}1${'}'.repeat(1_000)}}`,
    ];
    for (const variables of hostile) {
      const answer = await post(`{"query":${JSON.stringify(query)},"variables":${variables}}`);
      const [error] = JSON.parse(answer.text).errors;
      expect(error.extensions.code, variables.slice(0, 40)).toMatch(/^BAD_/);
    }
    expect(Reflect.get({}, 'field')).toBeUndefined();
  });

  it('with 10^5 coercion errors get a short answer', async () => {
    const query = 'query ($s: [String!]!) { metricSeries(step: "step_1", series: $s) { points } }';
    const answer = await post(JSON.stringify({ query, variables: { s: Array.from({ length: 100_000 }, () => 1) } }));
    expect(answer.text.length).toBeLessThan(50_000);
    expect(JSON.parse(answer.text).errors.length).toBeLessThanOrEqual(52);
  });
});

describe('cross-site requests', () => {
  it.each([
    ['a form', 'application/x-www-form-urlencoded'],
    ['plain text', 'text/plain'],
    ['a multipart upload', 'multipart/form-data; boundary=x'],
    ['a malformed type', 'application/json, text/plain'],
    ['a message type', 'message/rfc822'],
    ['an empty type', ''],
  ])('sent as %s are not read', async (_what, type) => {
    expect((await post(QUERY, { 'content-type': type })).status).toBe(415);
  });

  it('with GET are refused, queries and mutations alike', async () => {
    for (const query of ['{ setupNeeded }', 'mutation { cancelRun(input: { run: "run_1" }) { __typename } }']) {
      const answer = await send(`/graphql?query=${encodeURIComponent(query)}`);
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('POST');
    }
  });

  it('from a page that is not ours are refused before anything else', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:3001']) {
      expect((await post(QUERY, { ...JSON_TYPE, origin })).status).toBe(403);
    }
    const ours = await post(QUERY, { ...JSON_TYPE, origin: 'http://127.0.0.1:3000' });
    expect(ours.status).toBe(200);
    expect(ours.headers.get('access-control-allow-origin')).toBe('http://127.0.0.1:3000');
    expect(ours.headers.get('access-control-allow-credentials')).toBe('true');
  });

  it('by a name that DNS could point at us (rebinding) are refused on every route', async () => {
    for (const path of ['/graphql', '/health', '/metrics', '/setup', '/graphiql/', '/api/auth/get-session']) {
      expect(await raw(path, { host: 'evil.example' }), path).toBe(421);
    }
    expect(await raw('/health', { host: `localhost:${new URL(server.url).port}` })).toBe(200);
  });
});

describe('what the server tells', () => {
  it('has headers that keep browsers from running, framing or guessing', async () => {
    for (const path of ['/health', '/nowhere', '/api/auth/get-session', '/setup']) {
      const { headers } = await send(path);
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('content-security-policy'), path).toContain("default-src 'none'");
      expect(headers.get('x-frame-options'), path).toBe('DENY');
      expect(headers.get('x-powered-by'), path).toBeNull();
    }
  });

  it('guesses no names of the schema', async () => {
    const answer = await post(JSON.stringify({ query: '{ setupNeedd }' }));
    expect(answer.text).toContain('Cannot query field');
    expect(answer.text).not.toMatch(/Did you mean|setupNeeded|Suggestion/);
  });

  it('is one shape of error, on every route', async () => {
    for (const answer of [
      await send('/nowhere'),
      await post('{'),
      await send('/blobs/x'),
      await send('/setup', { method: 'POST', body: '[]', headers: JSON_TYPE }),
    ]) {
      const [{ message, extensions }] = JSON.parse(answer.text).errors;
      expect(message).toMatch(/^[A-Z].*\.$/);
      expect(extensions).toEqual({
        code: expect.any(String),
        advice: expect.stringMatching(/\.$/),
        requestId: expect.any(String),
      });
    }
  });

  it('does not show what broke: no SQL, no path, no stack', async () => {
    const { pool } = server.services.db;
    const query = pool.query.bind(pool);
    await query('alter table labs rename to labs_gone');
    try {
      const answer = await post(JSON.stringify({ query: '{ labs { name } }' }));
      const [error] = JSON.parse(answer.text).errors;
      expect(error.extensions.code).toBe('INTERNAL');
      expect(answer.text).not.toMatch(/select|labs_gone|relation|node_modules|at \w+/i);
      expect(server.log()).toContain(error.extensions.requestId);
    } finally {
      await query('alter table labs_gone rename to labs');
    }
  });

  it('is healthy, or says why not', async () => {
    expect(JSON.parse((await send('/health')).text)).toEqual({ ok: true, schemaVersion: expect.any(Number) });
    const { pool } = server.services.db;
    await pool.query('update stockpot_meta set schema_version = schema_version + 1');
    const newer = await send('/health');
    expect(newer.status).toBe(503);
    expect(newer.text).toContain('NEWER_DATABASE');
    await pool.query('update stockpot_meta set schema_version = schema_version - 1');
    expect((await send('/health?live')).status).toBe(200);
  });

  it('measures itself without naming anybody', async () => {
    await post(QUERY);
    const { text } = await send('/metrics');
    expect(text).toMatch(/stockpot_graphql_operation_duration_seconds_count\{operation="query",outcome="ok"\} \d+/);
    expect(text).toMatch(
      /stockpot_http_request_duration_seconds_count\{method="POST",route="\/graphql",status="200"\}/,
    );
    expect(text).not.toMatch(/demo|example\.org|run_/);
  });
});
