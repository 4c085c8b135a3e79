import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tensor } from '../../graph/tensor.js';
import { keyed, type Random } from '../../random/index.js';
import { writeSoup } from './index.js';
import { soupKitchen, tensorsOf } from './soup-folder.fixture.js';

/** @file Soups of files beside fractions of whole numbers, on bits that were chosen to be hard: ties and what is beside them, sums that
 * cancel, subnormal numbers, any exponent. Nothing here knows how the code under test decodes, sums or rounds. */

const place = soupKitchen();

/** A type of numbers by the fields of its bits. */
interface Layout {
  readonly bytes: 2 | 4 | 8;
  readonly exponent: number;
  readonly fraction: number;
}
const layouts = {
  f16: { bytes: 2, exponent: 5, fraction: 10 },
  bf16: { bytes: 2, exponent: 8, fraction: 7 },
  f32: { bytes: 4, exponent: 8, fraction: 23 },
  f64: { bytes: 8, exponent: 11, fraction: 52 },
} as const satisfies Record<string, Layout>;
type Name = keyof typeof layouts;

/** Units in which every number of every type is whole. */
const GRID = 1200n;

/** The number that bits stand for, in units of 2^-GRID. */
function wholeOf(bits: bigint, { bytes, exponent, fraction }: Layout): bigint {
  const sign = bits >> BigInt(8 * bytes - 1);
  const power = (bits >> BigInt(fraction)) & ((1n << BigInt(exponent)) - 1n);
  const own = bits & ((1n << BigInt(fraction)) - 1n);
  const bias = (1n << BigInt(exponent - 1)) - 1n;
  const significand = power === 0n ? own : own | (1n << BigInt(fraction));
  const shift = GRID + (power === 0n ? 1n : power) - bias - BigInt(fraction);
  const magnitude = significand << shift;
  return sign === 1n ? -magnitude : magnitude;
}

/** The magnitude bits of the number nearest to a positive fraction, found by halving all bits there are; ties to the even ones. */
function nearest(dividend: bigint, divisor: bigint, layout: Layout): bigint {
  const { exponent, fraction } = layout;
  let [low, high] = [0n, (((1n << BigInt(exponent)) - 1n) << BigInt(fraction)) - 1n];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (wholeOf(middle, layout) * divisor <= dividend) low = middle;
    else high = middle;
  }
  const twice = 2n * dividend - (wholeOf(low, layout) + wholeOf(high, layout)) * divisor;
  if (twice === 0n) return low % 2n === 0n ? low : high;
  return twice > 0n ? high : low;
}

/** The bits of Σ weight · x / divisor. */
function expectedBits(rows: readonly bigint[], weights: readonly bigint[], divisor: bigint, layout: Layout): bigint {
  const sum = rows.reduce((total, bits, row) => total + (weights[row] ?? 0n) * wholeOf(bits, layout), 0n);
  const sign = 1n << BigInt(8 * layout.bytes - 1);
  if (sum === 0n) {
    // What cancels out is a positive zero; a sum of nothing but negative zeros is a negative one.
    const negative = (bits: bigint, weight: bigint) => ((bits === sign) !== weight < 0n) !== divisor < 0n;
    return rows.every((bits, row) => bits % sign === 0n && negative(bits, weights[row] ?? 0n)) ? sign : 0n;
  }
  const [dividend, by] = divisor < 0n ? [-sum, -divisor] : [sum, divisor];
  return dividend < 0n ? nearest(-dividend, by, layout) | sign : nearest(dividend, by, layout);
}

/** Bits of one element of each ingredient. `most` bounds the exponents, so that no combination leaves the type. */
function hardColumn(random: Random, rows: number, { bytes, exponent, fraction }: Layout, most: number): bigint[] {
  const sign = 1n << BigInt(8 * bytes - 1);
  const powers = 2 ** exponent - 2 - most;
  const draw = (power: number) => {
    const own = Array.from({ length: 4 }, () => BigInt(random.integer(2 ** 16))).reduce(
      (all, part) => (all << 16n) | part,
    );
    const bits = (BigInt(power) << BigInt(fraction)) | (own & ((1n << BigInt(fraction)) - 1n));
    return random.integer(2) === 0 ? bits : bits | sign;
  };
  const anywhere = () => draw(random.integer(powers));
  const small = () => draw(random.integer(3));
  const column = Array.from({ length: rows }, anywhere);
  const kind = random.integer(7);
  if (kind === 0) return column;
  if (kind === 1) return column.map(small);
  if (kind === 2) return column.map(() => (random.integer(2) === 0 ? sign : 0n));
  // Numbers of one size, an odd number of last places apart: means of two and four of them are ties.
  const about = draw(1 + random.integer(powers - 1));
  const near = column.map(() => about + BigInt(random.integer(9)) - 4n);
  if (kind === 3) return near;
  // The same with something tiny, which decides the tie, or opposites that cancel but for it.
  near[random.integer(rows)] = random.integer(2) === 0 ? small() : anywhere();
  if (kind === 4) return near;
  for (let at = 0; at + 1 < rows; at += 2) near[at + 1] = (near[at] ?? 0n) ^ sign;
  if (kind === 5) return near;
  near[0] = small();
  return near;
}

function tensorOfBits(name: Name, bits: readonly bigint[]): Tensor {
  const { bytes } = layouts[name];
  const buffer = new ArrayBuffer(bits.length * bytes);
  const view = new DataView(buffer);
  for (const [at, word] of bits.entries()) {
    if (bytes === 8) view.setBigUint64(8 * at, word, true);
    else if (bytes === 4) view.setUint32(4 * at, Number(word), true);
    else view.setUint16(2 * at, Number(word), true);
  }
  const shape = [bits.length];
  if (name === 'f64') return { dtype: name, shape, data: new Float64Array(buffer) };
  if (name === 'f32') return { dtype: name, shape, data: new Float32Array(buffer) };
  return { dtype: name, shape, data: new Uint16Array(buffer) };
}

function bitsOf(hex: string, { bytes }: Layout): bigint[] {
  const data = Buffer.from(hex, 'hex');
  return Array.from({ length: data.length / bytes }, (_, at) =>
    [...data.subarray(at * bytes, (at + 1) * bytes)].reduceRight((word, byte) => (word << 8n) | BigInt(byte), 0n),
  );
}

/** An f64 weight as a whole number of 2^-1100. */
function wholeWeight(value: number): bigint {
  let [scaled, shift] = [value, 1100];
  for (; !Number.isInteger(scaled); shift--) scaled *= 2;
  return BigInt(scaled) << BigInt(shift);
}

const ELEMENTS = 120;
const names: readonly Name[] = ['f16', 'bf16', 'f32', 'f64'];

/** Cooks hard numbers of every type and compares every bit. */
async function hold(
  seed: number,
  rows: number,
  most: number,
  order: { readonly method: string; readonly parameters: object },
  weights: readonly bigint[],
  divisor: bigint,
): Promise<void> {
  const random = keyed(seed, 'hard numbers');
  const columns = new Map(
    names.map((name) => [name, Array.from({ length: ELEMENTS }, () => hardColumn(random, rows, layouts[name], most))]),
  );
  const ingredients: string[] = [];
  for (let row = 0; row < rows; row++) {
    const tensors = [...columns].map(([name, list]) => [
      name,
      tensorOfBits(
        name,
        list.map((column) => column[row] ?? 0n),
      ),
    ]);
    ingredients.push(await place.model(Object.fromEntries(tensors)));
  }
  const output = place.output();
  const { method, parameters } = order;
  await writeSoup(
    { method, parameters: { ...parameters }, ingredients, output },
    { workforce: place.threads, durable: false },
  );
  const found = await tensorsOf(output);
  for (const [name, list] of columns) {
    const layout = layouts[name];
    const expected = list.map((column) => expectedBits(column, weights, divisor, layout).toString(16));
    expect({ name, bits: bitsOf(found[name] ?? '', layout).map((word) => word.toString(16)) }).toEqual({
      name,
      bits: expected,
    });
  }
}

test('A uniform soup of the hardest numbers is the nearest to the true mean, ties to even, in every type', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(100_000), fc.integer({ min: 1, max: 7 }), async (seed, rows) => {
      await hold(seed, rows, 0, { method: 'uniform', parameters: {} }, Array(rows).fill(1n), BigInt(rows));
    }),
    { numRuns: 20 },
  );
});

test('So is a weighted soup of any coefficients, divided by their sum or not', async () => {
  const weight = fc.oneof(
    fc.constantFrom(0.5, 0.25, 1 / 3, 0.1, 0.7, 0.3, 1, 3, -1, -0.5, 2 ** -60, 1 + Number.EPSILON),
    fc.double({ min: -2, max: 2, noNaN: true }).filter((value) => Math.abs(value) > 2 ** -70),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.nat(100_000),
      fc.array(weight, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      async (seed, given, asGiven) => {
        const weights = given.map(wholeWeight);
        const sum = weights.reduce((total, one) => total + one, 0n);
        // Divided by next to nothing, most combinations leave their type, and are refused.
        fc.pre(asGiven || Math.abs(given.reduce((total, one) => total + one, 0)) > 0.01);
        const divisor = asGiven ? wholeWeight(1) : sum;
        await hold(
          seed,
          given.length,
          11,
          { method: 'weighted', parameters: { weights: given, asGiven } },
          weights,
          divisor,
        );
      },
    ),
    { numRuns: 20 },
  );
});
