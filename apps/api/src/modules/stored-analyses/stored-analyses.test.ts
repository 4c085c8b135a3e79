import { type AnalysisName, analyses, labs } from '@stockpot/domain';
import { madeUpDocument } from '@stockpot/domain/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../../testing/client.js';
import { cook, hireWorker, submit } from '../../testing/kitchen.js';
import { ANALYSES } from '../../testing/recipe.js';
import { type TestServer, testServer } from '../../testing/server.js';

let server: TestServer;
let run: string;
beforeAll(async () => {
  server = await testServer();
  const { system } = server;
  await labs.create({ ctx: system, input: { slug: 'demo', name: 'Demo', visibility: 'public' } });
  const submitted = await submit(system, 'demo', 'analysed', 17, ANALYSES);
  await cook(system, await hireWorker(system), submitted);
  run = submitted.id;
});
afterAll(() => server.stop());

async function query<Data>(text: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const { data, errors } = await ask<Data>(server.url, text, variables);
  expect(errors).toEqual([]);
  return data;
}

interface Found {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly document: Readonly<Record<string, unknown>>;
}
const all = (selection: string) =>
  query<{ run: { analyses: Found[] } }>(`query ($run: ID!) { run(id: $run) { analyses { ${selection} } } }`, { run });
const one = async (kind: AnalysisName, content: string) => {
  const type = TYPES[kind];
  const { run: found } = await all(`kind document content { ... on ${type} { ${content} } }`);
  const analysis = found.analyses.find((each) => each.kind === enumOf(kind));
  if (analysis === undefined) throw new Error(`There is no analysis ${kind}.`);
  return analysis;
};
const enumOf = (kind: string) => kind.toUpperCase().replaceAll('-', '_');

const TYPES: Readonly<Record<AnalysisName, string>> = {
  barrier: 'BarrierCurve',
  barriers: 'BarrierMatrix',
  ternary: 'TernaryGrid',
  contribution: 'Contribution',
  marginal: 'MarginalCurve',
  diversity: 'PoolDiversity',
  weights: 'WeightSpace',
  'soup-versus-ensemble': 'SoupVersusEnsemble',
  compare: 'PairedComparison',
  why: 'SearchDiagnosis',
  'what-if': 'ReplayedSearch',
};

describe('the analyses of a run', () => {
  it('are of every kind, say what they are and of what, and carry their whole document', async () => {
    const { run: found } = await all(
      'id name kind schema question definition source document subjects { name model { name } } benchmark { name } soup { name } examined { source role n rows } evaluations { measured known } lab { slug } run { id } content { __typename }',
    );
    const kinds = Object.keys(analyses.facts) as AnalysisName[];
    expect(found.analyses.map(({ kind }) => kind)).toEqual(kinds.map(enumOf));
    for (const [place, kind] of kinds.entries()) {
      const analysis = found.analyses[place];
      const { question, definition, source } = analyses.facts[kind];
      expect(analysis).toMatchObject({ question, definition, source, lab: { slug: 'demo' }, run: { id: run } });
      expect(analysis).toMatchObject({ schema: `stockpot-analysis/1/${kind}`, content: { __typename: TYPES[kind] } });
      const document = analysis?.document ?? {};
      expect(analyses.readDocument({ kind }, { id: '', document })).toEqual(document);
    }
    const [line] = found.analyses;
    const subjects = ['ft-00', 'ft-01'].map((name) => ({ name, model: { name } }));
    const examined = { source: 'digits/selection', role: 'SELECTION', n: 200, rows: 200 };
    expect(line).toMatchObject({ name: 'line', subjects, examined, benchmark: { name: 'selection' }, soup: null });
    expect(found.analyses.find(({ name }) => name === 'lengths')).toMatchObject({ examined: null, benchmark: null });
    expect(found.analyses.find(({ name }) => name === 'replay')).toMatchObject({ soup: { name: 'greedy' } });
  });

  it('show points and matrices as columns that equal the document', async () => {
    const line = await one(
      'barrier',
      'lambda losses errors lossExcess errorExcess lossBarrier { height at interior connected }',
    );
    const points = line.document.points as Record<string, number>[];
    expect(line.content).toEqual({
      lambda: points.map((point) => point.lambda),
      losses: points.map((point) => point.loss),
      errors: points.map((point) => point.error),
      lossExcess: points.map((point) => point.lossExcess),
      errorExcess: points.map((point) => point.errorExcess),
      lossBarrier: line.document.loss,
    });
    const pool = await one(
      'barriers',
      'lossBarriers errorBarriers order basins merges { left right height } tolerance points',
    );
    const { loss, error, order, basins, merges, tolerance, points: along } = pool.document;
    expect(pool.content).toEqual({
      lossBarriers: loss,
      errorBarriers: error,
      order,
      basins,
      merges,
      tolerance,
      points: along,
    });
    const grid = await one('ternary', 'shares losses errors divisions lowestLoss');
    const lattice = grid.document.points as { at: number[]; loss: number; error: number }[];
    expect(grid.content).toEqual({
      shares: lattice.map(({ at }) => at),
      losses: lattice.map((point) => point.loss),
      errors: lattice.map((point) => point.error),
      divisions: 3,
      lowestLoss: 0,
    });
  });

  it('show contributions and gains with their intervals', async () => {
    const worth = await one(
      'contribution',
      'metric baseline { name worth } all alone leaveOneOut shapley standardError low high exact orderPairs confidence',
    );
    expect(worth.content).toEqual({
      ...{ metric: 'ACCURACY', baseline: { name: 'guessing', worth: 0.125 }, all: 0.75, alone: [0.5, 0.5] },
      ...{ leaveOneOut: [-0.0625, 0], shapley: [0.25, 0.25], standardError: [0.0625, 0.0625] },
      ...{ low: [0.125, 0.125], high: [0.375, 0.375], exact: false, orderPairs: 10, confidence: 0.95 },
    });
    const more = await one('marginal', 'orders costUnit worth worthLow gain gainHigh cost gainPerCost');
    expect(more.content).toEqual({
      ...{ orders: 20, costUnit: 'ingredients', worth: [0.5, 0.5625], worthLow: [0.25, 0.25], gain: [0.375, 0.0625] },
      ...{ gainHigh: [0.5, 0.5], cost: [1, 2], gainPerCost: [0.0625, 0.0625] },
    });
  });

  it('show where models lie, how they err, and the terms of the paper', async () => {
    const lengths = await one(
      'weights',
      'stockName missingInStock whole { elements fromStock { relativeDistances angles } } layers { layer norms distancesBetween fromStock { distances cosines } }',
    );
    expect(lengths.content).toMatchObject({
      ...{ stockName: 'base', missingInStock: ['head.weight'] },
      whole: {
        elements: 4096,
        fromStock: {
          relativeDistances: [0, 0.125],
          angles: [
            [0, 1.5],
            [1.5, 0],
          ],
        },
      },
    });
    expect(lengths.content.layers).toHaveLength(3);
    expect(lengths.content.layers).toContainEqual({
      ...{
        layer: 'blocks.0',
        norms: [2, 2],
        distancesBetween: [
          [0, 0.125],
          [0.125, 0],
        ],
      },
      fromStock: { distances: [0, 0.25], cosines: [0.5, 0.5] },
    });
    const errors = await one(
      'diversity',
      'accuracies featureExamples pairs { first second disagreement cka angle gain } mean { kappa } predictedGain { logLikelihood spread }',
    );
    expect(errors.content).toEqual({
      ...{ accuracies: [0.75, 0.75], featureExamples: 1000, mean: { kappa: 0.5 } },
      pairs: { first: [0], second: [1], disagreement: [0.25], cka: [0.875], angle: [1.5], gain: [0.0625] },
      predictedGain: { logLikelihood: 0.125, spread: 0.5 },
    });
    const terms = await one(
      'soup-versus-ensemble',
      'alpha scale soupLoss ensembleLoss measuredDifference approximation curvature variance',
    );
    const { measuredDifference, ...sameName } = terms.content;
    expect(terms.document).toMatchObject({ ...sameName, difference: measuredDifference });
    expect(Object.keys(terms.content)).toHaveLength(8);
  });

  it('show comparisons and searches', async () => {
    const better = await one(
      'compare',
      'both onlyFirst accuracies accuracyDifference { value lower upper p method } lossDifference { value }',
    );
    expect(better.content).toEqual({
      ...{ both: 100, onlyFirst: 20, accuracies: [0.75, 0.625], lossDifference: null },
      accuracyDifference: { value: 0.125, lower: 0.0625, upper: 0.1875, p: 0.03125, method: 'mcnemar' },
    });
    const search = await one('why', 'diagnosis { kept summary findings { kind } } barriersToFirst');
    expect(search.content).toEqual({
      diagnosis: { kept: 1, summary: 'Greedy kept one model.', findings: [{ kind: 'ties' }] },
      barriersToFirst: null,
    });
    const replay = await one('what-if', 'question metric answered found foundWorth cookedWorth same missing');
    expect(replay.content).toMatchObject({
      metric: 'ACCURACY',
      answered: true,
      found: [0],
      foundWorth: 0.875,
      same: true,
    });
    expect(replay.content.question).toEqual(replay.document.question);
  });
});

it('analyses are found by id, as a node, in the lab, and from the models and soups that they are about', async () => {
  const { run: found } = await all('id name');
  const ids = new Map(found.analyses.map(({ id, name }) => [name, id]));
  const line = ids.get('line');
  const answer = await query<Record<string, unknown>>(
    'query ($id: ID!) { analysis(id: $id) { name } node(id: $id) { __typename id } analyses(lab: "demo", first: 3) { totalCount pageInfo { hasNextPage } edges { node { name } } } }',
    { id: line },
  );
  expect(answer).toMatchObject({
    analysis: { name: 'line' },
    node: { __typename: 'Analysis', id: line },
    analyses: { totalCount: 11, pageInfo: { hasNextPage: true }, edges: [{ node: { name: 'replay' } }, {}, {}] },
  });
  const { soups, ingredients } = await query<{
    soups: { edges: { node: { name: string; analyses: { name: string }[]; analysesOfPool: { name: string }[] } }[] };
    ingredients: { edges: { node: { name: string; analyses: { name: string }[] } }[] };
  }>(
    `{ soups(lab: "demo") { edges { node { name ... on Soup { analyses { name } analysesOfPool { name } } } } }
       ingredients(lab: "demo") { edges { node { name analyses { name } } } } }`,
  );
  const names = (list: readonly { name: string }[] | undefined) => (list ?? []).map(({ name }) => name).toSorted();
  const soup = (name: string) => soups.edges.find(({ node }) => node.name === name)?.node;
  expect(names(soup('greedy')?.analyses)).toEqual(['better', 'replay', 'search']);
  expect(names(soup('uniform')?.analyses)).toEqual(['pool', 'triangle']);
  const ofPool = ['errors', 'lengths', 'line', 'more', 'terms', 'worth'];
  expect(names(soup('uniform')?.analysesOfPool)).toEqual(ofPool);
  expect(names(soup('greedy')?.analysesOfPool)).toEqual([...ofPool, 'replay', 'search'].toSorted());
  const first = ingredients.edges.find(({ node }) => node.name === 'ft-00')?.node;
  expect(first?.analyses).toHaveLength(11);
});

it('the step that made an analysis leads to it', async () => {
  const { run: found } = await query<{ run: { steps: { stepId: string; analysis: { name: string } | null }[] } }>(
    'query ($run: ID!) { run(id: $run) { steps { stepId analysis { name } } } }',
    { run },
  );
  const made = found.steps.filter(({ analysis }) => analysis !== null);
  expect(made.map(({ stepId, analysis }) => stepId === `analyses/${analysis?.name}`)).toEqual(Array(11).fill(true));
});

it('a document of another version is still there, and not shown as what it may not be', async () => {
  const { run: found } = await all('id name');
  const id = found.analyses.find(({ name }) => name === 'terms')?.id;
  const later = { ...madeUpDocument('soup-versus-ensemble', { models: ['a', 'b'], examined: EXAMINED }), version: 2 };
  const set = 'update analyses set document = $1 where id = $2 returning document';
  const before = await server.services.db.pool.query('select document from analyses where id = $1', [id]);
  await server.services.db.pool.query(set, [later, id]);
  const answer = await query<{ analysis: Found & { schema: string } }>(
    'query ($id: ID!) { analysis(id: $id) { schema document content { __typename } } }',
    { id },
  );
  expect(answer.analysis).toEqual({
    schema: 'stockpot-analysis/2/soup-versus-ensemble',
    document: later,
    content: null,
  });
  await server.services.db.pool.query(set, [before.rows[0].document, id]);
});

const EXAMINED = { source: 'x/y', role: 'test', n: 1, rows: 1, classes: 2, hash: 'a' } as const;
