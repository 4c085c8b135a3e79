import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyed } from '../../random/index.js';
import { apart, type Models, models, plainMean } from '../mixing.fixture.js';
import { solvePositive } from './cholesky.js';
import { fisher, fisherSchema } from './fisher.js';
import { regmean, regmeanSchema } from './regmean.js';
import type { Statistics } from './statistics.js';

const statistics = (values: readonly (Float64Array | null)[], mean = 1): Statistics => ({
  of: (member) => values[member] ?? null,
  mean: () => mean,
});
const input = ({ name, shape, members }: Models) => ({ name, shape, members, base: null, random: keyed(1) });

function fisherMean(tensors: Models, given: Statistics, parameters: object = {}): Float64Array {
  return fisher.bind(fisherSchema.parse(parameters), tensors.members.length, given).mix(input(tensors));
}

function regression(tensors: Models, given: Statistics, alpha = 0.9): Float64Array {
  return regmean.bind(regmeanSchema.parse({ alpha }), tensors.members.length, given).mix(input(tensors));
}

/** XᵀX of so many random inputs, of sizes from 1e-3 to 1e3. */
function gram(seed: number, width: number, rows: number): Float64Array {
  const random = keyed(seed, 'gram');
  const sizes = Float64Array.from({ length: width }, () => 10 ** (6 * random.uniform() - 3));
  const result = new Float64Array(width * width);
  for (let row = 0; row < rows; row++) {
    const x = sizes.map((size) => size * random.normal());
    for (let i = 0; i < width; i++)
      for (let j = 0; j < width; j++) result[i * width + j] = (result[i * width + j] ?? 0) + (x[i] ?? 0) * (x[j] ?? 0);
  }
  return result;
}

function linear(seed: number, outputs: number, width: number, count: number): Models {
  const random = keyed(seed, 'linear');
  const members = Array.from({ length: count }, () =>
    Float64Array.from({ length: outputs * width }, () => random.normal()),
  );
  return { name: 'fc.weight', shape: [outputs, width], base: new Float64Array(), members, seed };
}

const sizes = fc.tuple(
  fc.integer({ min: 0, max: 1e9 }),
  fc.integer({ min: 1, max: 4 }),
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: 3 }),
);

describe('The Fisher-weighted mean', () => {
  test('with the same information of all is the uniform soup', () => {
    fc.assert(
      fc.property(models(), fc.double({ min: 1e-12, max: 1e6, noNaN: true }), (tensors, value) => {
        const same = tensors.members.map((member) => member.map((_, at) => value * (1 + at)));
        expect(
          apart(fisherMean(tensors, statistics(same)), plainMean(tensors.members), ...tensors.members),
        ).toBeLessThan(1e-14);
        expect(apart(fisherMean(tensors, statistics([])), plainMean(tensors.members), ...tensors.members)).toBeLessThan(
          1e-14,
        );
      }),
    );
  });

  test('takes a weight from the only model that depends on it, and lies between the models always', () => {
    fc.assert(
      fc.property(models({ least: 2 }), (tensors) => {
        const random = keyed(tensors.seed, 'information');
        const one = tensors.members.map((member, i) => member.map(() => (i === 1 ? 1 : 0)));
        expect(
          apart(fisherMean(tensors, statistics(one), { floor: 0 }), tensors.members[1] ?? new Float64Array()),
        ).toBeLessThan(1e-15);
        const any = tensors.members.map((member) => member.map(() => random.uniform() ** 8));
        for (const [at, value] of fisherMean(tensors, statistics(any)).entries()) {
          const values = tensors.members.map((member) => member[at] ?? Number.NaN);
          expect(value).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
          expect(value).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
        }
      }),
    );
  });

  test('normalised, does not care how large the loss of an ingredient was', () => {
    const tensors: Models = {
      name: 'w',
      shape: [2],
      base: new Float64Array(),
      members: [Float64Array.of(0, 0), Float64Array.of(1, 1)],
      seed: 0,
    };
    const information = [Float64Array.of(1, 3), Float64Array.of(300, 100)];
    const means = {
      of: (member: number) => information[member] ?? null,
      mean: (member: number) => [2, 200][member] ?? 0,
    };
    expect([...fisherMean(tensors, means, { normalise: true, floor: 0 })]).toEqual([0.75, 0.25]);
  });

  test('refuses statistics that are missing for some, too short, negative or not finite', () => {
    const tensors = linear(1, 1, 2, 2);
    const refused =
      (values: readonly (Float64Array | null)[], parameters = {}) =>
      () =>
        fisherMean(tensors, statistics(values, 0), parameters);
    expect(refused([Float64Array.of(1, 1), null])).toThrow('but not for ingredient 1');
    expect(refused([Float64Array.of(1, 1), Float64Array.of(1)])).toThrow('has 1 numbers, not 2');
    expect(refused([Float64Array.of(1, 1), Float64Array.of(1, -1)])).toThrow('is negative');
    expect(refused([Float64Array.of(1, 1), Float64Array.of(1, Number.NaN)])).toThrow('NaN at 1');
    expect(refused([Float64Array.of(1, 0), Float64Array.of(1, 0)], { floor: 0 })).toThrow('the floor is 0');
    expect(refused([null, null], { normalise: true })).toThrow('have the mean 0');
  });
});

describe('RegMean', () => {
  test('with Gram matrices proportional to the identity is the uniform soup', () => {
    fc.assert(
      fc.property(sizes, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), ([seed, outputs, width, count], scale) => {
        const tensors = linear(seed, outputs, width, count);
        const identity = Float64Array.from({ length: width ** 2 }, (_, at) => (at % (width + 1) === 0 ? scale : 0));
        const grams = tensors.members.map(() => identity);
        expect(
          apart(regression(tensors, statistics(grams)), plainMean(tensors.members), ...tensors.members),
        ).toBeLessThan(1e-13);
      }),
    );
  });

  test('solves its normal equations, of inputs of sizes from 1e-3 to 1e3', () => {
    fc.assert(
      fc.property(sizes, ([seed, outputs, width, count]) => {
        const tensors = linear(seed, outputs, width, count);
        const grams = tensors.members.map((_, i) => gram(seed + i, width, 2 * width));
        const alpha = 0.9;
        const result = regression(tensors, statistics(grams), alpha);
        for (let out = 0; out < outputs; out++) {
          for (let i = 0; i < width; i++) {
            let [rest, size] = [0, 0];
            for (const [member, weight] of tensors.members.entries()) {
              for (let j = 0; j < width; j++) {
                const entry = (grams[member]?.[j * width + i] ?? 0) * (i === j ? 1 : alpha);
                rest += ((result[out * width + j] ?? 0) - (weight[out * width + j] ?? 0)) * entry;
                size +=
                  (Math.abs(result[out * width + j] ?? 0) + Math.abs(weight[out * width + j] ?? 0)) * Math.abs(entry);
              }
            }
            expect(Math.abs(rest)).toBeLessThan(1e-12 * size);
          }
        }
      }),
    );
  });

  test('gives back a layer that all models share, whatever their inputs', () => {
    fc.assert(
      fc.property(sizes, ([seed, outputs, width, count]) => {
        const tensors = linear(seed, outputs, width, 1);
        const [shared = new Float64Array()] = tensors.members;
        const members = Array.from({ length: count }, () => shared);
        const grams = members.map((_, i) => gram(seed + i, width, 3 * width));
        expect(apart(regression({ ...tensors, members }, statistics(grams)), shared)).toBeLessThan(1e-9);
      }),
    );
  });

  test('leaves the plain mean to biases, and to inputs that were always 0', () => {
    const tensors = linear(5, 2, 3, 2);
    expect(regression(tensors, statistics([]))).toEqual(plainMean(tensors.members));
    const grams = [0, 1].map((i) =>
      gram(i, 3, 9).map((value, at) => (at % 3 === 1 || Math.floor(at / 3) === 1 ? 0 : value)),
    );
    const result = regression(tensors, statistics(grams));
    const mean = plainMean(tensors.members);
    expect([result[1], result[4]]).toEqual([mean[1], mean[4]]);
    expect(result[0]).not.toBe(mean[0]);
  });

  test('refuses inputs that determine no weight, which alpha below 1 makes up for', () => {
    const tensors = linear(6, 1, 3, 1);
    const few = [gram(8, 3, 1)];
    expect(() => regression(tensors, statistics(few), 1)).toThrow('"fc.weight" leave input 1 undetermined');
    expect(apart(regression(tensors, statistics(few), 0.5), tensors.members[0] ?? new Float64Array())).toBeLessThan(
      1e-9,
    );
    expect(() => regression({ ...tensors, shape: [1, 1, 3] }, statistics(few))).toThrow('which has 2');
  });
});

test('Cholesky solves a matrix whose inverse is known, and says where one is not positive', () => {
  // The Lehmer matrix min(i, j) / max(i, j) is positive definite.
  const n = 12;
  const a = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n) + 1, (at % n) + 1];
    return Math.min(i, j) / Math.max(i, j);
  });
  const wanted = Float64Array.from({ length: n }, (_, i) => Math.cos(i));
  const b = wanted.map((_, i) => wanted.reduce((sum, value, j) => sum + value * (a[i * n + j] ?? 0), 0));
  const found = solvePositive(a, n, b, 1);
  expect(found instanceof Float64Array && apart(found, wanted)).toBeLessThan(1e-12);
  expect(solvePositive(Float64Array.of(1, 2, 2, 1), 2, Float64Array.of(1, 1), 1)).toEqual({ pivot: 1 });
});
