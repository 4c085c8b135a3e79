import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyed } from '../../random/index.js';
import { apart, type Models, mixed, models, plainMean } from '../mixing.fixture.js';
import { karcherMean } from './karcher-mean.js';
import { lengthOf, logarithm } from './sphere.js';

const unit = (vector: Float64Array) => vector.map((value) => value / lengthOf(vector));
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

/** Directions within a cap around one of them, where a mean on the sphere is unique. */
function cap(seed: number, count: number, size: number, width = 0.4): Float64Array[] {
  const random = keyed(seed, 'cap');
  const centre = Float64Array.from({ length: size }, () => random.normal());
  const spread = width * (lengthOf(centre) / Math.sqrt(size));
  return Array.from({ length: count }, () => unit(centre.map((value) => value + spread * random.normal())));
}

/** An orthogonal transform: a few reflections. */
function turned(vectors: readonly Float64Array[], seed: number): Float64Array[] {
  const random = keyed(seed, 'turn');
  const size = vectors[0]?.length ?? 0;
  const mirrors = Array.from({ length: 3 }, () =>
    unit(Float64Array.from({ length: size }, () => random.normal() + 1e-3)),
  );
  return vectors.map((vector) =>
    mirrors.reduce((result, mirror) => {
      const height = result.reduce((sum, value, at) => sum + value * (mirror[at] ?? 0), 0);
      return result.map((value, at) => value - 2 * height * (mirror[at] ?? 0));
    }, vector),
  );
}

describe('Model Stock', () => {
  test('of copies of one model is that model, wherever the stock is', () => {
    fc.assert(
      fc.property(models({ most: 1 }), fc.integer({ min: 2, max: 5 }), (tensors, copies) => {
        const [model = new Float64Array()] = tensors.members;
        fc.pre(lengthOf(model.map((value, at) => value - (tensors.base[at] ?? 0))) > 0);
        const members = Array.from({ length: copies }, () => model);
        expect(apart(mixed('model-stock', {}, { ...tensors, members }), model, tensors.base)).toBeLessThan(1e-14);
      }),
    );
  });

  test('of models that went orthogonal ways is the stock, bit for bit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 3, maxLength: 6 }), (stock) => {
        const base = Float64Array.from(stock);
        const members = [0, 1, 2].map((axis) => base.map((value, at) => (at === axis ? value + 1 + axis : value)));
        expect(mixed('model-stock', {}, { name: 'w', shape: [base.length], base, members, seed: 0 })).toEqual(base);
      }),
    );
  });

  test('moves along with everything, and turns along with everything', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 2, max: 4 }), (seed, count) => {
        const random = keyed(seed, 'stock');
        const drawn = () => Float64Array.from({ length: 12 }, () => random.normal());
        const base = drawn();
        const common = drawn();
        const members = Array.from({ length: count }, () => {
          const own = drawn();
          return base.map((value, at) => value + (common[at] ?? 0) + 0.3 * (own[at] ?? 0));
        });
        const shift = drawn();
        const tensors: Models = { name: 'w', shape: [12], base, members, seed: 0 };
        const result = mixed('model-stock', {}, tensors);
        const move = (vector: Float64Array) => vector.map((value, at) => value + (shift[at] ?? 0));
        const moved = mixed('model-stock', {}, { ...tensors, base: move(base), members: members.map(move) });
        expect(apart(moved, move(result), ...members)).toBeLessThan(1e-12);
        const [turnedBase = base, expected = base, ...rest] = turned([base, result, ...members], seed);
        const after = mixed('model-stock', {}, { ...tensors, base: turnedBase, members: rest });
        expect(apart(after, expected, ...members)).toBeLessThan(1e-12);
      }),
    );
  });

  test('keeps the angle of short ways, which mergekit counts as none', () => {
    const base = Float64Array.of(1, 2, 3);
    const members = [1e-5, 2e-5].map((step) => base.map((value) => value + step));
    const tensors: Models = { name: 'w', shape: [3], base, members, seed: 0 };
    expect(apart(mixed('model-stock', {}, tensors), plainMean(members))).toBeLessThan(1e-10);
    const clamped = mixed('model-stock', { compat: 'mergekit' }, tensors);
    expect(Math.abs((clamped[0] ?? 0) - 1)).toBeLessThan(1e-7);
  });

  test('goes backwards from opposite ways unless it is clipped, and refuses where there is no share', () => {
    const base = Float64Array.of(0, 0);
    const tensors = { name: 'w', shape: [2], base, seed: 0 };
    const opposite = { ...tensors, members: [Float64Array.of(1, 0.5), Float64Array.of(-1, 0.5)] };
    expect(mixed('model-stock', {}, opposite)[1]).toBeLessThan(0);
    expect([...mixed('model-stock', { clip: true }, opposite)]).toEqual([0, 0]);
    const exactly = { ...tensors, members: [Float64Array.of(1, 0), Float64Array.of(-1, 0)] };
    expect(() => mixed('model-stock', {}, exactly)).toThrow('no share t');
    expect(() => mixed('model-stock', {}, { ...tensors, members: [base] })).toThrow('at least 2');
  });
});

describe('SLERP', () => {
  test('has the ingredients for its ends, bit for bit, and is the same from the other end', () => {
    fc.assert(
      fc.property(models({ least: 2, most: 2 }), fc.double({ min: 0, max: 1, noNaN: true }), (tensors, t) => {
        const [a, b] = tensors.members;
        expect(mixed('slerp', { t: 0 }, tensors)).toEqual(a);
        expect(mixed('slerp', { t: 1 }, tensors)).toEqual(b);
        const back = mixed('slerp', { t: 1 - t }, { ...tensors, members: [...tensors.members].reverse() });
        expect(apart(mixed('slerp', { t }, tensors), back, ...tensors.members)).toBeLessThan(1e-9);
      }),
    );
  });

  test('keeps the length of models of one length, as far as the line does not cut the corner', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0, max: 1, noNaN: true }), (seed, t) => {
        const members = cap(seed, 2, 10, 2);
        const result = mixed(
          'slerp',
          { t, threshold: 1 },
          { name: 'w', shape: [10], base: new Float64Array(10), members, seed },
        );
        expect(lengthOf(result)).toBeCloseTo(1, 7);
      }),
    );
  });

  test('goes round to the opposite side, where mergekit goes straight through the middle', () => {
    const members = [Float64Array.of(1, 0), Float64Array.of(-1, 0.01)];
    const tensors: Models = { name: 'w', shape: [2], base: new Float64Array(2), members, seed: 0 };
    expect(lengthOf(mixed('slerp', {}, tensors))).toBeCloseTo(1, 4);
    expect(lengthOf(mixed('slerp', { compat: 'mergekit' }, tensors))).toBeLessThan(0.01);
  });
});

describe('The Karcher mean', () => {
  const parameters = { shares: [0.5, 0.25, 0.25], maxIterations: 100, tolerance: 1e-12 };

  test('is where the weighted ways to all models cancel out', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const vectors = cap(seed, 3, 8);
        const { mean, lastStep } = karcherMean(vectors, parameters);
        expect(lastStep).toBeLessThan(1e-12);
        expect(lengthOf(mean)).toBeCloseTo(1, 12);
        const ways = vectors.map((vector) => logarithm(mean, vector));
        const rest = mean.map((_, at) =>
          ways.reduce((sum, way, i) => sum + (parameters.shares[i] ?? 0) * (way[at] ?? 0), 0),
        );
        expect(lengthOf(rest)).toBeLessThan(1e-11);
      }),
    );
  });

  test('of two models is SLERP, and one step finds it where both count the same', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (seed, t) => {
        const members = cap(seed, 2, 9, 1).map((vector) => vector.map((value) => 3 * value));
        const tensors: Models = { name: 'w', shape: [9], base: new Float64Array(9), members, seed };
        const arc = { threshold: 1 };
        expect(
          apart(mixed('karcher', { weights: [1 - t, t] }, tensors), mixed('slerp', { t, ...arc }, tensors)),
        ).toBeLessThan(1e-7);
        expect(apart(mixed('multi-slerp', {}, tensors), mixed('slerp', arc, tensors))).toBeLessThan(1e-7);
      }),
    );
  });

  test.each(['karcher', 'multi-slerp'])('(%s) of copies of one model is that model', (method) => {
    fc.assert(
      fc.property(models({ most: 1 }), fc.integer({ min: 1, max: 5 }), (tensors, copies) => {
        const [model = new Float64Array()] = tensors.members;
        const members = Array.from({ length: copies }, () => model);
        expect(apart(mixed(method, {}, { ...tensors, members }), model)).toBeLessThan(1e-14);
      }),
    );
  });

  test('of what has no direction in common is the plain mean; a zero only shortens it', () => {
    const tensors = { name: 'w', shape: [2], base: new Float64Array(2), seed: 0 };
    const opposite = [Float64Array.of(3, 0), Float64Array.of(-1, 0)];
    expect([...mixed('karcher', {}, { ...tensors, members: opposite })]).toEqual([1, 0]);
    const zero = [new Float64Array(2), Float64Array.of(0, 4)];
    expect([...mixed('karcher', {}, { ...tensors, members: zero })]).toEqual([0, 2]);
    expect([...mixed('karcher', {}, { ...tensors, members: [new Float64Array(2)] })]).toEqual([0, 0]);
  });

  test('takes shares of a whole only', () => {
    const tensors = {
      name: 'w',
      shape: [1],
      base: new Float64Array(1),
      members: [Float64Array.of(1), Float64Array.of(2)],
      seed: 0,
    };
    expect(() => mixed('karcher', { weights: [1, -1] }, tensors)).toThrow('shares of a whole');
    expect(() => mixed('multi-slerp', { weights: [0, 0] }, tensors)).toThrow('shares of a whole');
  });
});
