import { labs, type Run } from '@stockpot/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../../testing/client.js';
import { cook, hireWorker, submit } from '../../testing/kitchen.js';
import { type TestServer, testServer } from '../../testing/server.js';

let server: TestServer;
let run: Run;
let ids: Record<string, string>;
beforeAll(async () => {
  server = await testServer();
  const { system } = server;
  await labs.create({ ctx: system, input: { slug: 'demo', name: 'Demo', visibility: 'public' } });
  run = await submit(system, 'demo');
  await cook(system, await hireWorker(system), run);
  const { data } = await ask<{ soups: { edges: { node: { id: string; name: string } }[] } }>(
    server.url,
    '{ soups(lab: "demo") { edges { node { id name } } } }',
  );
  ids = Object.fromEntries(data.soups.edges.map(({ node }) => [node.name, node.id]));
});
afterAll(() => server.stop());

const UNBOUNDED = { replacement: false, most: null, passes: null };

describe('a greedy soup', () => {
  it('says why it kept one model, what other searches would have found, and what its ingredients were worth', async () => {
    const { data, errors } = await ask<{ soup: Record<string, unknown> }>(
      server.url,
      `query ($id: ID!) { soup(id: $id) {
        diagnosis { kept summary findings { kind sentence evidence } }
        marginal { n ingredient { name } score low high gain seconds gainPerHour }
        whatIf(questions: [{}, { accept: BETTER, order: GIVEN, start: FIRST }]) {
          method accept order seed start ties tolerance patience replacement most passes answered members { name } score same missing { name }
        }
      } }`,
      { id: ids.greedy },
    );
    expect(errors).toEqual([]);
    expect(data.soup.diagnosis).toMatchObject({
      kept: 1,
      summary: expect.stringMatching(
        /^Greedy kept ft-00 alone: of 1 other ingredients none made the soup score at least as high on 200/,
      ),
      findings: [{ kind: 'selection-too-small', sentence: expect.stringContaining('1 candidate of 1 fell short') }],
    });
    expect(data.soup.marginal).toEqual([
      expect.objectContaining({ n: 1, ingredient: { name: 'ft-00' }, score: 0.88, gain: null, gainPerHour: null }),
    ]);
    const usual = { method: 'GREEDY', seed: null, ties: 'LISTED', tolerance: 0, patience: null, ...UNBOUNDED };
    expect(data.soup.whatIf).toEqual([
      {
        ...usual,
        accept: 'NOT_WORSE',
        order: 'SCORE',
        start: 'BEST',
        answered: true,
        members: [{ name: 'ft-00' }],
        score: 0.88,
        same: true,
        missing: [],
      },
      {
        ...usual,
        accept: 'BETTER',
        order: 'GIVEN',
        start: 'FIRST',
        answered: true,
        members: [{ name: 'ft-00' }],
        score: 0.88,
        same: true,
        missing: [],
      },
    ]);
  });

  it('is searched within the bounds that are given', async () => {
    const { data, errors } = await ask<{ soup: { whatIf: unknown } }>(
      server.url,
      `query ($id: ID!) { soup(id: $id) {
        whatIf(questions: [{ method: GREEDIER, replacement: true, most: 1 }, { method: PRUNED, passes: 1 }]) {
          method replacement most passes answered members { name }
        }
      } }`,
      { id: ids.greedy },
    );
    expect(errors).toEqual([]);
    expect(data.soup.whatIf).toMatchObject([
      { ...UNBOUNDED, method: 'GREEDIER', replacement: true, most: 1, answered: true, members: [{ name: 'ft-00' }] },
      { ...UNBOUNDED, method: 'PRUNED', passes: 1 },
    ]);
  });

  it('refuses a question that makes no sense, and too many, with a sentence', async () => {
    const WHAT_IF = `query ($id: ID!, $questions: [WhatIfQuestion!]) { soup(id: $id) { whatIf(questions: $questions) { answered } } }`;
    const wrong = await ask(server.url, WHAT_IF, { id: ids.greedy, questions: [{ tolerance: -1 }] });
    expect(wrong.errors[0]).toMatchObject({
      message: expect.stringMatching(/^A what-if question does not hold: tolerance: /),
      extensions: { code: 'BAD_INPUT' },
    });
    const many = await ask(server.url, WHAT_IF, { id: ids.greedy, questions: Array.from({ length: 21 }, () => ({})) });
    expect(many.errors[0]).toMatchObject({ extensions: { code: 'BAD_INPUT', advice: 'Ask for fewer.' } });
  });

  it('that nothing chose has no diagnosis, no what-ifs and no marginal values', async () => {
    const text = 'query ($id: ID!) { soup(id: $id) { diagnosis { kept } marginal { n } whatIf { answered } } }';
    const { data } = await ask(server.url, text, { id: ids.uniform });
    expect(data).toEqual({ soup: { diagnosis: null, marginal: [], whatIf: [] } });
  });
});

it('the pool of a soup and the ingredients of a run are compared pair by pair, as columns', async () => {
  const FIELDS =
    'benchmark { name } n versions models { name } pairs { first second disagreement errorCorrelation kappa } mean { disagreement headroom }';
  const { data, errors } = await ask(
    server.url,
    `query ($soup: ID!, $run: ID!) { soup(id: $soup) { diversity { ${FIELDS} } } run(id: $run) { diversity { ${FIELDS} } second: diversity(repeat: 2) { n } } }`,
    { soup: ids.greedy, run: run.id },
  );
  expect(errors).toEqual([]);
  // 440 and 430 right of 500, the first ones: ten tell them apart.
  const diversity = {
    benchmark: { name: 'test' },
    n: 500,
    versions: 1,
    models: [{ name: 'ft-00' }, { name: 'ft-01' }],
    pairs: {
      first: [0],
      second: [1],
      disagreement: [0.02],
      errorCorrelation: [expect.any(Number)],
      kappa: [expect.any(Number)],
    },
    mean: { disagreement: 0.02, headroom: 0.01 },
  };
  expect(data).toEqual({ soup: { diversity }, run: { diversity, second: null } });
});

it('what reads much costs much: a page of soups cannot ask for a hundred diagnoses', async () => {
  const text = '{ soups(lab: "demo", first: 200) { edges { node { ... on Soup { diagnosis { kept } } } } } }';
  const { errors } = await ask(server.url, text);
  expect(errors[0]).toMatchObject({ extensions: { code: 'TOO_EXPENSIVE' } });
});
