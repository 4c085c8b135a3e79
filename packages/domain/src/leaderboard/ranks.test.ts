import { wilsonInterval } from '@stockpot/engine/statistics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as domain from '../index.js';
import {
  type BulkModel,
  bulkBenchmarks,
  bulkModels,
  hashed,
  type RankedBoard,
  rankedBoard,
  seedWorld,
  type World,
} from '../testing/index.js';

let world: World;
beforeAll(async () => {
  world = await seedWorld();
});
afterAll(() => world.drop());

type Roles = Parameters<typeof bulkBenchmarks>[2];

/** A lab with benchmarks of n examples and these models; `top1` and `correct` by the names of the benchmarks. */
async function board(slug: string, roles: Roles, n: number, models: readonly Made[]) {
  const lab = await world.lab(slug);
  const ids = await bulkBenchmarks(world.db, lab.id, roles, n);
  const idOf = (name: string) => ids.get(name) ?? '';
  const named = <V>(values: Readonly<Record<string, V>>) =>
    new Map(Object.entries(values).map(([name, value]) => [idOf(name), value]));
  const meta = new Map(Object.entries(roles).map(([name, role]) => [idOf(name), { role, n }]));
  const bulk = models.map(({ top1, correct, ...model }): BulkModel => {
    return { kind: 'soup', ...model, top1: named(top1), ...(correct === undefined ? {} : { correct: named(correct) }) };
  });
  const modelIds = await bulkModels(world.db, lab.id, meta, bulk);
  const list = async (benchmark?: string, input: object = {}) => {
    const orderBy = benchmark === undefined ? {} : { orderBy: { benchmark: idOf(benchmark) } };
    return rankedBoard({ ctx: world.system, input: { lab: slug, first: 200, ...orderBy, ...input } });
  };
  return { list, modelIds, idOf };
}
type Made = { name: string; top1: Record<string, number>; correct?: Record<string, Uint8Array>; spent?: boolean };

/** A model that is right on the examples from … to − 1. */
function rightOn(name: string, from: number, to: number, n: number): Made {
  const bits = new Uint8Array(Math.ceil(n / 8));
  for (let i = from; i < to; i++) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
  return { name, top1: { test: (to - from) / n }, correct: { test: bits } };
}

const shown = ({ edges }: RankedBoard) =>
  edges.map(({ node: { model, rank, rankInterval: found } }) =>
    rank === null || found === null ? `${model.name} –` : `${model.name} ${rank} [${found.best}–${found.worst}]`,
  );

describe('a small board compares answers', () => {
  test('models that the examples cannot tell apart are tied; those that they can are apart', async () => {
    // The first two differ on 10 + 6 of 300 examples: p = 0.45, and 1 after Holm. The third is right on the first 150 alone.
    const models = [rightOn('half', 0, 150, 300), rightOn('best', 0, 240, 300), rightOn('twin', 10, 246, 300)];
    const { list, modelIds } = await board('small', { test: 'test' }, 300, models);
    const page = await list();
    expect(shown(page)).toEqual(['best 1 [1–2]', 'twin 2 [1–2]', 'half 3 [3–3]']);
    expect(page.ranking).toEqual({ method: 'paired', models: 3, alpha: 0.05, best: modelIds[1], refusal: null });
    const [best, twin, half] = page.edges.map(({ node }) => node.versusBest);
    expect(best).toBeNull();
    expect(twin).toEqual({
      difference: expect.closeTo((236 - 240) / 300, 12),
      adjustedP: expect.closeTo((2 * 14893) / 65536, 12),
      significant: false,
    });
    expect(half).toMatchObject({ difference: expect.closeTo(-0.3, 12), significant: true });
    // Only the first is right on 90 examples: two tails of 90 coins, the smallest of three p-values.
    expect(half?.adjustedP).toBeCloseTo(3 * 2 * 0.5 ** 90, 30);
  });

  test('ranks stay when a page shows less, and follow when a better model comes', async () => {
    const models = [rightOn('half', 0, 150, 300), rightOn('best', 0, 240, 300), rightOn('twin', 10, 246, 300)];
    const { list, idOf } = await board('growing', { test: 'test' }, 300, models);
    expect(shown(await list('test', { search: 'half' }))).toEqual(['half 3 [3–3]']);
    const { top1, correct, ...perfect } = rightOn('perfect', 0, 300, 300);
    const lab = await domain.labs.bySlug({ ctx: world.system, input: { slug: 'growing' } });
    await bulkModels(world.db, lab.id, new Map([[idOf('test'), { role: 'test', n: 300 }]]), [
      { kind: 'soup', ...perfect, top1: new Map([[idOf('test'), 1]]) },
    ]);
    expect(shown(await list('test'))).toEqual(['perfect 1 [1–1]', 'best 2 [2–3]', 'twin 3 [2–3]', 'half 4 [4–4]']);
  });

  test('a spent score stands in the table and takes no rank from anybody', async () => {
    const chosen = { ...rightOn('chosen', 0, 300, 300), spent: true };
    const { list } = await board('spent', { test: 'test' }, 300, [chosen, rightOn('honest', 0, 200, 300)]);
    const page = await list();
    expect(shown(page)).toEqual(['chosen –', 'honest 1 [1–1]']);
    expect(page.ranking).toMatchObject({ models: 1 });
    expect(page.edges[0]?.node.versusBest).toBeNull();
  });
});

describe('a large board goes by intervals', () => {
  const n = 500;
  // The normal quantile of 1 − 0.05/(2 · 250), by scipy.
  const z = 3.719016485455709;
  const scores = Array.from({ length: 250 }, (_, i) => Math.round((0.5 + 0.45 * hashed(`large ${i}`)) * n) / n);

  test('whose ranks are those of comparing all intervals by hand, on every page', async () => {
    const models = scores.map((top1, i) => ({ name: `m${i}`, top1: { test: top1 } }));
    const { list } = await board('large', { test: 'test' }, n, models);
    const intervals = scores.map((score) => wilsonInterval(score * n, n, z));
    const first = await list('test', { first: 90 });
    const second = await list('test', { first: 160, after: first.edges.at(-1)?.cursor });
    const rows = [...first.edges, ...second.edges].map(({ node }) => node);
    expect(rows).toHaveLength(250);
    expect(first.ranking).toMatchObject({ method: 'intervals', models: 250 });
    const leader = Math.max(...scores);
    for (const { model, rank, rankInterval, versusBest } of rows) {
      const index = Number(model.name.slice(1));
      const [score = 0, mine = { low: 0, high: 1 }] = [scores[index], intervals[index]];
      expect(rank).toBe(1 + scores.filter((other) => other > score).length);
      expect(rankInterval).toEqual({
        best: 1 + intervals.filter(({ low }) => low > mine.high).length,
        worst: 250 - intervals.filter(({ high }) => high < mine.low).length,
      });
      if (model.id === first.ranking?.best) expect(versusBest).toBeNull();
      else {
        const apart = wilsonInterval(leader * n, n, z).low > mine.high;
        expect(versusBest).toMatchObject({ adjustedP: null, significant: apart });
      }
    }
  });
});

test('how many rank is kept with the evaluations that come and go, spent ones and those without a score left out', async () => {
  const models = [...Array(5).keys()].map((i) => ({ name: `m${i}`, top1: { test: i / 5 }, spent: i === 0 }));
  const { idOf, modelIds } = await board('counted', { test: 'test', shift: 'shift' }, 20, models);
  const ranked = async () =>
    (await domain.benchmarks.list({ ctx: world.system, input: { lab: 'counted' } })).map(
      (one) => `${one.name} ${one.ranked}`,
    );
  expect(await ranked()).toEqual(['shift 0', 'test 4']);
  await world.db.pool.query('delete from evaluations where benchmark_id = $1 and model_id = any($2)', [
    idOf('test'),
    modelIds.slice(0, 2),
  ]);
  expect(await ranked()).toEqual(['shift 0', 'test 3']);
});

describe('what models were chosen on ranks nobody', () => {
  // CLIP ViT-B/32 of the model-soups paper: selection split and ImageNet of the released results, and a pool drawn around its
  // published mean and range. The best of selection is not the best of the test.
  const paper: Made[] = [
    { name: 'greedy', top1: { selection: 0.8398, test: 0.8103 }, spent: true },
    { name: 'ensemble', top1: { selection: 0.8381, test: 0.8119 } },
    { name: 'best individual', top1: { selection: 0.8305, test: 0.8039 } },
    { name: 'uniform', top1: { selection: 0.827, test: 0.7997 } },
    ...Array.from({ length: 68 }, (_, i) => {
      const test = 0.7499 + (0.8 - 0.7499) * hashed(`ingredient ${i}`);
      return { name: `ingredient ${i}`, top1: { test, selection: test + 0.026 } };
    }),
  ];

  test('a leaderboard by selection score is refused, with the reason; the test split ranks', async () => {
    const models = paper.map((model) => ({ ...model, spent: false }));
    const { list } = await board('paper', { selection: 'selection', test: 'test' }, 26_000, models);
    const bySelection = await list('selection');
    expect(bySelection.edges[0]?.node.model.name).toBe('greedy');
    expect(bySelection.ranking).toMatchObject({ method: null, models: 0, best: null });
    expect(bySelection.ranking?.refusal).toMatch(/^Models are chosen by their scores on selection, .* ranks nobody\.$/);
    for (const { node } of bySelection.edges) {
      expect([node.rank, node.rankInterval, node.versusBest]).toEqual([null, null, null]);
    }
    const usual = await list();
    expect(usual.edges.slice(0, 2).map(({ node }) => `${node.rank} ${node.model.name}`)).toEqual([
      '1 ensemble',
      '2 greedy',
    ]);
  });

  test('and so it is where the lab has nothing else', async () => {
    const { list } = await board('only', { selection: 'selection' }, 100, [{ name: 'a', top1: { selection: 0.9 } }]);
    expect((await list()).ranking?.method).toBeNull();
    const byName = await list(undefined, { orderBy: { field: 'name' } });
    expect(byName.ranking).toBeNull();
  });
});
