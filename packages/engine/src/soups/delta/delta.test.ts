import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../json.js';
import { keyed } from '../../random/index.js';
import { mixingMethods } from '../methods/index.js';
import { apart, type Models, mixed, models } from '../mixing.fixture.js';
import { orderlessSum } from './exact-sum.js';
import { deltaMethods } from './index.js';
import { keepRanks } from './magnitudes.js';

const names = Object.keys(deltaMethods);
const first = ({ members }: Models) => members[0] ?? new Float64Array();
const shuffled = <T>(items: readonly T[], seed: number): T[] =>
  [...keyed(seed).permutation(items.length)].flatMap((at) => items.slice(at, at + 1));
/** One big tensor, for what is true on average. */
function bigModels(rows: number, columns: number): Models {
  const random = keyed(11);
  const size = rows * columns;
  const base = Float64Array.from({ length: size }, () => random.normal());
  const members = [base.map((value) => value + 1 + random.uniform())];
  return { name: 'big', shape: [rows, columns], base, members, seed: 3 };
}
const kept = (result: Float64Array, base: Float64Array) =>
  result.reduce((count, value, at) => count + (value === base[at] ? 0 : 1), 0);

describe('Every method on changes', () => {
  test.each(names)('%s with λ = 0 gives the stock, bit for bit', (method) => {
    fc.assert(
      fc.property(models(), (tensors) => {
        expect(mixed(method, { lambda: 0 }, tensors)).toEqual(tensors.base);
      }),
      { numRuns: 30 },
    );
  });

  test.each(names)('%s of one whole change gives the ingredient', (method) => {
    const everything: Record<string, object> = {
      'task-arithmetic': {},
      breadcrumbs: { density: 1 },
      'breadcrumbs-ties': { density: 1 },
    };
    fc.assert(
      fc.property(models({ most: 1 }), (tensors) => {
        const result = mixed(method, { lambda: 1, ...(everything[method] ?? { density: 1 }) }, tensors);
        expect(apart(result, first(tensors), tensors.base)).toBeLessThan(1e-15);
      }),
      { numRuns: 30 },
    );
  });

  test.each(names)('%s refuses what it has no parameter for, and weights for other ingredients', (method) => {
    expect(() => mixingMethods[method]?.bind({ sharpness: 1 }, 2)).toThrow(/does not take/);
    expect(() => mixingMethods[method]?.bind({ weights: [1, 2, 3] }, 2)).toThrow('3 weights for 2 ingredients');
  });

  test.each(names)('%s completes its parameters once: what it completed stays as it is', (method) => {
    for (const compat of ['paper', 'mergekit']) {
      const complete = mixingMethods[method]?.complete({ compat }) ?? {};
      expect(mixingMethods[method]?.complete(complete)).toEqual(complete);
    }
  });

  test.each(names.filter((name) => mixingMethods[name]?.random))(
    '%s draws by seed and tensor, nothing else',
    (method) => {
      const tensors = bigModels(8, 40);
      const once = mixed(method, {}, tensors);
      expect(mixed(method, {}, tensors)).toEqual(once);
      expect(mixed(method, {}, tensors, 4)).not.toEqual(once);
      expect(mixed(method, {}, { ...tensors, name: 'another' })).not.toEqual(once);
    },
  );
});

test('Task arithmetic forgets what it adds with the opposite sign', () => {
  fc.assert(
    fc.property(models({ most: 1 }), (tensors) => {
      const added = mixed('task-arithmetic', { lambda: 0.5 }, tensors);
      const taken = mixed('task-arithmetic', { lambda: -0.5 }, tensors);
      const middle = added.map((value, at) => (value + (taken[at] ?? Number.NaN)) / 2);
      expect(apart(middle, tensors.base, first(tensors))).toBeLessThan(1e-15);
    }),
  );
});

describe('Methods that elect signs', () => {
  test.each([
    ['ties', { density: 0.5 }],
    ['ties', { density: 0.7, tie: 'majority' }],
    ['breadcrumbs-ties', { density: 0.5, gamma: 0.1 }],
    ['ties', { density: 1, compat: 'mergekit' }],
  ] as const)('%s %o gives the same bits in every order of the ingredients', (method, parameters) => {
    fc.assert(
      fc.property(models({ least: 2, most: 6 }), fc.integer(), (tensors, seed) => {
        const weighted = tensors.members.map((member, at) => ({ member, weight: 1 + at / 7 }));
        const results = [weighted, shuffled(weighted, seed)].map((order) =>
          mixed(
            method,
            { ...parameters, weights: order.map(({ weight }) => weight) },
            { ...tensors, members: order.map(({ member }) => member) },
          ),
        );
        expect(results[1]).toEqual(results[0]);
      }),
    );
  });

  test('take a mean that lies between the changes of the elected sign', () => {
    fc.assert(
      fc.property(models({ least: 2 }), (tensors) => {
        const result = mixed('ties', { density: 1 }, tensors);
        for (const [at, value] of result.entries()) {
          const stock = tensors.base[at] ?? 0;
          const changes = tensors.members.map((member) => (member[at] ?? 0) - stock);
          const sign = Math.sign(value - stock);
          const agreeing = changes.filter((change) => Math.sign(change) === sign);
          if (sign === 0) continue;
          expect(agreeing.length).toBeGreaterThan(0);
          const found = Math.abs(value - stock);
          const slack = 1e-12 * (1 + Math.abs(stock));
          expect(found).toBeGreaterThanOrEqual(Math.min(...agreeing.map(Math.abs)) - slack);
          expect(found).toBeLessThanOrEqual(Math.max(...agreeing.map(Math.abs)) + slack);
        }
      }),
    );
  });

  const cancelling: Models = {
    ...{ name: 'tensor', shape: [2], seed: 0, base: Float64Array.of(1, 1) },
    members: [Float64Array.of(1.5, 3), Float64Array.of(0.5, 3)],
  };
  test.each([
    ['none', [1, 3]],
    ['positive', [1.5, 3]],
    ['majority', [1.5, 3]],
  ])('with tie: %s make %o of changes of which the first cancel out', (tie, expected) => {
    expect([...mixed('ties', { density: 1, tie }, cancelling)]).toEqual(expected);
  });
});

describe('What is kept', () => {
  test('by magnitude is exactly as many as were asked for, and no dropped number is larger', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true, min: -3, max: 3 })), {
          minLength: 1,
        }),
        fc.nat(),
        fc.nat(),
        (values, a, b) => {
          const n = values.length;
          const [from = 0, to = 0] = [a % (n + 1), b % (n + 1)].sort((x, y) => x - y);
          // Marked by place, so that zeros that are kept can be told from those that are dropped.
          const vector = Float64Array.from(values, (value) => value || 1e-9);
          const result = keepRanks(vector, from, to);
          expect(result.filter((value) => value !== 0)).toHaveLength(to - from);
          const sorted = vector.map(Math.abs).sort();
          const magnitudes = result
            .map(Math.abs)
            .filter((value) => value !== 0)
            .sort();
          expect([...magnitudes]).toEqual([...sorted.slice(from, to)]);
        },
      ),
    );
  });

  test('breadcrumbs keep the target count, and drop the outliers before they drop anything else', () => {
    const tensors = bigModels(10, 100);
    const result = mixed('breadcrumbs', { density: 0.3, gamma: 0.05 }, tensors);
    expect(kept(result, tensors.base)).toBe(300);
    const order = first(tensors)
      .map((value, at) => Math.abs(value - (tensors.base[at] ?? 0)))
      .map((change, at) => (result[at] === tensors.base[at] ? -change : change));
    const largestKept = Math.max(...order);
    const dropped = order.filter((change) => change < 0).map((change) => -change);
    expect(dropped.filter((change) => change > largestKept)).toHaveLength(50);
  });

  test('one number is left of a bias of three by trimming, none by mergekit, which says so', () => {
    const tiny: Models = {
      name: 'bias',
      shape: [3],
      seed: 1,
      base: new Float64Array(3),
      members: [Float64Array.of(1, -3, 2)],
    };
    expect([...mixed('ties', { density: 0.1 }, tiny)]).toEqual([0, -3, 0]);
    expect(() => mixed('ties', { density: 0.1, compat: 'mergekit' }, tiny)).toThrow('mergekit refuses');
  });

  test('mergekit loses the whole change of a tensor too small for an outlier', () => {
    const tensors = bigModels(1, 99);
    const parameters = { density: 0.9, gamma: 0.01, lambda: 1 };
    expect(kept(mixed('breadcrumbs', { ...parameters, compat: 'mergekit' }, tensors), tensors.base)).toBe(0);
    expect(kept(mixed('breadcrumbs', parameters, tensors), tensors.base)).toBe(89);
    expect(
      kept(mixed('breadcrumbs', { ...parameters, compat: 'mergekit' }, bigModels(1, 100)), bigModels(1, 100).base),
    ).toBe(90);
  });
});

describe('Random drops', () => {
  test.each([
    ['dare-linear', { density: 0.25 }],
    ['della-linear', { density: 0.25, epsilon: 0.2 }],
  ])('of %s keep as many as their density says, and the change on average over seeds', (method, parameters) => {
    const tensors = bigModels(4, 50);
    const runs = 400;
    const mean = new Float64Array(200);
    let count = 0;
    for (let seed = 0; seed < runs; seed++) {
      const result = mixed(method, parameters, tensors, seed);
      count += kept(result, tensors.base);
      for (const [at, value] of result.entries()) mean[at] = (mean[at] ?? 0) + value / runs;
    }
    // Five standard errors of 80 000 draws, and of the worst of 200 means of 400 changes of at most 2 that a 0.15 chance keeps.
    expect(Math.abs(count / (200 * runs) - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / (200 * runs)));
    const worst = 5 * 2 * Math.sqrt(0.85 / 0.15 / runs);
    for (const [at, value] of mean.entries()) {
      expect(Math.abs(value - (first(tensors)[at] ?? Number.NaN))).toBeLessThan(worst);
    }
    const overall = mean.reduce((sum, value, at) => sum + value - (first(tensors)[at] ?? Number.NaN), 0) / 200;
    expect(Math.abs(overall)).toBeLessThan(worst / Math.sqrt(200));
  });

  test('DELLA keeps large changes more often than small ones', () => {
    const tensors = bigModels(1, 200);
    const change = first(tensors).map((value, at) => value - (tensors.base[at] ?? 0));
    const median = change.slice().sort()[100] ?? 0;
    let [large, small] = [0, 0];
    for (let seed = 0; seed < 100; seed++) {
      for (const [at, value] of mixed('della', { density: 0.4, epsilon: 0.5 }, tensors, seed).entries()) {
        if (value === tensors.base[at]) continue;
        if ((change[at] ?? 0) >= median) large++;
        else small++;
      }
    }
    // Keep probabilities go from 0.15 to 0.65: halves of 0.525 and 0.275 on average.
    expect(large / 10_000).toBeCloseTo(0.525, 1);
    expect(small / 10_000).toBeCloseTo(0.275, 1);
  });

  test('MAGPRUNE refuses probabilities beyond 0 and 1', () => {
    expect(() => mixed('della', { density: 0.9, epsilon: 0.3 }, bigModels(2, 4))).toThrow(
      'probabilities from 0.75 to 1.05',
    );
  });

  test("mergekit's rescaling keeps the sum of absolute changes, not their expectation", () => {
    const tensors = bigModels(20, 20);
    const result = mixed('dare-linear', { density: 0.5, compat: 'mergekit' }, tensors);
    const norm = (values: Float64Array) =>
      values.reduce((sum, value, at) => sum + Math.abs(value - (tensors.base[at] ?? 0)), 0);
    expect(norm(result)).toBeCloseTo(norm(first(tensors)), 9);
  });
});

test('A sum without an order is the nearest number to the true one', () => {
  const sum = (...terms: number[]) => orderlessSum(Float64Array.from(terms), terms.length);
  expect(sum(1e100, 1, -1e100)).toBe(1);
  expect(sum(2 ** 53, 1, 2 ** -60)).toBe(2 ** 53 + 2);
  expect(sum(2 ** 53, 1, -(2 ** -60))).toBe(2 ** 53);
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { maxLength: 8 }),
      fc.integer(),
      (terms, seed) => {
        expect(sum(...shuffled(terms, seed)) + 0).toBe(sum(...terms) + 0);
      },
    ),
  );
});

test('Weights are refused that a mean cannot be taken of, or by which no sign can be elected', () => {
  const bind = (method: string, parameters: JsonObject) => () => mixingMethods[method]?.bind(parameters, 2);
  for (const method of ['task-arithmetic', 'dare-linear']) {
    expect(bind(method, { merge: 'mean', weights: [1, -1] })).toThrow('sum of its weights, which is 0');
    expect(bind(method, { merge: 'sum', weights: [1, -1] })).not.toThrow();
  }
  expect(bind('ties', { weights: [1, -1] })).toThrow('elects signs by weighted changes');
  expect(bind('ties', { weights: [1, -1], compat: 'mergekit' })).not.toThrow();
  expect(bind('ties', { rescale: 'expectation' })).toThrow('no expectation to keep');
});

test('A delta method without the stock says what is missing', () => {
  const mix = mixingMethods.ties?.bind({}, 1);
  expect(() =>
    mix?.mix({ name: 'w', shape: [1], base: null, members: [Float64Array.of(1)], random: keyed(1) }),
  ).toThrow('tensor "w" came without the stock\'s');
});
