import { analyses, type Context, evaluations, labs, models, type Run, runs } from '@stockpot/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../graphql/schema.js';
import { type Answer, ask } from '../testing/client.js';
import { cook, hireWorker, submit } from '../testing/kitchen.js';
import { ANALYSES, recipeText } from '../testing/recipe.js';
import { type Credentials, type TestServer, testServer } from '../testing/server.js';

const CALLERS = [
  'anonymous',
  'outsider',
  'viewer',
  'member',
  'owner',
  'removed',
  'read token',
  'other-lab token',
  'expired token',
  'revoked token',
] as const;
type Caller = (typeof CALLERS)[number];

let server: TestServer;
let worker: Context;
let run: Run;
const callers = new Map<Caller, Credentials>();

/** Ids in the private lab, by the argument that takes them. */
const secret: Record<string, string> = {};

beforeAll(async () => {
  server = await testServer();
  const { system, services } = server;
  worker = await hireWorker(system);
  const secretLab = await labs.create({ ctx: system, input: { slug: 'secret', name: 'Secret' } });
  const otherLab = await labs.create({ ctx: system, input: { slug: 'other', name: 'Other' } });
  run = await submit(system, 'secret', 'story', 17, ANALYSES);
  await cook(system, worker, run);
  // The same once more with other seeds: soups become methods over seeds.
  const repeated = recipeText().replace('\ndatasets:', '\nrepeats: 2\ndatasets:');
  await cook(system, worker, await runs.submit({ ctx: system, input: { lab: 'secret', recipeText: repeated } }));

  for (const role of ['viewer', 'member', 'owner', 'removed', 'outsider'] as const) {
    const { userId, credentials } = await server.signUp(role);
    callers.set(role, credentials);
    const lab = role === 'outsider' ? 'other' : 'secret';
    await labs.setMember({
      ctx: system,
      input: { lab, userId, role: role === 'removed' || role === 'outsider' ? 'owner' : role },
    });
    if (role === 'removed') await labs.setMember({ ctx: system, input: { lab, userId, role: null } });
    if (role !== 'owner') continue;
    const token = async (permissions: string[]) =>
      services.auth.api.createApiKey({ body: { name: 'test', userId, permissions: { stockpot: permissions } } });
    callers.set('read token', { 'x-api-key': (await token(['read'])).key });
    callers.set('other-lab token', { 'x-api-key': (await token(['write', `lab:${otherLab.id}`])).key });
    const [expired, revoked] = [await token(['write']), await token(['write'])];
    await services.db.pool.query("update api_keys set expires_at = now() - interval '1 second' where id = $1", [
      expired.id,
    ]);
    await services.db.pool.query('update api_keys set enabled = false where id = $1', [revoked.id]);
    callers.set('expired token', { 'x-api-key': expired.key });
    callers.set('revoked token', { 'x-api-key': revoked.key });
  }
  callers.set('anonymous', {});

  const soups = await models.list({ ctx: system, input: { lab: 'secret', kind: 'soup' } });
  const stocks = await models.list({ ctx: system, input: { lab: 'secret', kind: 'stock' } });
  secret.soup = soups.edges[0]?.node.id ?? '';
  secret.stock = stocks.edges[0]?.node.id ?? '';
  secret.run = run.id;
  secret.recipe = run.recipeId;
  secret.lab = secretLab.id;
  const [step] = await runs.steps({ ctx: system, input: { run: run.id } });
  secret.step = step?.id ?? '';
  const [evaluation] = await evaluations.forModel({ ctx: system, input: { model: secret.soup } });
  secret.evaluation = evaluation?.id ?? '';
  secret.benchmark = evaluation?.benchmarkId ?? '';
  secret.cursor = soups.edges[0]?.cursor ?? '';
  const [analysis] = (await analyses.list({ ctx: system, input: { lab: 'secret' } })).edges;
  secret.analysis = analysis?.node.id ?? '';
  secret.analysisCursor = analysis?.cursor ?? '';
});
afterAll(() => server.stop());

interface Case {
  /** The operation, on the private lab. */
  readonly text: string;
  readonly variables: () => Record<string, unknown>;
  /** Who may: gets data that is not empty. */
  readonly allowed: readonly Caller[];
}

const READERS: readonly Caller[] = ['viewer', 'member', 'owner', 'read token'];
const WRITERS: readonly Caller[] = ['member', 'owner'];
const EVERYBODY: readonly Caller[] = [
  'anonymous',
  'outsider',
  'viewer',
  'member',
  'owner',
  'removed',
  'read token',
  'other-lab token',
];
const byId = (name: string, id: string, selection = 'id'): Case => ({
  text: `query ($id: ID!) { ${name}(id: $id) { ${selection} } }`,
  variables: () => ({ id: secret[id] }),
  allowed: READERS,
});
const ofLab = (name: string, selection: string): Case => ({
  text: `query ($lab: String!) { ${name}(lab: $lab) { ${selection} } }`,
  variables: () => ({ lab: 'secret' }),
  allowed: READERS,
});

/** What each root field is expected to do. A new field without a line here fails below. */
const EXPECTED: Readonly<Record<string, Case>> = {
  viewer: {
    text: '{ viewer { id } }',
    variables: () => ({}),
    allowed: ['outsider', 'viewer', 'member', 'owner', 'removed', 'read token', 'other-lab token'],
  },
  setupNeeded: { text: '{ setupNeeded }', variables: () => ({}), allowed: EVERYBODY },
  labs: { text: '{ labs { slug } }', variables: () => ({}), allowed: READERS },
  lab: {
    text: 'query ($slug: String!) { lab(slug: $slug) { id } }',
    variables: () => ({ slug: 'secret' }),
    allowed: READERS,
  },
  node: byId('node', 'soup'),
  model: byId('model', 'stock'),
  analysis: byId('analysis', 'analysis'),
  analyses: ofLab('analyses', 'totalCount'),
  soup: byId('soup', 'soup'),
  leaderboard: ofLab('leaderboard', 'totalCount'),
  comparison: {
    text: 'query ($benchmark: ID!, $soup: ID!, $stock: ID!) { comparison(benchmark: $benchmark, first: $soup, second: $stock) { p } }',
    variables: () => ({ benchmark: secret.benchmark, soup: secret.soup, stock: secret.stock }),
    allowed: READERS,
  },
  methodsOverSeeds: ofLab('methodsOverSeeds', 'key'),
  soups: ofLab('soups', 'totalCount'),
  ingredients: ofLab('ingredients', 'totalCount'),
  datasets: ofLab('datasets', 'id'),
  benchmarks: ofLab('benchmarks', 'id'),
  runs: ofLab('runs', 'totalCount'),
  run: byId('run', 'run'),
  metricSeries: {
    text: 'query ($step: ID!) { metricSeries(step: $step, series: ["loss"]) { points } }',
    variables: () => ({ step: secret.step }),
    allowed: READERS,
  },
  lineage: {
    text: 'query ($id: ID!) { lineage(model: $id) { nodes { id } } }',
    variables: () => ({ id: secret.soup }),
    allowed: READERS,
  },
  labLineage: ofLab('labLineage', 'nodes { id }'),
  submitRecipe: {
    text: 'mutation ($text: String!) { submitRecipe(input: { lab: "secret", text: $text }) { __typename } }',
    variables: () => ({ text: recipeText('theirs', 99) }),
    allowed: WRITERS,
  },
  cancelRun: {
    text: 'mutation ($run: ID!) { cancelRun(input: { run: $run }) { __typename } }',
    variables: () => ({ run: secret.run }),
    allowed: WRITERS,
  },
};

const schema = createSchema();
const rootFields = [
  ...Object.keys(schema.getQueryType()?.getFields() ?? {}),
  ...Object.keys(schema.getMutationType()?.getFields() ?? {}),
];

/** Whether an answer gives anything of the private lab away. */
function gives(answer: Answer<unknown>): boolean {
  if (answer.errors.length > 0 || typeof answer.data !== 'object' || answer.data === null) return false;
  return Object.values(answer.data).some((value) => value !== null && !(Array.isArray(value) && value.length === 0));
}

describe('who may do what', () => {
  it('is said for every query and mutation', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual([...rootFields].sort());
  });

  it.each(rootFields)('%s', async (field) => {
    const expected = EXPECTED[field];
    if (!expected) throw new Error(`${field} has no expectation`);
    for (const caller of CALLERS) {
      const answer = await ask(server.url, expected.text, expected.variables(), callers.get(caller) ?? {});
      // `labs` of somebody who is in another lab only shows that one.
      const seen = field === 'labs' ? JSON.stringify(answer).includes('secret') : gives(answer);
      expect(seen, `${caller}: ${JSON.stringify(answer)}`).toBe(expected.allowed.includes(caller));
      for (const error of answer.errors) {
        expect(error.extensions.code, caller).toMatch(/^(NOT_FOUND|FORBIDDEN|UNAUTHENTICATED)$/);
      }
    }
  });

  it('a role that was taken away, and a token that was revoked, count from the next request on', async () => {
    const { userId, credentials } = await server.signUp('leaving');
    const visible = async () => gives(await ask(server.url, '{ lab(slug: "secret") { id } }', {}, credentials));
    await labs.setMember({ ctx: server.system, input: { lab: 'secret', userId, role: 'viewer' } });
    expect(await visible()).toBe(true);
    await labs.setMember({ ctx: server.system, input: { lab: 'secret', userId, role: null } });
    expect(await visible()).toBe(false);
  });
});

describe("another lab's ids", () => {
  const outsider = () => callers.get('outsider') ?? {};
  const ghost = (id: string) => `${id.slice(0, -6)}zzzzzz`;

  const POSITIONS: readonly [string, string, readonly string[]][] = [
    [
      'node(id)',
      'query ($x: ID!) { node(id: $x) { id } }',
      ['soup', 'stock', 'run', 'recipe', 'step', 'lab', 'evaluation', 'benchmark', 'analysis'],
    ],
    ['analysis(id)', 'query ($x: ID!) { analysis(id: $x) { id document } }', ['analysis', 'soup']],
    [
      'analyses cursor',
      'query ($x: String!) { analyses(lab: "other", after: $x) { totalCount edges { node { id } } } }',
      ['analysisCursor'],
    ],
    ['model(id)', 'query ($x: ID!) { model(id: $x) { id } }', ['soup', 'stock', 'run']],
    ['soup(id)', 'query ($x: ID!) { soup(id: $x) { id } }', ['soup', 'stock']],
    ['run(id)', 'query ($x: ID!) { run(id: $x) { id } }', ['run', 'soup']],
    ['lab(slug)', 'query ($x: String!) { lab(slug: $x) { id } }', ['lab']],
    ['lineage(model)', 'query ($x: ID!) { lineage(model: $x) { nodes { id } } }', ['soup', 'stock']],
    ['metricSeries(step)', 'query ($x: ID!) { metricSeries(step: $x, series: ["loss"]) { points } }', ['step']],
    ['cancelRun', 'mutation ($x: ID!) { cancelRun(input: { run: $x }) { __typename } }', ['run']],
    ['leaderboard(lab)', 'query ($x: String!) { leaderboard(lab: $x) { totalCount } }', ['lab']],
    [
      'leaderboard orderBy',
      'query ($x: ID!) { leaderboard(lab: "other", orderBy: { benchmark: $x }) { totalCount } }',
      ['benchmark'],
    ],
    [
      'leaderboard filter',
      'query ($x: ID!) { leaderboard(lab: "other", filter: { run: $x }) { totalCount edges { node { model { id } } } } }',
      ['run'],
    ],
    [
      'comparison(benchmark)',
      'query ($x: ID!) { comparison(benchmark: $x, first: $x, second: $x) { p } }',
      ['benchmark', 'soup'],
    ],
    [
      'methodsOverSeeds versus',
      'query ($x: ID!) { methodsOverSeeds(lab: "other", versus: $x) { key models { id } } }',
      ['soup', 'stock'],
    ],
    ['labLineage run', 'query ($x: ID!) { labLineage(lab: "other", run: $x) { nodes { id } } }', ['run']],
    [
      'soups cursor',
      'query ($x: String!) { soups(lab: "other", after: $x) { totalCount edges { node { id } } } }',
      ['cursor'],
    ],
  ];

  it.each(POSITIONS)('in %s answer as ids that do not exist', async (_position, text, ids) => {
    for (const id of ids) {
      const theirs = secret[id] ?? '';
      const foreign = await ask(server.url, text, { x: theirs }, outsider());
      const missing = await ask(
        server.url,
        text,
        { x: id.toLowerCase().endsWith('cursor') ? theirs : ghost(theirs) },
        outsider(),
      );
      const plain = (answer: Answer<unknown>) =>
        JSON.stringify({
          data: answer.data,
          errors: answer.errors.map(({ message, extensions }) => [message, extensions.code, extensions.advice]),
        });
      expect(plain(foreign), id).toBe(plain(missing));
      expect(JSON.stringify(foreign), id).not.toMatch(/base|greedy|uniform|ft-0|Secret/);
    }
  });

  it('malformed in every way answer as ids that do not exist, or with a sentence', async () => {
    const strange = [
      '',
      '../x',
      '%2e%2e%2f',
      'soup_',
      "soup_1' or 1=1 --",
      'soup_\u0000',
      'soup_𝟘',
      'x'.repeat(5_000),
      '__proto__',
      'lab_../../etc',
    ];
    for (const id of strange) {
      for (const field of ['node', 'model', 'soup', 'run']) {
        const answer = await ask(server.url, `query ($id: ID!) { ${field}(id: $id) { id } }`, { id }, outsider());
        expect(gives(answer), id).toBe(false);
        for (const error of answer.errors)
          expect(error.extensions.code, JSON.stringify(id)).toMatch(/^(NOT_FOUND|BAD_INPUT)$/);
      }
    }
  });
});
