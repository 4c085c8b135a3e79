import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileMeanKernel } from '../../../scripts/compile-kernel.js';
import { keyed } from '../../random/index.js';
import { ExactSum, exactMeans } from '../exact-mean.js';
import { LinearCombination } from '../linear-combination.js';
import { floatFormats } from '../rounding.js';
import { MeanKernel } from './mean-kernel.js';

const { f32 } = floatFormats;
if (f32 === null) throw new Error('f32 is no float');

/** What the kernel must give: the means without it. */
function expected(rows: readonly Float32Array[]): Uint32Array {
  const sum = new ExactSum(rows[0]?.length ?? 0);
  for (const row of rows) sum.add(row);
  const means = new Float32Array(sum.length);
  expect(exactMeans(f32 ?? never(), sum, () => rows, means)).toBe(-1);
  return new Uint32Array(means.buffer);
}

function found(rows: readonly Float32Array[], kernel = new MeanKernel(rows.length, rows[0]?.length ?? 0)): Uint32Array {
  const elements = rows[0]?.length ?? 0;
  for (const [index, row] of rows.entries()) kernel.numbers(index, elements).set(row);
  const means = kernel.means(rows.length, elements);
  if (!(means instanceof Float32Array)) throw new Error(`Element ${means.notFinite} is not finite.`);
  return new Uint32Array(means.slice().buffer);
}

function never(): never {
  throw new Error('never');
}

/** Bits of f32 of every kind: any exponent, subnormals, zeros of both signs, numbers whose means are ties. */
const bits = fc.oneof(
  fc.integer({ min: 0, max: 0x7f7fffff }),
  fc.integer({ min: 0, max: 0x00800010 }),
  fc.integer({ min: 0x3f7ffff0, max: 0x3f800010 }),
  fc.constantFrom(0, 1, 0x007fffff, 0x00800000, 0x7f7fffff),
);
const word = fc.tuple(bits, fc.boolean()).map(([value, negative]) => (negative ? value | 0x80000000 : value) >>> 0);

describe('the kernel of means', () => {
  test('gives the bits of the exact mean for numbers of every kind', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }).chain((count) =>
          fc.integer({ min: 1, max: 9 }).chain((elements) => {
            const row = fc.array(word, { minLength: elements, maxLength: elements });
            return fc.array(row, { minLength: count, maxLength: count });
          }),
        ),
        (words) => {
          const rows = words.map((row) => new Float32Array(Uint32Array.from(row).buffer));
          expect(found(rows)).toEqual(expected(rows));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('gives the bits of the exact mean for weights: near one another, ties among them, in blocks and a rest', () => {
    for (let seed = 0; seed < 24; seed++) {
      const random = keyed(seed, 'kernel');
      const [count, elements] = [1 + (seed % 12), 512 * (seed % 3) + 1 + random.integer(600)];
      // Places of 2^-20 make means of 2, 3, 6 … models fall on ties of f32 often.
      const draw = [
        () => random.normal() * 0.02,
        () => Math.round(random.normal() * 2 ** 18) * 2 ** -20,
        () => 1 + random.integer(64) * 2 ** -23,
        () => random.normal() * 2 ** (random.integer(60) - 40),
      ][seed % 4];
      const stock = Float32Array.from({ length: elements }, () => draw?.() ?? 0);
      const rows = Array.from({ length: count }, () =>
        stock.map((value) =>
          seed % 2 === 0 ? value * (1 + 2 ** -10 * random.normal()) : value + 2 ** -20 * random.integer(5),
        ),
      );
      expect(found(rows)).toEqual(expected(rows));
    }
  });

  test('proves nearly all blocks of real weights: the slow path is for the rare ones', () => {
    const random = keyed(1, 'speed');
    const rows = Array.from({ length: 8 }, () => Float32Array.from({ length: 2 ** 16 }, () => random.normal() * 0.02));
    const kernel = new MeanKernel(8, 2 ** 16);
    found(rows, kernel);
    const started = performance.now();
    for (let i = 0; i < 20; i++) kernel.means(8, 2 ** 16);
    const gigabytes = (20 * 8 * 4 * 2 ** 16) / 1e6 / (performance.now() - started);
    // A few GB/s on anything; the path in integers gives a thousandth of that.
    expect(gigabytes).toBeGreaterThan(0.3);
  });

  test('of copies of a model is that model, bit for bit, for every number of copies', () => {
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 300 }),
        (words, copies) => {
          const row = new Float32Array(Uint32Array.from(words).buffer);
          expect(found(Array(copies).fill(row))).toEqual(Uint32Array.from(words));
        },
      ),
    );
  });

  test('names the element that is not finite, and is not misled by what lies behind the last', () => {
    const kernel = new MeanKernel(2, 8);
    kernel.numbers(0, 8).fill(Number.NaN);
    kernel.numbers(1, 8).fill(Number.NaN);
    expect([...found([Float32Array.of(1, 2, 3, 4, 5), Float32Array.of(3, 4, 5, 6, 7)], kernel)]).toEqual([
      ...new Uint32Array(Float32Array.of(2, 3, 4, 5, 6).buffer),
    ]);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const elements = 700;
      const large = new MeanKernel(2, elements);
      large.numbers(0, elements).fill(1);
      large.numbers(1, elements).fill(1)[600] = bad;
      expect(large.means(2, elements)).toEqual({ notFinite: 600 });
    }
  });

  test('extends sums a row at a time to the same means, whatever the numbers', () => {
    const rowsOf = fc.integer({ min: 1, max: 30 }).chain((elements) => {
      const row = fc.array(word, { minLength: elements, maxLength: elements });
      return fc.array(row, { minLength: 1, maxLength: 9 });
    });
    fc.assert(
      fc.property(rowsOf, (words) => {
        const rows = words.map((row) => new Float32Array(Uint32Array.from(row).buffer));
        const elements = rows[0]?.length ?? 0;
        const kernel = new MeanKernel(3, elements);
        // Not 0, to which a sum of negative zeros would not be negative.
        let sums = new Float64Array(elements).fill(-0);
        for (const [index, row] of rows.entries()) {
          kernel.sums(elements).set(sums);
          kernel.numbers(2, elements).set(row);
          const all = rows.slice(0, index + 1);
          const means = kernel.extend(index + 1, elements, () => all);
          if (!(means instanceof Float32Array)) throw new Error('not finite');
          expect(new Uint32Array(means.slice().buffer)).toEqual(expected(all));
          sums = kernel.sums(elements).slice();
        }
      }),
      { numRuns: 500 },
    );
  });

  test('combines rows to the bits of the exact combination, whatever the weights', () => {
    const weight = fc.oneof(
      fc.double({ min: -3, max: 3, noNaN: true }).filter((value) => Math.abs(value) > 2 ** -90),
      fc.constantFrom(0.25, 0.75, 1, -1, 1 / 3, 0.1),
    );
    const rowsOf = fc
      .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 9 }))
      .chain(([count, elements]) => {
        const row = fc.array(fc.oneof(word, fc.constantFrom(0, 0x80000000)), {
          minLength: elements,
          maxLength: elements,
        });
        return fc.array(fc.tuple(weight, row), { minLength: count, maxLength: count });
      });
    fc.assert(
      fc.property(rowsOf, fc.boolean(), (terms, mean) => {
        const weights = terms.map(([value]) => value);
        fc.pre(!mean || weights.every((value) => value > 0));
        const rows = terms.map(([, row]) => new Float32Array(Uint32Array.from(row).buffer));
        const elements = rows[0]?.length ?? 0;
        const combination = new LinearCombination(f32 ?? never(), { weights, divisor: mean ? 'sum' : 1 });
        const exact = new Float32Array(elements);
        const bad = combination.combine(rows, exact);
        const kernel = new MeanKernel(rows.length, elements);
        for (const [index, row] of rows.entries()) kernel.numbers(index, elements).set(row);
        const combined = kernel.combine(combination, elements);
        if (bad >= 0) expect(combined).toEqual({ notFinite: bad });
        else if (!(combined instanceof Float32Array)) throw new Error('not finite');
        else expect(new Uint32Array(combined.slice().buffer)).toEqual(new Uint32Array(exact.buffer));
      }),
      { numRuns: 3000 },
    );
  });

  test('combines ordinary weights to the bits of the exact combination, in blocks and a rest: beside ties, cancelling, of many rows', () => {
    for (let seed = 0; seed < 24; seed++) {
      const random = keyed(seed, 'combination');
      const [count, elements] = [seed % 6 === 5 ? 120 : 2 + (seed % 7), 512 * (seed % 3) + 1 + random.integer(600)];
      const weight = [() => random.uniform(), () => random.normal(), () => (1 + random.integer(12)) / 8][seed % 3];
      const weights = Array.from({ length: count }, () => weight?.() ?? 1);
      // Places of 2^-20 bring sums beside a tie of f32; one row less another leaves little of both.
      const draw = [
        () => random.normal() * 0.02,
        () => Math.round(random.normal() * 2 ** 18) * 2 ** -20,
        () => (random.integer(4) === 0 ? 0 : random.normal() * 2 ** (random.integer(60) - 40)),
        () => (random.integer(2) === 0 ? 1 : -1) * (1 + random.integer(64) * 2 ** -23),
      ][seed % 4];
      const rows = Array.from({ length: count }, () => Float32Array.from({ length: elements }, () => draw?.() ?? 0));
      const combination = new LinearCombination(f32 ?? never(), { weights, divisor: seed % 3 === 2 ? 'sum' : 1 });
      const exact = new Float32Array(elements);
      expect(combination.combine(rows, exact)).toBe(-1);
      const kernel = new MeanKernel(count, elements);
      for (const [index, row] of rows.entries()) kernel.numbers(index, elements).set(row);
      const combined = kernel.combine(combination, elements);
      if (!(combined instanceof Float32Array)) throw new Error('not finite');
      expect(new Uint32Array(combined.slice().buffer)).toEqual(new Uint32Array(exact.buffer));
    }
  });

  test('is what its source compiles to', async () => {
    const file = new URL('./generated/mean.ts', import.meta.url);
    expect(await readFile(file, 'utf8')).toBe(await compileMeanKernel());
  });
});
