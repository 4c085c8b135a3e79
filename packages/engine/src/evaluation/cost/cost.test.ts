import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../graph/index.js';
import { architectureSchema } from '../../models/architecture.js';
import { answerPlan } from '../../training/inference.js';
import { forwardGraph } from '../../training/network.js';
import { MOST_OTHERS, type ModelCost, summedCost } from './cost-document.js';
import { forwardTimes } from './forward-times.js';
import { markMemory } from './memory-mark.js';
import { multiplyAdds } from './multiply-adds.js';
import { watchOthers } from './processors.js';

describe('multiply-adds', () => {
  test('of ViT-B/16 and ViT-B/32 are what torchvision publishes of them', () => {
    // torchvision.models.vit_b_16 and vit_b_32, `_ops` of their weights, in units of 10⁹.
    for (const [patch, published] of [
      [16, 17.564],
      [32, 4.409],
    ] as const) {
      const vit = architectureSchema.parse({
        ...{ family: 'vit', image: 224, channels: 3, patch, dim: 768, depth: 12, heads: 12, mlp: 3072 },
      });
      expect(multiplyAdds(forwardGraph(answerPlan(vit, 1000), 1)) / 1e9).toBeCloseTo(published, 3);
    }
  });

  test('of a grouped convolution, its transpose, products and a loop are those of their definitions', () => {
    const b = new GraphBuilder();
    const images = b.input('images', 'f32', [2, 6, 8, 8]);
    // Each of 2·4·6·6 outputs meets 6/2·3·3 weights.
    const down = b.conv(images, b.input('filters', 'f32', [4, 3, 3, 3]), null, { group: 2 });
    b.output('down', down);
    expect(multiplyAdds(b.build())).toBe(2 * 4 * 6 * 6 * (3 * 3 * 3));
    // Each of 2·4·6·6 inputs meets 5·2·2 weights.
    b.output('up', b.convTranspose(down, b.input('up filters', 'f32', [4, 5, 2, 2]), null, {}));
    expect(multiplyAdds(b.build())).toBe(2 * 4 * 6 * 6 * (3 * 3 * 3 + 5 * 2 * 2));

    const products = new GraphBuilder();
    const left = products.input('left', 'f32', [3, 5, 7]);
    products.output('batched', products.matMul(left, products.input('right', 'f32', [3, 7, 2])));
    const tall = products.input('tall', 'f32', [9, 4]);
    products.output('gemm', products.gemm(tall, products.input('wide', 'f32', [9, 11]), null, { transA: true }));
    expect(multiplyAdds(products.build())).toBe(3 * 5 * 7 * 2 + 4 * 9 * 11);
  });
});

describe('times of a network', () => {
  /** A run that counts itself. */
  const counted = () => {
    const calls = { count: 0 };
    return { calls, run: async () => void calls.count++ };
  };

  test('are of as many runs as were asked for, after two that do not count', async () => {
    const { calls, run } = counted();
    const times = await forwardTimes(run, { runs: 12, shortestMs: 0, watch: () => () => 0 });
    expect(times).toMatchObject({ runs: 12, othersBusy: 0 });
    expect(calls.count).toBe(2 + 12);
    expect(times.lowMs).toBeLessThanOrEqual(times.medianMs);
    expect(times.medianMs).toBeLessThanOrEqual(times.highMs);
  });

  test('of a fast network are more than were asked for: a series lasts long enough to see what others do', async () => {
    const { run } = counted();
    expect((await forwardTimes(run, { runs: 5, shortestMs: 20, watch: () => () => 0 })).runs).toBeGreaterThan(5);
  });

  test('are taken again while others compute: the least disturbed of three series stands, however fast it was', async () => {
    const { calls, run } = counted();
    const disturbances = [0.9, MOST_OTHERS + 0.1, 1.4];
    const times = await forwardTimes(run, { runs: 5, shortestMs: 0, watch: () => () => disturbances.shift() ?? 0 });
    expect(times.othersBusy).toBeCloseTo(MOST_OTHERS + 0.1, 12);
    expect(calls.count).toBe(2 + 3 * 5);
  });

  test('are those of the first series that was alone, and of one whose company is not known', async () => {
    for (const [disturbances, series] of [
      [[0.9, 0.01, 0], 2],
      [[null], 1],
    ] as const) {
      const { calls, run } = counted();
      const left = [...disturbances];
      const times = await forwardTimes(run, { runs: 5, shortestMs: 0, watch: () => () => left.shift() ?? null });
      expect(times.othersBusy).toBe(disturbances[series - 1]);
      expect(calls.count).toBe(2 + series * 5);
    }
  });
});

test('what others compute is the work of all processors without our own', () => {
  const seen = [
    // In a second two processors worked 1800 ms, 950 of them for us.
    { all: 1800, own: 950, others: 0.85 },
    // The system counts in ticks: ours may come before its own.
    { all: 940, own: 950, others: 0 },
    { all: 0, own: 950, others: null },
  ];
  for (const { all, own, others } of seen) {
    const at = { now: 5000, all: 70_000, own: 300 };
    const watched = watchOthers({ now: () => at.now, all: () => at.all, own: () => at.own });
    Object.assign(at, { now: at.now + 1000, all: at.all + all, own: at.own + own });
    expect(watched()).toBe(others);
  }
});

test('memory is what came on top since the mark', async () => {
  const peak = await markMemory();
  const kept = new Uint8Array(200 << 20).fill(7);
  const bytes = await peak();
  expect(kept[123]).toBe(7);
  if (bytes !== null) {
    expect(bytes).toBeGreaterThan(190 << 20);
    expect(bytes).toBeLessThan(400 << 20);
  }
});

describe('an ensemble', () => {
  const machine = { processor: 'Test 9000', processors: 4, device: 'cpu' as const, threads: 2 };
  const network = (medianMs: number, change: Partial<ModelCost> = {}, othersBusy: number | null = 0.01): ModelCost => ({
    ...{ machine, example: [3, 8, 8], parameters: 100, multiplyAdds: 1000 },
    batches: [1, 64].map((batch) => ({
      ...{ batch, runs: 30 + batch, medianMs: batch * medianMs, lowMs: 0.9 * medianMs, highMs: 1.2 * medianMs },
      ...{ memoryBytes: 5000, othersBusy },
    })),
    ...change,
  });

  test('costs what its members cost, one after the other, and claims no quartiles', () => {
    const cost = summedCost([network(1.5), network(2), network(4)]);
    expect(cost).toMatchObject({ machine, parameters: 300, multiplyAdds: 3000 });
    const unknown = { lowMs: null, highMs: null, memoryBytes: null };
    expect(cost?.times).toEqual([
      { batch: 1, medianMs: 7.5, runs: 31, alone: true, ...unknown },
      { batch: 64, medianMs: 480, runs: 94, alone: true, ...unknown },
    ]);
  });

  test('of one model is that model', () => {
    expect(summedCost([network(2)])?.times[0]).toEqual({
      ...{ batch: 1, medianMs: 2, lowMs: 1.8, highMs: 2.4, runs: 31, memoryBytes: 5000, alone: true },
    });
  });

  test('was alone when all its members were', () => {
    const alone = (...others: (number | null)[]) =>
      summedCost(others.map((busy) => network(1, {}, busy)))?.times[0]?.alone;
    expect([alone(0, 0.1), alone(0, null), alone(null, 1), alone(0, MOST_OTHERS + 0.01)]).toEqual([
      true,
      null,
      false,
      false,
    ]);
  });

  test('has no cost where a member has none, or was measured elsewhere', () => {
    expect(summedCost([])).toBeNull();
    expect(summedCost([network(1), null])).toBeNull();
    expect(summedCost([network(1), network(1, { machine: { ...machine, threads: 1 } })])).toBeNull();
    const other = network(1);
    const onlyOne = { ...other, batches: other.batches.slice(0, 1) };
    expect(summedCost([other, onlyOne])?.times.map(({ batch }) => batch)).toEqual([1]);
  });
});
