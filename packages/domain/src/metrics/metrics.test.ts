import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as domain from '../index.js';
import { exampleRecipe, hashed, type SeedLab, type SeedWorker, seedWorld, type World } from '../testing/index.js';

let world: World;
let lab: SeedLab;
let worker: SeedWorker;
let place: { runId: string; stepId: string };
let step: string;
beforeAll(async () => {
  world = await seedWorld();
  lab = await world.lab('curves');
  worker = await world.worker('host-0');
  const { id: runId } = await lab.submit(exampleRecipe());
  const plan = await domain.runs.start({ ctx: worker.ctx, input: { runId } });
  place = { runId, stepId: plan?.steps[0]?.id ?? '' };
  step = (await domain.steps.begin({ ctx: worker.ctx, input: { ...place, key: 'a'.repeat(64) } })).id;
});
afterAll(() => world.drop());

async function append(series: string, steps: number[], values: number[], attempt = 1) {
  return domain.metrics.append({ ctx: worker.ctx, input: { ...place, series, attempt, steps, values } });
}
async function read(series: string, maxPoints = 1000) {
  const [found] = await domain.metrics.series({ ctx: world.system, input: { step, series: [series], maxPoints } });
  if (found === undefined) throw new Error('There is no series.');
  return found;
}

describe('points', () => {
  test('sent again are stored once, from however many places at once', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => append('once', [1, 2, 3], [3, 2, 1])));
    expect(all.filter((one) => one.stored)).toHaveLength(1);
    expect(await read('once')).toMatchObject({ steps: [1, 2, 3], values: [3, 2, 1], points: 3, downsampled: false });
  });

  test('sent again with more behind them are kept, and never lost by a late shorter copy', async () => {
    await append('longer', [1, 2], [1, 2]);
    expect(await append('longer', [1, 2, 3], [1, 2, 3])).toEqual({ stored: true });
    expect(await append('longer', [1, 2], [1, 2])).toEqual({ stored: false });
    expect((await read('longer')).steps).toEqual([1, 2, 3]);
  });

  test('of a later attempt stand where it repeats steps of an earlier one', async () => {
    await append('resumed', [10, 20, 30], [1, 2, 3], 1);
    await append('resumed', [20, 30, 40], [22, 33, 44], 2);
    expect(await read('resumed')).toMatchObject({ steps: [10, 20, 30, 40], values: [1, 22, 33, 44], points: 4 });
  });

  test('may be NaN or infinite, tiny or huge, and come back the same to the last bit', async () => {
    const values = [Number.NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, -0.1, 1 / 3, 2 ** 53 - 1];
    const steps = [0, 1, 2 ** 31, 2 ** 31 + 1, 2 ** 40, 2 ** 52, 2 ** 53 - 2, 2 ** 53 - 1];
    await append('odd', steps, values);
    expect(await read('odd')).toMatchObject({ steps, values });
  });

  test.each([
    ['steps that do not ascend', [2, 1], [0, 0]],
    ['a step twice', [1, 1], [0, 0]],
    ['columns of two lengths', [1, 2], [0]],
    ['no point', [], []],
    ['a step past 2^53', [2 ** 53], [0]],
  ])('with %s are refused', async (_what, steps, values) => {
    await expect(append('refused', steps, values)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test.each(['loss/train.β 🍲', '"; drop table metric_chunks --', '__proto__', 'constructor', "a'b\\c"])(
    'of a series called %s are only points',
    async (name) => {
      await append(name, [1], [0.5]);
      expect(await read(name)).toMatchObject({ series: name, steps: [1], values: [0.5] });
    },
  );

  test('of a series whose name holds a NUL are refused with a sentence', async () => {
    await expect(append('a\u0000b', [1], [1])).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('of a series that was never written are none', async () => {
    expect(await read('absent')).toMatchObject({ steps: [], values: [], points: 0, downsampled: false });
  });

  test('are found as the batch that a notification names', async () => {
    await append('batch', [5, 6], [1, 2]);
    const input = { step, series: 'batch', attempt: 1, firstStep: 5 };
    expect(await domain.metrics.batch({ ctx: world.system, input })).toMatchObject({ steps: [5, 6], values: [1, 2] });
  });
});

describe('a long curve', () => {
  const n = 10_000;
  const values = Array.from({ length: n }, (_, i) => Math.sin(i / 300) + hashed(`noise ${i}`));
  values[7777] = 1000; // one spike
  values[1234] = -1000;
  beforeAll(async () => {
    for (let at = 0; at < n; at += 1000) {
      const steps = Array.from({ length: 1000 }, (_, i) => at + i);
      await append('long', steps, values.slice(at, at + 1000));
    }
  });

  /** The same by hand: buckets of equally many points, the smallest and the largest of each at their own steps. */
  function oracle(maxPoints: number) {
    const buckets = Math.floor(maxPoints / 2);
    const chosen = new Set<number>();
    for (let bucket = 0; bucket < buckets; bucket++) {
      const inside = values.flatMap((_, i) => (Math.floor((i * buckets) / n) === bucket ? [i] : []));
      const by = (sign: number) => inside.reduce((a, b) => (sign * (values[b] ?? 0) > sign * (values[a] ?? 0) ? b : a));
      if (inside.length > 0) chosen.add(by(1)).add(by(-1));
    }
    return [...chosen].sort((a, b) => a - b);
  }

  test.each([2, 10, 101, 1000, 9999])('in at most %d points is what the same done by hand gives', async (maxPoints) => {
    const found = await read('long', maxPoints);
    const expected = oracle(maxPoints);
    expect(found.steps).toEqual(expected);
    expect(found.values).toEqual(expected.map((i) => values[i]));
    expect(found).toMatchObject({ points: n, downsampled: true });
    expect(found.values).toContain(1000);
    expect(found.values).toContain(-1000);
  });

  test('that fits is not touched', async () => {
    const found = await read('long', 10_000);
    expect(found.values).toEqual(values);
    expect(found.downsampled).toBe(false);
  });

  test('shows that it held NaN', async () => {
    await append(
      'nan',
      [...Array(100).keys()],
      [...Array(100).keys()].map((i) => (i === 50 ? Number.NaN : i)),
    );
    expect((await read('nan', 10)).values.some(Number.isNaN)).toBe(true);
  });
});
