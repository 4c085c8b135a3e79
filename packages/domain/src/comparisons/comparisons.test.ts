import { countStatements } from '@stockpot/db/testing';
import { allPairs } from '@stockpot/engine/statistics';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as domain from '../index.js';
import { bulkBenchmarks, bulkModels, exampleRecipe, hashed, seedWorld, type World } from '../testing/index.js';
import { loadAnswered } from './answers.js';
import { tallyAnswers } from './tally.js';

let world: World;
beforeAll(async () => {
  world = await seedWorld();
});
afterAll(() => world.drop());

/** Ones from … to − 1. */
function ones(n: number, from: number, to: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(n / 8));
  for (let i = from; i < to; i++) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
  return bits;
}

describe('two models on one benchmark', () => {
  test('a story: 240 against 236 of 300, apart on 16 of them', async () => {
    const lab = await world.lab('story');
    const [[, on = ''] = []] = await bulkBenchmarks(world.db, lab.id, { test: 'test' }, 300);
    const model = (name: string, from: number, to: number) => ({
      ...{ kind: 'soup' as const, name, top1: new Map([[on, (to - from) / 300]]) },
      correct: new Map([[on, ones(300, from, to)]]),
    });
    const meta = new Map([[on, { role: 'test', n: 300 }]]);
    const models = [model('best', 0, 240), model('twin', 10, 246), model('half', 0, 150)];
    const [best = '', twin = '', half = ''] = await bulkModels(world.db, lab.id, meta, models);
    const input = { benchmark: on, first: best, second: twin };
    const found = await domain.comparisons.get({ ctx: world.system, input });
    expect(found).toMatchObject({
      benchmarkId: on,
      firstId: best,
      secondId: twin,
      n: 300,
      versions: 1,
      firstTop1: 0.8,
      test: 'mcnemar',
      both: 230,
      onlyFirst: 10,
      onlySecond: 6,
      neither: 54,
      difference: 4 / 300,
      disagreement: 16 / 300,
      spent: false,
    });
    expect(found.p).toBeCloseTo((2 * 14893) / 65536, 12);
    // The other way round everything turns its sign.
    const turned = await domain.comparisons.get({ ctx: world.system, input: { ...input, first: twin, second: best } });
    expect(turned).toMatchObject({ difference: -found.difference, p: found.p, onlyFirst: 6, kappa: found.kappa });
    expect(turned.low).toBeCloseTo(-found.high, 12);

    const pairs = [
      { first: best, second: half },
      { first: best, second: twin },
    ];
    const { db, statements } = countStatements(world.db);
    const many = await domain.comparisons.many({ ctx: { ...world.system, db }, input: { lab: 'story', pairs } });
    expect(many.map(({ secondId }) => secondId)).toEqual([half, twin]);
    expect(statements()).toBeLessThan(10);
    const together = domain.comparisons.readTogether(many);
    expect(together.map(({ adjustedP, p }) => adjustedP / p)).toEqual([2, 1]);
  });

  test('that were not both evaluated there, or of another lab, are no comparison', async () => {
    const [mine, theirs] = [await world.lab('mine'), await world.lab('theirs')];
    const made = await Promise.all(
      [mine, theirs].map(async (lab) => {
        const [[, on = ''] = [], [, other = ''] = []] = await bulkBenchmarks(
          world.db,
          lab.id,
          { test: 'test', shift: 'shift' },
          8,
        );
        const top1 = new Map([[on, 0.5]]);
        const meta = new Map([[on, { role: 'test', n: 8 }]]);
        const ids = await bulkModels(world.db, lab.id, meta, [
          { kind: 'soup', name: 'a', top1 },
          { kind: 'soup', name: 'b', top1 },
        ]);
        return { on, other, ids };
      }),
    );
    const [a, b] = made;
    const [first = '', second = ''] = a?.ids ?? [];
    const get = (input: { benchmark: string; first: string; second: string }) =>
      domain.comparisons.get({ ctx: world.system, input });
    await expect(get({ benchmark: a?.other ?? '', first, second })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(get({ benchmark: a?.on ?? '', first, second: b?.ids[0] ?? '' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no such pair of evaluations on this benchmark.',
    });
    await expect(get({ benchmark: a?.on ?? '', first, second })).resolves.toMatchObject({ difference: 0, p: 1 });
    const pairs = [{ first, second: b?.ids[0] ?? '' }];
    expect(await domain.comparisons.many({ ctx: world.system, input: { lab: 'mine', pairs } })).toEqual([]);
  });
});

test('of a cooked recipe: corrupted images are compared by image, and what was chosen on a split is said', async () => {
  const lab = await world.lab('cooked');
  // A soup of the third alone: nobody chose that one as its best.
  const recipe = exampleRecipe().replace(/^soups:\n/m, 'soups:\n  lone: { method: uniform, ingredients: [ft-02] }\n');
  await (await lab.submit(recipe)).cook(await world.worker('host'));
  const { edges, columns } = await domain.leaderboard.list({ ctx: world.system, input: { lab: 'cooked' } });
  const idOf = (name: string) => edges.find(({ node }) => node.model.name === name)?.node.model.id ?? '';
  const pairs = [{ first: idOf('greedy'), second: idOf('ft-00') }];
  const many = await domain.comparisons.many({ ctx: world.system, input: { lab: 'cooked', pairs } });
  const on = (name: string) =>
    many.find(({ benchmarkId }) => benchmarkId === columns.find((column) => column.name === name)?.id);
  expect(on('test')).toMatchObject({ n: 100, versions: 1, test: 'mcnemar', spent: false });
  // Three corruptions at two severities of 20 images.
  const corrupted = on('corruptions');
  expect(corrupted).toMatchObject({ n: 20, versions: 6, test: 'paired-t' });
  const counted = corrupted && [corrupted.both, corrupted.onlyFirst, corrupted.onlySecond, corrupted.neither];
  expect(counted?.reduce((sum, count) => sum + count, 0)).toBe(120);
  expect(corrupted?.difference).toBeCloseTo((corrupted?.firstTop1 ?? 0) - (corrupted?.secondTop1 ?? 0), 12);
  const chosenOn = many.find(({ spent }) => spent);
  expect(columns.find(({ id }) => id === chosenOn?.benchmarkId)?.role ?? 'selection').toBe('selection');

  // The best of the pool was chosen on the selection split too: nobody chose the other two, nor anybody on the test split.
  const score = (name: string) => edges.find(({ node }) => node.model.name === name)?.node.scores[selection]?.top1 ?? 0;
  const selection = columns.findIndex(({ role }) => role === 'selection');
  const [best = '', second = '', third = ''] = ['ft-00', 'ft-01', 'ft-02', 'ft-03'].toSorted(
    (a, b) => score(b) - score(a),
  );
  const spentOn = async (one: string, other: string) => {
    const input = { lab: 'cooked', pairs: [{ first: idOf(one), second: idOf(other) }] };
    const found = await domain.comparisons.many({ ctx: world.system, input });
    return found.flatMap(({ spent, benchmarkId }) =>
      spent ? [columns.find(({ id }) => id === benchmarkId)?.role] : [],
    );
  };
  expect(await spentOn(best, second)).toEqual(['selection']);
  expect(await spentOn(third, best)).toEqual(['selection']);
  expect(third).toBe('ft-02');
  expect(await spentOn(second, third)).toEqual([]);
});

test('grids whose cells show different images are left out before any of their answers is read', async () => {
  const lab = await world.lab('uneven');
  const benchmarks = await bulkBenchmarks(world.db, lab.id, { test: 'test' }, 8);
  const benchmark = benchmarks.get('test') ?? '';
  const top1 = new Map([[benchmark, 0.5]]);
  const [first = '', second = ''] = await bulkModels(
    world.db,
    lab.id,
    new Map([[benchmark, { role: 'test', n: 8 }]]),
    ['a', 'b'].map((name) => ({ kind: 'soup', name, top1 })),
  );
  const compare = async () => {
    const { db, statements } = countStatements(world.db);
    const input = { lab: 'uneven', pairs: [{ first, second }] };
    const found = await domain.comparisons.many({ ctx: { ...world.system, db }, input });
    return { found: found.length, statements: statements() };
  };
  const whole = await compare();
  expect(whole.found).toBe(1);
  await world.db.pool.query(
    `update evaluations set cell_corruption = '{fog,snow}', cell_severity = '{1,1}', cell_n = '{5,3}', cell_top1 = '{0.5,0.5}'
     where benchmark_id = $1`,
    [benchmark],
  );
  expect(await compare()).toEqual({ found: 0, statements: whole.statements - 1 });
});

test('answers too large to be held at once are compared in parts, small ones together; the counts are those of reading bit by bit', async () => {
  const lab = await world.lab('large');
  const roles = { test: 'test', shift: 'shift' } as const;
  const n = 203;
  const benchmarks = [...(await bulkBenchmarks(world.db, lab.id, roles, n)).values()];
  const right = (model: number, benchmark: number, i: number) => hashed(`${model} ${benchmark} ${i}`) < 0.6;
  const models = [0, 1, 2].map((model) => ({
    ...{ kind: 'soup' as const, name: `m${model}`, top1: new Map(benchmarks.map((id) => [id, 0.5])) },
    correct: new Map(
      benchmarks.map((id, benchmark) => {
        const bits = new Uint8Array(Math.ceil(n / 8));
        for (let i = 0; i < n; i++) if (right(model, benchmark, i)) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
        return [id, bits];
      }),
    ),
  }));
  const meta = new Map(benchmarks.map((id, place) => [id, { role: Object.values(roles)[place] ?? '', n }]));
  const ids = await bulkModels(world.db, lab.id, meta, models);
  const tallied = async (part: number) => {
    const { db, statements } = countStatements(world.db);
    return db.drizzle.transaction(async (tx) => {
      const answered = await loadAnswered(tx, lab.id, ids);
      const groups = benchmarks.map((id) => ({
        answered: ids.flatMap((model) => answered.filter((one) => one.modelId === model && one.benchmarkId === id)),
        pairs: allPairs(3),
      }));
      const before = statements();
      const tallies = await tallyAnswers(tx, lab.id, groups, { counts: true, test: true }, part);
      return {
        statements: statements() - before,
        counts: tallies.map((one) => allPairs(3).map((_, at) => one.counts(at))),
      };
    });
  };
  const expected = benchmarks.map((_, benchmark) =>
    allPairs(3).map(([a, b]) => {
      const all = Array.from({ length: n }, (_, i) => [right(a, benchmark, i), right(b, benchmark, i)]);
      const count = (first: boolean, second: boolean) => all.filter(([x, y]) => x === first && y === second).length;
      return {
        both: count(true, true),
        onlyFirst: count(true, false),
        onlySecond: count(false, true),
        neither: count(false, false),
      };
    }),
  );
  // 26 bytes a model: all at once; 8 and 8 and 8 and 2 of each of three; a word of each at a time.
  for (const [part, statements] of [
    [1 << 20, 1],
    [24, 8],
    [1, 14],
  ] as const) {
    expect(await tallied(part)).toEqual({ statements, counts: expected });
  }
});
