import type { ModelKind } from '@stockpot/db';
import { countStatements } from '@stockpot/db/testing';
import { wilsonInterval } from '@stockpot/engine/statistics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as domain from '../index.js';
import {
  type BulkModel,
  bulkBenchmarks,
  bulkModels,
  exampleRecipe,
  hashed,
  type RankedBoard,
  rankedBoard,
  seedWorld,
  type World,
} from '../testing/index.js';

const N = 20; // few examples: many ties
const KINDS: readonly ModelKind[] = ['stock', 'ingredient', 'soup', 'ensemble'];

let world: World;
let labId: string;
let benchmarks: Map<string, string>;
let rows: (BulkModel & { id: string })[];
const id = (name: string) => benchmarks.get(name) ?? '';

beforeAll(async () => {
  world = await seedWorld();
  labId = (await world.lab('board')).id;
  benchmarks = await bulkBenchmarks(world.db, labId, { test: 'test', shift: 'shift', selection: 'selection' }, N);
  const roles = { test: 'test', shift: 'shift', selection: 'selection' };
  const meta = new Map(Object.entries(roles).map(([name, role]) => [id(name), { role, n: N }]));
  const models: BulkModel[] = Array.from({ length: 300 }, (_, i) => ({
    kind: KINDS[Math.floor(hashed(`kind ${i}`) * 4)] ?? 'soup',
    name: `model ${String(i % 97).padStart(2, '0')}${i % 5 === 0 ? ' 100%_\\' : ''}`,
    top1: new Map(
      [...meta.keys()].flatMap((benchmark) => {
        const value = hashed(
          `${benchmark === id('test') ? 'test' : benchmark === id('shift') ? 'shift' : 'selection'} ${i}`,
        );
        return value < 0.15 ? [] : [[benchmark, Math.round(value * N) / N] as const];
      }),
    ),
    spent: i % 11 === 0,
  }));
  const ids = await bulkModels(world.db, labId, meta, models);
  rows = models.map((model, i) => ({ ...model, id: ids[i] ?? '' }));
});
afterAll(() => world.drop());

type Input = Omit<Parameters<typeof domain.leaderboard.list>[0]['input'], 'lab'>;
const board = (input: Input = {}) => rankedBoard({ ctx: world.system, input: { lab: 'board', ...input } });

/** All pages, one after the other. */
async function everything(input: Input, first = 23) {
  const seen: RankedBoard['edges'][number]['node'][] = [];
  for (let after: string | undefined; ; ) {
    const page = await board({ ...input, first, after });
    seen.push(...page.edges.map((edge) => edge.node));
    after = page.edges.at(-1)?.cursor;
    if (!page.hasNextPage) return { seen, page };
  }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The order, done by hand. */
function oracle(benchmark: string, descending: boolean, keep: (row: (typeof rows)[number]) => boolean): string[] {
  const sign = descending ? 1 : -1;
  const scored = rows.filter((row) => keep(row) && row.top1.has(benchmark));
  const unscored = rows.filter((row) => keep(row) && !row.top1.has(benchmark));
  const score = (row: (typeof rows)[number]) => row.top1.get(benchmark) ?? 0;
  return [
    ...scored.sort((a, b) => sign * (score(b) - score(a) || compare(a.id, b.id))),
    ...unscored.sort((a, b) => compare(a.id, b.id)),
  ].map((row) => row.id);
}

describe('the order', () => {
  test.each([
    ['test', 'desc', {}],
    ['test', 'asc', {}],
    ['shift', 'desc', { kinds: ['soup'] }],
    ['shift', 'asc', { kinds: ['soup', 'stock', 'ensemble'] }],
    ['selection', 'desc', { search: 'MODEL 1' }],
    ['test', 'desc', { search: '100%_\\', kinds: ['ingredient', 'soup'] }],
    ['test', 'desc', { search: 'nothing is called so' }],
  ] as const)('by %s %s with %o is that of the same done by hand, over all pages', async (name, direction, filter) => {
    const kinds = 'kinds' in filter ? [...filter.kinds] : undefined;
    const search = 'search' in filter ? filter.search : undefined;
    const { seen, page } = await everything({ orderBy: { benchmark: id(name), direction }, kinds, search });
    const expected = oracle(
      id(name),
      direction === 'desc',
      (row) =>
        (kinds === undefined || kinds.includes(row.kind as never)) &&
        (search === undefined || row.name.toLowerCase().includes(search.toLowerCase())),
    );
    expect(seen.map((row) => row.model.id)).toEqual(expected);
    expect(page.totalCount).toBe(expected.length);
    expect(page.columns.map((column) => column.name)).toEqual(['test', 'shift', 'selection']);
  });

  test.each(['name', 'createdAt'] as const)('by %s, both ways, loses and repeats nobody', async (field) => {
    for (const direction of ['asc', 'desc'] as const) {
      const { seen } = await everything({ orderBy: { field, direction } }, 7);
      expect(new Set(seen.map((row) => row.model.id)).size).toBe(rows.length);
      const keys = seen.map(({ model }) => (field === 'name' ? model.name : model.createdAt.toISOString()));
      const sorted = [...keys].sort(compare);
      expect(keys).toEqual(direction === 'asc' ? sorted : sorted.reverse());
      expect(seen.every((row) => row.rank === null)).toBe(true);
    }
  });

  test('is the same whatever the size of the pages', async () => {
    const [small, large] = [await everything({}, 1), await everything({}, 200)];
    expect(small.seen).toEqual(large.seen);
  });
});

describe('a row', () => {
  test('has the rank it has in the whole lab, ties sharing it, whatever filter shows it', async () => {
    const ranked = rows.filter((row) => row.top1.has(id('test')) && !row.spent);
    const rank = (top1: number) => 1 + ranked.filter((row) => (row.top1.get(id('test')) ?? 0) > top1).length;
    for (const filter of [{}, { kinds: ['soup' as const] }, { search: '7' }]) {
      const { seen } = await everything({ ...filter, orderBy: { benchmark: id('test') } });
      for (const { model, rank: shown } of seen) {
        const row = rows.find((one) => one.id === model.id);
        const top1 = row?.top1.get(id('test'));
        expect(shown).toBe(top1 === undefined || row?.spent ? null : rank(top1));
      }
    }
  });

  test('has no rank on a selection split', async () => {
    const { edges } = await board({ orderBy: { benchmark: id('selection') } });
    expect(edges.every((edge) => edge.node.rank === null)).toBe(true);
  });

  test('has a score for each column, with n, its interval and whether it is spent', async () => {
    const { seen } = await everything({});
    for (const { model, scores } of seen) {
      const row = rows.find((one) => one.id === model.id);
      for (const [i, name] of ['test', 'shift', 'selection'].entries()) {
        const top1 = row?.top1.get(id(name));
        const score = scores[i];
        if (top1 === undefined) expect(score).toBeNull();
        else
          expect(score).toMatchObject({
            benchmarkId: id(name),
            n: N,
            top1,
            spent: row?.spent,
            ...wilsonInterval(top1 * N, N),
          });
      }
    }
  });

  test('is the best ingredient when none is better on the selection split; the older on a tie', async () => {
    const { seen } = await everything({});
    const [best] = oracle(id('selection'), true, (row) => row.kind === 'ingredient');
    expect(seen.filter((row) => row.bestIngredient).map((row) => row.model.id)).toEqual([best]);
  });
});

describe('a page', () => {
  test('repeats and skips nobody who was there when the reading began, while others come', async () => {
    const before = oracle(id('test'), true, () => true);
    const meta = new Map([[id('test'), { role: 'test', n: N }]]);
    const seen: string[] = [];
    let more = true;
    for (let after: string | undefined; more; ) {
      const page = await board({ orderBy: { benchmark: id('test') }, first: 17, after });
      seen.push(...page.edges.map((edge) => edge.node.model.id));
      after = page.edges.at(-1)?.cursor;
      more = page.hasNextPage;
      const newcomers = [0.2, 0.5, 0.9].map((top1) => ({
        kind: 'soup' as const,
        name: 'newcomer',
        top1: new Map([[id('test'), top1]]),
      }));
      await bulkModels(world.db, labId, meta, newcomers);
    }
    expect(seen.filter((one) => before.includes(one))).toEqual(before);
    await world.db.pool.query(
      `delete from evaluations where model_id in (select id from models where name = 'newcomer')`,
    );
    await world.db.pool.query(`delete from soups where id in (select id from models where name = 'newcomer')`);
    await world.db.pool.query(`delete from models where name = 'newcomer'`);
  });

  test.each(['', 'nonsense', Buffer.from('[1,2]').toString('base64url'), Buffer.from('{"a":1}').toString('base64url')])(
    'after the forged cursor %j is refused, or the first',
    async (after) => {
      if (after === '') expect((await board({ after })).edges[0]).toEqual((await board()).edges[0]);
      else await expect(board({ after })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    },
  );

  test('after a cursor of another order is refused', async () => {
    const byName = await board({ orderBy: { field: 'name' } });
    await expect(board({ after: byName.edges[0]?.cursor })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('costs a fixed number of statements, whatever its size', async () => {
    const cost = async (first: number) => {
      const { db, statements } = countStatements(world.db);
      await domain.leaderboard.list({ ctx: { ...world.system, db }, input: { lab: 'board', first } });
      return statements();
    };
    const [small, large] = [await cost(2), await cost(200)];
    expect(small).toBeGreaterThan(3);
    expect(large).toBe(small);
  });
});

describe('choices spend the split they were made on', () => {
  test('for a greedy soup and all that is made of it, and the label never ranks', async () => {
    const lab = await world.lab('chosen');
    const worker = await world.worker('host-0');
    await (await lab.submit(exampleRecipe())).cook(worker);
    const { edges, columns } = await domain.leaderboard.list({ ctx: world.system, input: { lab: 'chosen' } });
    const selection = columns.findIndex((column) => column.role === 'selection');
    const label = Object.fromEntries(edges.map(({ node }) => [node.model.name, node.scores[selection]?.spent]));
    expect(label).toMatchObject({ greedy: true, uniform: false, 'ft-00': false });
    const orderBy = { benchmark: columns[selection]?.id };
    const bySelection = await rankedBoard({ ctx: world.system, input: { lab: 'chosen', orderBy } });
    expect(bySelection.edges.map(({ node }) => node.rank)).toEqual(edges.map(() => null));
  });

  test('and a soup of soups inherits it', async () => {
    const lab = await world.lab('inherited');
    const worker = await world.worker('host-1');
    const recipe = exampleRecipe().replace(
      'baselines:',
      '  blend: { method: uniform, ingredients: [greedy, uniform] }\nbaselines:',
    );
    await (await lab.submit(recipe)).cook(worker);
    const { edges, columns } = await domain.leaderboard.list({ ctx: world.system, input: { lab: 'inherited' } });
    const blend = edges.find(({ node }) => node.model.name === 'blend')?.node;
    const selection = columns.findIndex((column) => column.role === 'selection');
    expect(blend).toBeDefined();
    const { rows: spent } = await world.db.pool.query(
      'select count(*)::int as n from spent_splits where model_id = $1',
      [blend?.model.id],
    );
    expect(spent).toEqual([{ n: 1 }]);
    if (blend?.scores[selection]) expect(blend.scores[selection]?.spent).toBe(true);
  });
});
