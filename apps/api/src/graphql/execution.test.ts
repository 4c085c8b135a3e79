import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSchema, type GraphQLError, getIntrospectionQuery, Kind, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { CONTRACT_FILE } from './contract.js';
import { operationCost } from './cost.js';
import { prepareOperation } from './execution.js';
import { limits } from './limits.js';

// The contract, not the executable schema: what is refused here never reaches a resolver.
const schema = buildSchema(readFileSync(CONTRACT_FILE, 'utf8'));

function refusals(query: string, variables: Record<string, unknown> = {}): string[] {
  const prepared = prepareOperation(schema, { query, variables });
  return 'document' in prepared ? [] : prepared.map((error: GraphQLError) => error.message);
}

const accepts = (query: string, variables?: Record<string, unknown>) => expect(refusals(query, variables)).toEqual([]);
const refuses = (query: string, sentence: RegExp, variables?: Record<string, unknown>) =>
  expect(refusals(query, variables).join('\n')).toMatch(sentence);

const repeat = (n: number, text: (i: number) => string) => Array.from({ length: n }, (_, i) => text(i)).join(' ');

describe('what the dashboard asks is accepted', () => {
  it('takes a full page of the leaderboard with every score', () => {
    accepts(
      `query ($after: String, $order: LeaderboardOrder) {
        leaderboard(lab: "demo", first: 200, after: $after, orderBy: $order) {
          totalCount pageInfo { hasNextPage endCursor }
          columns { id name role n corruptions split { name dataset { name } } }
          edges { cursor node { rank forwardPasses bestIngredient model { id name kind createdAt } scores { benchmark n top1 low high spent } } }
        }
      }`,
      { order: { field: 'NAME' } },
    );
  });

  it('takes a soup with its trace, ingredients, evaluations and stock', () => {
    accepts(`{ soup(id: "soup_1") {
      name method acceptRule selection { name n split { role } }
      coefficients { coefficient ingredient { id name evaluations { top1 benchmark { name } } } }
      trace { round score best accepted n candidate { id name } }
      evaluations { top1 cells { corruption severity n top1 } benchmark { name } }
      stock { id name evaluations { cells { corruption severity top1 } benchmark { name } } }
      ensemble { evaluations { top1 benchmark { name } } }
    } }`);
  });

  it('takes a run with its steps, and introspection', () => {
    accepts(`{ run(id: "run_1") { status steps { id stepId kind status dependsOn progress { done total unit rate }
      error { message advice } artifacts { output artifact { hash bytes } } model { id name } } } }`);
    accepts(getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true }));
  });
});

describe('documents that are too large are refused before validation', () => {
  it('stops the parser at the token limit', () => {
    accepts(`{ labs { ${repeat(100, () => 'name')} } }`);
    refuses(`{ labs { ${repeat(limits.tokens, () => 'name')} } }`, /2000 tokens/);
  });

  it.each([
    ['10^5 repeated fields', `{ labs { ${repeat(100_000, () => 'name')} } }`],
    ['10^4 fragments', `{ labs { ...F0 } } ${repeat(10_000, (i) => `fragment F${i} on Lab { name ...F${i + 1} }`)}`],
    ['a directive overload', `{ labs { name ${repeat(1_000, () => '@include(if: true)')} } }`],
  ])('answers %s within 100 ms', (_what, query) => {
    const began = performance.now();
    expect(refusals(query).length).toBeGreaterThan(0);
    expect(performance.now() - began).toBeLessThan(100);
  });

  it('validates the worst document of the allowed size within half a second', () => {
    // OverlappingFieldsCanBeMerged compares pairs of equally named fields (CVE-2023-26144).
    const began = performance.now();
    refusals(`{ labs { ${repeat(1_900, () => 'name')} } }`);
    expect(performance.now() - began).toBeLessThan(500);
  });
});

describe('repetition is refused', () => {
  it('counts aliases', () => {
    accepts(`{ labs { ${repeat(20, (i) => `a${i}: name`)} } }`);
    refuses(`{ labs { ${repeat(21, (i) => `a${i}: name`)} } }`, /21 aliases; at most 20/);
    refuses(`{ labs { ${repeat(600, (i) => `a${i}: name`)} } }`, /600 aliases/);
  });

  it('counts directives', () => {
    refuses(`{ labs { ${repeat(21, (i) => `a${i % 20 ? '' : 'b'}: name @include(if: true)`)} } }`, /21 directives/);
  });

  it('lets a request have one mutation, however it is spelled', () => {
    const cancel = (alias: string) => `${alias}: cancelRun(input: { run: "run_1" }) { __typename }`;
    accepts(`mutation { ${cancel('a')} }`);
    refuses(`mutation { ${cancel('a')} ${cancel('b')} }`, /2 fields at its root; at most 1 is/);
    refuses(
      `mutation { ...M } fragment M on Mutation { ${cancel('a')} ... on Mutation { ${cancel('b')} } }`,
      /2 fields/,
    );
  });

  it('lets a query have ten fields at its root', () => {
    refuses(`{ ${repeat(11, (i) => `a${i}: setupNeeded`)} }`, /11 fields at its root; at most 10/);
  });
});

describe('depth is bounded', () => {
  const bomb = (levels: number) =>
    `{ model(id: "stock_1") { ${'parents { model { '.repeat(levels)} id ${'} }'.repeat(levels)} } }`;

  it('refuses the cycle model → parents → model', () => {
    refuses(bomb(6), /nests 14 fields/);
    refuses(bomb(200), /nests 402 fields/);
  });

  it('sees through fragments and inline fragments', () => {
    const fragments = repeat(
      8,
      (i) => `fragment F${i} on Model { parents { model { ... on Model { ...F${i + 1} } } } }`,
    );
    refuses(`{ model(id: "stock_1") { ...F0 } } ${fragments} fragment F8 on Model { id }`, /nests 18 fields/);
  });

  it('answers a fragment cycle instead of following it', () => {
    refuses(
      '{ model(id: "stock_1") { ...A } } fragment A on Model { parents { model { ...B } } } fragment B on Model { ...A }',
      /Cannot spread fragment "A" within itself via "B"/,
    );
  });

  it('bounds introspection by graphql-js itself', () => {
    const types = (n: number): string => (n === 0 ? 'name' : `fields { type { ${types(n - 1)} } }`);
    refuses(`{ __type(name: "Run") { ${types(8)} } }`, /Maximum introspection depth exceeded/);
  });
});

describe('cost is bounded before any resolver runs', () => {
  it('is less than a fifth of the limit for every page of the dashboard', () => {
    const web = fileURLToPath(new URL('../../../web/src/', import.meta.url));
    const files = globSync('**/*.graphql', { cwd: web });
    const document = parse(files.map((file) => readFileSync(`${web}${file}`, 'utf8')).join('\n'));
    const operations = document.definitions.flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION ? [one] : []));
    const variables = { lab: 'demo', first: 50, maxPoints: 1000 };
    const costs = operations.map((one) => [one.name?.value, operationCost(schema, document, one, variables)] as const);
    expect(costs.map(([name]) => name)).toContain('Leaderboard');
    for (const [name, cost] of costs) expect(cost, name).toBeLessThan(limits.cost / 5);
  });

  it.each([
    '{ edges { node { rank scores { n } } } }',
    '{ edges { node { versusBest { significant } rankInterval { best } scores { n } } } }',
    '{ ranking { method } edges { node { scores { n } } } }',
    '{ ...Ranked edges { node { scores { n } } } }',
    '{ edges { node { ... on LeaderboardRow { rank } scores { n } } } }',
  ])('counts the comparisons behind a leaderboard once, and only where a field needs them: %s', (fields) => {
    const boards = (n: number, asked: string) =>
      `{ ${repeat(n, (i) => `b${i}: leaderboard(lab: "demo", first: 50) ${asked}`)} }`;
    const fragment = fields.includes('...Ranked')
      ? 'fragment Ranked on LeaderboardConnection { ranking { alpha } }'
      : '';
    accepts(boards(10, '{ edges { node { scores { n } } } }'));
    accepts(boards(8, fields) + fragment);
    refuses(boards(10, fields) + fragment, /at most 10,000/);
  });

  it.each([
    ['document', 2],
    ['content { __typename }', 3],
    ['schema', 5],
  ])('counts the documents of analyses, which are read whole, for their %s', (field, most) => {
    const pages = (n: number) =>
      `{ ${repeat(n, (i) => `a${i}: analyses(lab: "demo", first: 200) { edges { node { ${field} } } }`)} }`;
    accepts(pages(1));
    refuses(pages(most), /at most 10,000/);
  });

  it('multiplies lists by first', () => {
    accepts('{ soups(lab: "demo", first: 200) { edges { node { id parents { model { id } } } } } }');
    refuses(
      '{ soups(lab: "demo", first: 200) { edges { node { children { model { children { model { id } } } } } } } }',
      /expected to return [\d,]+ objects; at most 10,000/,
    );
  });

  it('uses the value of a variable, and the default when there is none', () => {
    const query = `query ($first: Int! = 200) { soups(lab: "demo", first: $first) { edges { node {
      children { model { children { model { id } } } } } } } }`;
    accepts(query, { first: 20 });
    refuses(query, /at most 10,000/, { first: 200 });
    refuses(query, /at most 10,000/);
  });

  it.each([0, -1, 201, 2 ** 31 - 1])('refuses first: %i', (first) => {
    refuses('query ($n: Int!) { soups(lab: "demo", first: $n) { totalCount } }', /a page has 1 to 200 entries/, {
      n: first,
    });
    refuses(`{ soups(lab: "demo", first: ${first}) { totalCount } }`, /a page has 1 to 200 entries/);
  });

  it('counts the points of curves', () => {
    const query =
      'query ($s: [String!]!, $n: Int!) { metricSeries(step: "step_1", series: $s, maxPoints: $n) { values } }';
    accepts(query, { s: ['loss', 'lr'], n: 10_000 });
    const many = Array.from({ length: 40 }, (_, i) => `s${i}`);
    refuses(query, /at most 10,000/, { s: many, n: 10_000 });
    refuses(query, /2 to 10,000 points/, { s: ['loss'], n: 10_001 });
  });

  it('is not fooled by fragments that double at every level', () => {
    const doubling = repeat(12, (i) => `fragment F${i} on Query { ...F${i + 1} x${i}: labs { id } ...F${i + 1} }`);
    const began = performance.now();
    refuses(
      `{ ...F0 } ${doubling} fragment F12 on Query { runs(lab: "demo", first: 200) { edges { node { steps { id } } } } }`,
      /at most/,
    );
    expect(performance.now() - began).toBeLessThan(500);
  });

  it('prices whole-schema dumps', () => {
    refuses(
      `{ ${repeat(10, (i) => `a${i}: __schema { types { name } }`)} runs(lab: "demo", first: 100) { edges { node { steps { id } } } } }`,
      /at most/,
    );
  });
});
