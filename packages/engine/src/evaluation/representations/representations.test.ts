import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyed } from '../../random/random.js';
import { byFalling, cosines, type FeatureSet, nearest, normalisedFeatures } from './features.js';
import { fewShot, fewShotSample } from './few-shot.js';
import { weightedKnn } from './knn.js';
import { lbfgs } from './lbfgs.js';
import { headLogits, logisticProbe, logisticProbeByProducts } from './logistic-probe.js';
import { Retrieval, retrieval } from './retrieval.js';
import { openSimilarities } from './similarity.js';

/** Clouds about `classes` centres; `spread` 0 puts every example on its centre. */
function clouds(n: number, { classes = 3, width = 5, spread = 1, seed = 1 } = {}): FeatureSet {
  const labels = Uint8Array.from({ length: n }, (_, example) => example % classes);
  const features = new Float32Array(n * width);
  for (const [example, label] of labels.entries()) {
    const [centre, noise] = [keyed(99, label), keyed(seed, example)];
    for (let i = 0; i < width; i++) features[example * width + i] = 2 * centre.normal() + spread * noise.normal();
  }
  return { width, features, labels };
}
const set = (width: number, features: number[], labels: number[]): FeatureSet => ({
  ...{ width, labels },
  features: Float32Array.from(features),
});
const mapped = (data: FeatureSet, f: (value: number, feature: number) => number): FeatureSet => ({
  ...data,
  features: data.features.map((value, i) => f(value, i % data.width)),
});

describe('weighted kNN', () => {
  test('with the bank as queries and one neighbour is always right', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, n) => {
        const bank = clouds(n, { seed });
        expect(weightedKnn(bank, bank, { k: 1 }).accuracy).toBe(1);
      }),
    );
  });

  test('a near neighbour outvotes two far ones at a low temperature, not at a high one', () => {
    const bank = set(2, [1, 0, 0.6, 0.8, 0.6, -0.8], [0, 1, 1]);
    const query = set(2, [1, 0], [0]);
    expect([...weightedKnn(bank, query, { k: 3, temperature: 0.07 }).answers]).toEqual([0]);
    expect([...weightedKnn(bank, query, { k: 3, temperature: 100 }).answers]).toEqual([1]);
    expect([...weightedKnn(bank, query, { k: 3, temperature: 1e-300 }).answers]).toEqual([0]);
  });

  test('of equal votes the lowest class wins; of equal cosines the earlier bank entry votes', () => {
    const query = set(2, [1, 0], [0]);
    expect([...weightedKnn(set(2, [1, 0, 1, 0], [5, 2]), query, { k: 2 }).answers]).toEqual([2]);
    expect([...weightedKnn(set(2, [1, 0, 1, 0], [5, 2]), query, { k: 1 }).answers]).toEqual([5]);
  });

  test('does not change with the length of features, nor with the order of the bank', () => {
    const [bank, queries] = [clouds(40, { spread: 2 }), clouds(20, { spread: 2, seed: 2 })];
    const { answers } = weightedKnn(bank, queries, { k: 7 });
    const longer = { ...queries, features: queries.features.map((value, i) => value * (1 + (Math.floor(i / 5) % 3))) };
    expect(weightedKnn(bank, longer, { k: 7 }).answers).toEqual(answers);
    const order = [...keyed(3).permutation(40)];
    const shuffled = set(
      5,
      order.flatMap((at) => [...bank.features.subarray(at * 5, at * 5 + 5)]),
      order.map((at) => bank.labels[at] ?? 0),
    );
    expect(weightedKnn(shuffled, queries, { k: 7 }).answers).toEqual(answers);
  });

  test('the nearest are the first of the whole ranking, the earlier of equal ones first', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 30 }),
        fc.nat(29),
        (values, k) => {
          const similarities = Float64Array.from(values);
          expect(nearest(similarities, k + 1)).toEqual(byFalling(similarities).subarray(0, k + 1));
        },
      ),
    );
  });

  test('more neighbours than the bank has, another width, or numbers that are none are refused', () => {
    const bank = clouds(4);
    expect(() => weightedKnn(bank, bank, { k: 5 })).toThrow(/5 neighbours out of 4/);
    expect(() => weightedKnn(bank, clouds(2, { width: 4 }))).toThrow(/Queries of width 4/);
    expect(() => weightedKnn(set(1, [1, Number.NaN], [0, 0]), bank)).toThrow(/feature of example 1 holds NaN/);
    expect(() => weightedKnn(set(2, [1], [0]), bank)).toThrow(/1 numbers do not make 1 features of width 2/);
  });
});

describe('retrieval', () => {
  test('a worked example: relevant at places 1 and 3 is (1 + 2/3) / 2', () => {
    const bank = set(2, [1, 0, 1, 0.1, 1, 0.2, 1, 0.3], [0, 1, 0, 1]);
    const { map, recall } = retrieval(bank, set(2, [1, 0], [0]), { ks: [1, 2] });
    expect(map).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect([...recall]).toEqual([
      [1, 1],
      [2, 1],
    ]);
    expect(retrieval(bank, set(2, [1, 0], [1]), { ks: [1, 2] }).recall).toEqual(
      new Map([
        [1, 0],
        [2, 1],
      ]),
    );
  });

  test('of separate clouds is perfect, without finding itself; R@k grows with k', () => {
    const tight = clouds(30, { spread: 0.01 });
    expect(retrieval(tight, tight, { selfExcluded: true })).toMatchObject({ map: 1, n: 30, withoutRelevant: 0 });
    const loose = clouds(30, { spread: 3 });
    const { recall, map } = retrieval(loose, loose, { ks: [1, 2, 5, 29], selfExcluded: true });
    const rising = [...recall.values()];
    expect(rising).toEqual([...rising].sort((a, b) => a - b));
    expect(rising.at(-1)).toBe(1);
    expect(map).toBeLessThan(1);
  });

  test('counts queries for which there is nothing to find apart', () => {
    const bank = set(1, [1, 2], [0, 0]);
    expect(retrieval(bank, set(1, [1, 1], [0, 9]))).toMatchObject({ map: 1, n: 1, withoutRelevant: 1 });
    expect(() => retrieval(bank, set(1, [1], [9]))).toThrow(/No query has a relevant example/);
    expect(() => retrieval(bank, set(1, [1], [0]), { selfExcluded: true })).toThrow(/do not go with a bank/);
  });
});

describe('the logistic probe', () => {
  test('folds its standardisation: logits do not care how features are scaled and moved', () => {
    const data = clouds(90);
    const change = (value: number, feature: number) => value * (1 + 4 * feature) + 10 * feature - 3;
    const plain = headLogits(logisticProbe(data, { classes: 3 }), data.features);
    const moved = mapped(data, change);
    const folded = headLogits(logisticProbe(moved, { classes: 3 }), moved.features);
    for (const [i, logit] of plain.entries()) expect(folded[i]).toBeCloseTo(logit, 2);
  });

  test('is at the optimum: the gradient of its objective vanishes, by finite differences', () => {
    const data = clouds(60);
    const c = 0.5;
    const head = logisticProbe(data, { classes: 3, c, standardise: false });
    const objective = (weight: Float64Array, bias: Float64Array) => {
      const logits = headLogits({ ...head, weight, bias }, data.features);
      let value = weight.reduce((sum, w) => sum + w * w, 0) / 2;
      for (let row = 0; row < 60; row++) {
        const own = logits.subarray(row * 3, row * 3 + 3);
        value += c * (Math.log(own.reduce((s, z) => s + Math.exp(z), 0)) - (own[data.labels[row] ?? 0] ?? 0));
      }
      return value;
    };
    const nudged = (values: Float64Array, at: number, by: number) => values.map((v, i) => (i === at ? v + by : v));
    for (let at = 0; at < head.weight.length; at++) {
      const [up, down] = [1e-4, -1e-4].map((by) => objective(nudged(head.weight, at, by), head.bias));
      expect(((up ?? 0) - (down ?? 0)) / 2e-4).toBeCloseTo(0, 5);
    }
    for (let at = 0; at < 3; at++) {
      const [up, down] = [1e-4, -1e-4].map((by) => objective(head.weight, nudged(head.bias, at, by)));
      expect(((up ?? 0) - (down ?? 0)) / 2e-4).toBeCloseTo(0, 5);
    }
  });

  test('a weaker penalty gives larger weights; a constant feature weighs nothing; wrong labels are refused', () => {
    const data = mapped(clouds(60), (value, feature) => (feature === 4 ? 2 : value));
    const size = (c: number) => logisticProbe(data, { classes: 3, c }).weight.reduce((sum, w) => sum + w * w, 0);
    expect(size(0.01)).toBeLessThan(size(1));
    expect(size(1)).toBeLessThan(size(100));
    const { weight } = logisticProbe(data, { classes: 3 });
    for (let row = 0; row < 3; row++) expect(weight[row * 5 + 4]).toBeCloseTo(0, 6);
    expect(() => logisticProbe(data, { classes: 2 })).toThrow(
      'Example 2 has the label 2, which is not one of 2 classes.',
    );
    expect(() => logisticProbe(data, { classes: 3, c: 0 })).toThrow(/inverse penalty C is 0/);
  });

  test('is found by a solver that finds the minimum of a crooked quadratic', () => {
    // ½ Σ s_i (x_i − i)², with scales from 1 to 10,000.
    const scales = Float64Array.from({ length: 9 }, (_, i) => 10 ** (i / 2));
    const { x, gradient } = lbfgs(
      (at, target) => {
        let value = 0;
        for (const [i, scale] of scales.entries()) {
          target[i] = scale * ((at[i] ?? 0) - i);
          value += (scale * ((at[i] ?? 0) - i) ** 2) / 2;
        }
        return value;
      },
      new Float64Array(9),
      { tolerance: 1e-8 },
    );
    expect(gradient).toBeLessThan(1e-6);
    for (const [i, value] of x.entries()) expect(value).toBeCloseTo(i, 6);
  });
});

describe('few shots', () => {
  const train = clouds(120, { classes: 4, spread: 2 });
  const test_ = clouds(80, { classes: 4, spread: 2, seed: 7 });

  test('are drawn from every class, without repeats, the same for a seed; fewer shots are among more', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 30 }), (seed, shots) => {
        const chosen = [...fewShotSample(train.labels, shots, seed)];
        expect(new Set(chosen).size).toBe(4 * shots);
        for (let label = 0; label < 4; label++) {
          expect(chosen.filter((position) => train.labels[position] === label)).toHaveLength(shots);
        }
        expect([...fewShotSample(train.labels, shots, seed)]).toEqual(chosen);
        if (shots > 1) {
          const fewer = new Set(fewShotSample(train.labels, shots - 1, seed));
          expect([...fewer].every((position) => chosen.includes(position))).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
    expect(() => fewShotSample(train.labels, 31, 1)).toThrow('31 examples of class 0 were asked for; there are 30.');
  });

  test('are reported over seeds with n, deviation and interval, and get better with more', () => {
    const run = (shots: number) => fewShot(train, test_, { classes: 4, shots, seeds: [1, 2, 3, 4] });
    const [one, many] = [run(1), run(16)];
    expect(one.aggregate.n).toBe(4);
    expect(one.accuracies).toHaveLength(4);
    expect(many.aggregate.mean).toBeGreaterThan(one.aggregate.mean);
    expect(many.aggregate.interval?.low).toBeLessThan(many.aggregate.mean);
    expect(new Set(one.accuracies).size).toBeGreaterThan(1);
    expect(run(1)).toEqual(one);
  });

  test('on fewer than three different seeds are refused', () => {
    const run = (seeds: number[]) => fewShot(train, test_, { classes: 4, shots: 1, seeds });
    expect(() => run([1, 2])).toThrow(/at least 3 different seeds, not 1, 2/);
    expect(() => run([1, 2, 2])).toThrow(/at least 3 different seeds/);
  });
});

describe('cosines by products', () => {
  test.each([
    [3, 5, 7],
    [300, 40, 16],
    [8200, 3, 4],
  ])('of %i entries and %i queries of width %i are those of one row after the other', async (size, n, width) => {
    const random = keyed(7, 'similarity', size);
    const set = (count: number) => ({
      width,
      features: Float32Array.from({ length: count * width }, () => random.normal()),
      labels: Array.from({ length: count }, (_, i) => i % 3),
    });
    const [bank, queries] = [set(size), set(n)];
    const expected = Array.from({ length: n }, (_, row) =>
      cosines(normalisedFeatures(queries), row, normalisedFeatures(bank), width, new Float64Array(size)),
    );
    await using similarities = await openSimilarities(bank, queries, { threads: 2 });
    for (let from = 0; from < n; from += similarities.chunk) {
      const to = Math.min(n, from + similarities.chunk);
      for (const [row, found] of (await similarities.of(from, to)).entries()) {
        const difference = found.map((value, entry) => Math.abs(value - (expected[from + row]?.[entry] ?? Number.NaN)));
        expect(Math.max(...difference)).toBeLessThan(1e-14);
      }
    }
  });
});

test('the places of a retrieval are those of a full ranking, ties and the query itself included', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 2 })), {
        minLength: 2,
        maxLength: 30,
      }),
      fc.boolean(),
      (entries, selfExcluded) => {
        const similarity = Float64Array.from(entries, ([tenths]) => tenths / 10);
        const labels = entries.map(([, label]) => label);
        const ranked = new Retrieval(labels, { ks: [2], selfExcluded });
        ranked.query(similarity, 1, 0);
        const ranking = [...byFalling(similarity)].filter((entry) => !(selfExcluded && entry === 0));
        const places = ranking.flatMap((entry, place) => (labels[entry] === 1 ? [place + 1] : []));
        if (places.length === 0) {
          expect(() => ranked.result()).toThrow(/nothing to retrieve/);
          return;
        }
        const precision = places.reduce((sum, place, index) => sum + (index + 1) / place, 0) / places.length;
        expect(ranked.result().map).toBeCloseTo(precision, 12);
        expect(ranked.result().recall.get(2)).toBe((places[0] ?? 9) <= 2 ? 1 : 0);
      },
    ),
  );
});

test('the linear probe by products is the linear probe, whatever the threads', async () => {
  const data = clouds(151, { classes: 4, width: 9, spread: 4 });
  for (const c of [0.1, 10]) {
    const [plain, one, two] = [
      logisticProbe(data, { classes: 4, c }),
      ...(await Promise.all(
        [1, 2].map((threads) =>
          logisticProbeByProducts(data, { classes: 4, c }, { threads, signal: new AbortController().signal }),
        ),
      )),
    ];
    for (const [i, weight] of plain.weight.entries()) expect(one?.weight[i]).toBeCloseTo(weight, 6);
    for (const [i, bias] of plain.bias.entries()) expect(one?.bias[i]).toBeCloseTo(bias, 6);
    expect(two).toEqual(one);
  }
  const signal = AbortSignal.abort();
  await expect(logisticProbeByProducts(data, { classes: 4 }, { threads: 1, signal })).rejects.toThrow(/linear probe/);
});
