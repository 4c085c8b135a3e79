import { join } from 'node:path';
import { type AnalysisName, analysisDocuments } from '@stockpot/engine/analysis/documents';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Kitchen, kitchen, recipe } from '../../../apps/worker/src/testing/kitchen.js';
import { type ApiProcess, startApi } from './api-process.js';

/** The tiny recipe with less in it, and with analyses. */
const analysed = `${recipe('tiny')
  .replace('baselines: [ensemble, best]', 'baselines: [best]')
  .replace('report: [test, corruptions]', 'report: [test]')
  .replace('count: 1024 }\n      train', 'count: 256 }\n      train')
  .replace('role: train, from: train, count: 1024', 'role: train, from: train, count: 256')}
analyses:
  line: { kind: barrier, models: [ft-00, ft-01], on: selection }
  basins: { kind: barriers, models: [ft], on: selection }
  worth: { kind: contribution, models: [ft], on: selection }
  lengths: { kind: weights, models: [ft] }
  search: { kind: why, soup: greedy }
`;

interface Analysis {
  readonly name: string;
  readonly schema: string;
  readonly document: Readonly<Record<string, unknown>>;
  readonly artifact: { readonly hash: string };
  readonly subjects: readonly { readonly name: string }[];
  readonly content: Readonly<Record<string, unknown>>;
}
interface Scored {
  readonly name: string;
  readonly evaluations: readonly {
    readonly top1: number;
    readonly nll: number;
    readonly benchmark: { name: string };
  }[];
}

/** A recipe with analyses, cooked by a worker process into Postgres, and read from the API. */
describe('analyses of a recipe', { timeout: 240_000 }, () => {
  let open: Kitchen;
  let server: ApiProcess;
  let analyses: readonly Analysis[];
  let ingredients: readonly Scored[];

  beforeAll(async () => {
    open = await kitchen();
    await open.startWorker();
    const run = await open.submit(analysed);
    expect(await open.finished(run.id)).toMatchObject({ status: 'succeeded', error: null });
    server = await startApi(open.databaseUrl, join(open.home, 'blobs'));
    const data = await ask<{
      run: { analyses: Analysis[] };
      ingredients: { edges: { node: Scored }[] };
    }>(
      `query ($run: ID!) {
        run(id: $run) { analyses { name schema document artifact { hash } subjects { name } content {
          ... on BarrierCurve { lambda losses errors lossBarrier { height } }
          ... on BarrierMatrix { lossBarriers basins order }
          ... on Contribution { all alone shapley baseline { worth } }
          ... on WeightSpace { stockName whole { fromStock { relativeDistances } } layers { layer } }
          ... on SearchDiagnosis { diagnosis { kept summary } }
        } } }
        ingredients(lab: "test") { edges { node { name evaluations { top1 nll benchmark { name } } } } }
      }`,
      { run: run.id },
    );
    analyses = data.run.analyses;
    ingredients = data.ingredients.edges.map(({ node }) => node);
  }, 240_000);
  afterAll(async () => {
    await server?.close();
    await open?.close();
  });

  async function ask<Data>(query: string, variables: Record<string, unknown>): Promise<Data> {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
    expect(errors).toBeUndefined();
    return data;
  }

  const found = (name: string) => {
    const analysis = analyses.find((each) => each.name === name);
    if (analysis === undefined) throw new Error(`There is no analysis ${name}.`);
    return analysis;
  };
  const scores = (name: string) => {
    const evaluation = ingredients
      .find((each) => each.name === name)
      ?.evaluations.find(({ benchmark }) => benchmark.name === 'selection');
    if (evaluation === undefined) throw new Error(`${name} was not scored on selection.`);
    return evaluation;
  };

  it('are served as the engine wrote them: the document of the API is the artifact of the step', async () => {
    expect(analyses.map(({ name }) => name)).toEqual(['line', 'basins', 'worth', 'lengths', 'search']);
    for (const { schema, document, artifact, subjects } of analyses) {
      const blob = await fetch(`${server.url}/blobs/${artifact.hash}?lab=test`);
      expect(await blob.json()).toEqual(document);
      const kind = schema.split('/').at(-1) as AnalysisName;
      expect(analysisDocuments[kind].parse(document)).toEqual(document);
      expect(document.models).toEqual(subjects.map(({ name }) => name));
    }
  });

  it('agree with what evaluations measured, and with each other', () => {
    const line = found('line').content as { losses: number[]; errors: number[]; lossBarrier: { height: number } };
    for (const [place, name] of [
      [0, 'ft-00'],
      [10, 'ft-01'],
    ] as const) {
      expect(line.losses[place]).toBeCloseTo(scores(name).nll, 5);
      expect(line.errors[place]).toBeCloseTo(1 - scores(name).top1, 12);
    }
    const basins = found('basins').content as { lossBarriers: number[][]; order: number[] };
    expect(basins.lossBarriers[0]?.[1]).toBe(line.lossBarrier.height);
    expect(basins.lossBarriers[1]?.[0]).toBe(line.lossBarrier.height);
    expect(basins.order.toSorted()).toEqual([0, 1, 2]);

    const worth = found('worth').content as {
      all: number;
      alone: number[];
      shapley: number[];
      baseline: { worth: number };
    };
    expect(worth.alone).toEqual(['ft-00', 'ft-01', 'ft-02'].map((name) => scores(name).top1));
    const sum = worth.shapley.reduce((total, value) => total + value, 0);
    expect(sum).toBeCloseTo(worth.all - worth.baseline.worth, 12);

    const lengths = found('lengths').content as {
      stockName: string;
      whole: { fromStock: { relativeDistances: number[] } };
      layers: { layer: string }[];
    };
    expect(lengths.stockName).toBe('mae-vit-micro');
    expect(lengths.whole.fromStock.relativeDistances.every((way) => way > 0 && way < 1)).toBe(true);
    expect(lengths.layers.map(({ layer }) => layer)).toContain('blocks.0');
    const { diagnosis } = found('search').content as { diagnosis: { kept: number; summary: string } };
    expect(diagnosis.summary).toMatch(/^Greedy kept/);
  });
});
