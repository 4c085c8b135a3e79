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

const N = 50;
let world: World;
let ids: string[];
let benchmark: string;
/** By model: mCE (lower is better), missing for some; temperature (neither); ECE, in a column of its own. */
const numbers = Array.from({ length: 120 }, (_, i) => ({
  mce: i % 7 === 0 ? null : 40 + Math.round(20 * hashed(`mce ${i}`)),
  temperature: 1 + hashed(`temperature ${i}`),
  ece: Math.round(100 * hashed(`ece ${i}`)) / 100,
  spent: i % 13 === 0,
}));

beforeAll(async () => {
  world = await seedWorld();
  const lab = await world.lab('metrics');
  const benchmarks = await bulkBenchmarks(world.db, lab.id, { test: 'test' }, N);
  benchmark = benchmarks.get('test') ?? '';
  const models = numbers.map(
    ({ spent }, i): BulkModel => ({
      kind: 'soup',
      name: `soup ${i}`,
      top1: new Map([[benchmark, (i % N) / N]]),
      spent,
    }),
  );
  ids = await bulkModels(world.db, lab.id, new Map([[benchmark, { role: 'test', n: N }]]), models);
  for (const [i, { mce, temperature, ece }] of numbers.entries()) {
    const further = { temperature, ...(mce === null ? {} : { mce }) };
    await world.db.pool.query('update evaluations set further = $1, ece = $2 where model_id = $3', [
      further,
      ece,
      ids[i],
    ]);
  }
});
afterAll(() => world.drop());

async function everything(orderBy: Parameters<typeof domain.leaderboard.list>[0]['input']['orderBy'], first = 37) {
  const seen: RankedBoard['edges'][number]['node'][] = [];
  for (let after: string | undefined; ; ) {
    const page = await rankedBoard({ ctx: world.system, input: { lab: 'metrics', orderBy, first, after } });
    seen.push(...page.edges.map(({ node }) => node));
    after = page.edges.at(-1)?.cursor;
    if (!page.hasNextPage) return { page, seen };
  }
}

describe('a leaderboard by another number than top-1', () => {
  test('says of the whole board how many rank and who is best, also on a page that shows none of them', async () => {
    const ranked = numbers.flatMap(({ mce, spent }, i) => (mce === null || spent ? [] : [{ mce, id: ids[i] ?? '' }]));
    const [best] = ranked.sort((a, b) => a.mce - b.mce || (a.id < b.id ? -1 : 1));
    const input = { lab: 'metrics', orderBy: { field: 'benchmark', metric: 'mce' } } as const;
    const whole = await rankedBoard({ ctx: world.system, input });
    const none = await rankedBoard({ ctx: world.system, input: { ...input, kinds: ['stock'] } });
    expect(none.edges).toEqual([]);
    expect(none.ranking).toEqual(whole.ranking);
    expect(none.ranking).toMatchObject({ method: 'values', models: ranked.length, best: best?.id });
  });

  test('has its best first, and best is lowest where lower is better; models without the number come last', async () => {
    const { page, seen } = await everything({ metric: 'mce' });
    const mce = (id: string) => numbers[ids.indexOf(id)]?.mce ?? null;
    const order = seen.map(({ model }) => mce(model.id));
    const values = order.filter((value) => value !== null);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(order.slice(values.length).every((value) => value === null)).toBe(true);
    expect(new Set(seen.map(({ model }) => model.id)).size).toBe(120);
    expect(page.order).toMatchObject({ metric: { name: 'mce', title: 'mCE', better: 'lower' }, direction: 'asc' });
    const worstFirst = (await everything({ metric: 'mce', direction: 'desc' })).seen.map(({ model }) => model.id);
    expect(worstFirst.slice(0, values.length)).toEqual(
      seen
        .slice(0, values.length)
        .map(({ model }) => model.id)
        .reverse(),
    );
  });

  test.each([
    ['mce', 'lower'],
    ['ece', 'lower'],
    ['top1', 'higher'],
  ] as const)('by %s ranks by how many are strictly better, spent ones left out', async (metric, better) => {
    const { seen } = await everything({ metric });
    const value = (i: number) => (metric === 'top1' ? (i % N) / N : (numbers[i]?.[metric] ?? null));
    for (const { model, rank } of seen) {
      const mine = value(ids.indexOf(model.id));
      const isBetter = (other: number) => (better === 'lower' ? other < (mine ?? 0) : other > (mine ?? 0));
      const above = numbers.filter(({ spent }, i) => !spent && value(i) !== null && isBetter(value(i) ?? 0)).length;
      expect(rank).toBe(mine === null || numbers[ids.indexOf(model.id)]?.spent ? null : 1 + above);
    }
  });

  test('says that these ranks stand on values alone, and ranks nobody by what is neither good nor bad', async () => {
    const byEce = await everything({ metric: 'ece' });
    expect(byEce.page.ranking).toMatchObject({ method: 'values', alpha: null, models: 120 - 10 });
    expect(byEce.seen.every(({ rankInterval }) => rankInterval === null)).toBe(true);
    const { page, seen } = await everything({ metric: 'temperature' });
    expect(page.ranking?.refusal).toBe(
      'The temperature is neither good nor bad: it orders the table and ranks nobody.',
    );
    expect(seen.every(({ rank }) => rank === null)).toBe(true);
  });

  test('offers the numbers that there are, and refuses a name that is none', async () => {
    const { page, seen } = await everything({});
    expect(page.columnMetrics[0]?.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['top1', 'nll', 'ece', 'brier', 'temperature']),
    );
    const score = seen.find(({ model }) => numbers[ids.indexOf(model.id)]?.mce !== null)?.scores[0];
    expect(score?.headline).toMatchObject({ name: 'top1', title: 'top-1', unit: 'share', better: 'higher' });
    expect(score?.metrics.map(({ name }) => name)).toEqual(['top1', 'nll', 'ece', 'brier', 'temperature', 'mce']);
    await expect(everything({ metric: 'nonsense' })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('a number that the first column lacks', () => {
  test('orders by the first column that has it', async () => {
    const lab = await world.lab('second');
    const benchmarks = await bulkBenchmarks(world.db, lab.id, { plain: 'test', corrupted: 'shift' }, N);
    const [plain = '', corrupted = ''] = ['plain', 'corrupted'].map((name) => benchmarks.get(name));
    const meta = new Map([plain, corrupted].map((id, i) => [id, { role: i === 0 ? 'test' : 'shift', n: N }]));
    const made = await bulkModels(world.db, lab.id, meta, [
      {
        kind: 'soup',
        name: 'fragile',
        top1: new Map([
          [plain, 0.9],
          [corrupted, 0.5],
        ]),
      },
      {
        kind: 'soup',
        name: 'robust',
        top1: new Map([
          [plain, 0.8],
          [corrupted, 0.6],
        ]),
      },
    ]);
    for (const [i, mce] of [80, 60].entries()) {
      await world.db.pool.query('update evaluations set further = $1 where model_id = $2 and benchmark_id = $3', [
        { mce },
        made[i],
        corrupted,
      ]);
    }
    const input = { lab: 'second', orderBy: { metric: 'mce' } };
    const board = await rankedBoard({ ctx: world.system, input });
    expect(board.orderedBy).toBe(corrupted);
    expect(board.edges.map(({ node }) => [node.model.name, node.rank])).toEqual([
      ['robust', 1],
      ['fragile', 2],
    ]);
  });
});

describe('a benchmark that is ordered by another number', () => {
  test('has no top-1 at all: its models stand by what it has', async () => {
    const lab = await world.lab('detected');
    const benchmarks = await bulkBenchmarks(world.db, lab.id, { ood: 'test' }, N);
    const id = benchmarks.get('ood') ?? '';
    const [low = '', high = ''] = await bulkModels(world.db, lab.id, new Map([[id, { role: 'test', n: N }]]), [
      { kind: 'soup', name: 'low', top1: new Map([[id, 0.9]]) },
      { kind: 'soup', name: 'high', top1: new Map([[id, 0.1]]) },
    ]);
    await world.db.pool.query(`update benchmarks set headline = 'auroc:energy' where id = $1`, [id]);
    for (const [model, auroc] of [
      [low, 0.6],
      [high, 0.8],
    ]) {
      await world.db.pool.query(
        `update evaluations set top1 = null, nll = null, examples = 0, correct = '', further = $1 where model_id = $2`,
        [{ 'auroc:energy': auroc }, model],
      );
    }
    const board = await rankedBoard({ ctx: world.system, input: { lab: 'detected' } });
    expect(board.edges.map(({ node }) => [node.model.name, node.rank, node.scores[0]?.headline?.value])).toEqual([
      ['high', 1, 0.8],
      ['low', 2, 0.6],
    ]);
    expect(board.edges[0]?.node.scores[0]).toMatchObject({ top1: null, low: null, high: null });
  });
});

describe('what an answer costs', () => {
  test('an ensemble takes as many passes as it has members, their time and their weights together', async () => {
    const lab = await world.lab('costs');
    await (await lab.submit(`${exampleRecipe()}cost: {}\n`)).cook(await world.worker('host-costs'));
    const { edges } = await domain.leaderboard.list({ ctx: world.system, input: { lab: 'costs' } });
    const costsOf = async (kind: string) => {
      const rows = edges.filter(({ node }) => node.model.kind === kind);
      const found = await domain.evaluations.forModels({
        ctx: world.system,
        input: { lab: 'costs', ids: rows.map(({ node }) => node.model.id) },
      });
      return rows.map(({ node }) => ({
        node,
        cost: found.find(({ modelId }) => modelId === node.model.id)?.cost,
      }));
    };
    const members = await costsOf('ingredient');
    const [ensemble] = await costsOf('ensemble');
    expect(members.map(({ cost }) => cost?.passes)).toEqual(members.map(() => 1));
    const machine = { processor: 'Test 9000', processors: 4, device: 'cpu', threads: 1 };
    const [first] = members;
    const quartiles = { lowMs: 1.25, highMs: 2, memoryBytes: 5000 };
    expect(first?.cost?.measured).toMatchObject({ machine, parameters: 10_000, multiplyAdds: 200_000 });
    expect(first?.cost?.measured?.times[0]).toEqual({ batch: 1, medianMs: 1.5, runs: 30, alone: true, ...quartiles });
    expect(ensemble?.cost).toMatchObject({
      passes: members.length,
      latencyMs: 1.5 * members.length,
      weightBytes: members.reduce((sum, { node }) => sum + node.model.artifact.bytes, 0),
      measured: { machine, parameters: 10_000 * members.length },
    });
    const sum = { runs: 30, alone: true, lowMs: null, highMs: null, memoryBytes: null };
    expect(ensemble?.cost?.measured?.times).toEqual([
      { batch: 1, medianMs: 1.5 * members.length, ...sum },
      { batch: 64, medianMs: 40 * members.length, ...sum },
    ]);
    expect(ensemble?.node.forwardPasses).toBe(members.length);
  });

  test('is what was measured last: a recipe that is cooked again, and measures nothing, brings no older times back', async () => {
    const lab = await world.lab('again');
    const worker = await world.worker('host-again');
    const shown = async (cost: string) => {
      const run = await lab.submit(`${exampleRecipe()}cost: ${cost}\n`);
      await run.cook(worker);
      const found = await world.db.pool.query('select distinct run_id from model_costs where lab_id = $1', [lab.id]);
      return { id: run.id, of: found.rows.map((row) => row.run_id) };
    };
    const first = await shown('{}');
    expect(first.of).toEqual([first.id]);
    const second = await shown('{ batches: [1, 64], runs: 40 }');
    expect(second.of).toEqual([second.id]);
    expect((await shown('{}')).of).toEqual([second.id]);
  });
});
