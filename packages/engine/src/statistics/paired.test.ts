import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packBits } from '../evaluation/bitmap.js';
import { keyed } from '../random/random.js';
import { mcnemar } from './mcnemar.js';
import { newcombeDifference } from './newcombe.js';
import { allPairs, PairTally, toTheEnd } from './pair-tally.js';
import { comparePaired, pairedCounts } from './paired-comparison.js';
import type { PairedCounts } from './paired-counts.js';
import { pairedT } from './paired-t.js';

const counts = (both: number, onlyFirst: number, onlySecond: number, neither: number): PairedCounts => ({
  ...{ both, onlyFirst, onlySecond, neither },
});
const few = fc.integer({ min: 0, max: 60 });
const anyCounts = fc
  .tuple(few, few, few, few)
  .filter((cells) => cells.some((cell) => cell > 0))
  .map((cells) => counts(...cells));
const exchanged = ({ both, onlyFirst, onlySecond, neither }: PairedCounts) =>
  counts(both, onlySecond, onlyFirst, neither);

describe('two bitmaps of correctness', () => {
  test('are counted as one compares them example by example', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 70 }), (pairs) => {
        const found = pairedCounts(packBits(pairs.map(([a]) => a)), packBits(pairs.map(([, b]) => b)), pairs.length);
        expect(found).toEqual(
          counts(
            pairs.filter(([a, b]) => a && b).length,
            pairs.filter(([a, b]) => a && !b).length,
            pairs.filter(([a, b]) => !a && b).length,
            pairs.filter(([a, b]) => !a && !b).length,
          ),
        );
      }),
    );
  });

  test('of different benchmarks are refused', () => {
    expect(() => pairedCounts(new Uint8Array(2), new Uint8Array(1), 9)).toThrow(/compare models on one benchmark/);
    expect(() => pairedCounts(Uint8Array.of(0b1000), Uint8Array.of(0), 3)).toThrow(/bits beyond its 3 examples/);
    expect(() => pairedCounts(new Uint8Array(), new Uint8Array(), 0)).toThrow(RangeError);
  });
});

describe("McNemar's test", () => {
  test('gives the p-values of published examples', () => {
    // Fagerland, Lydersen and Laake 2013, table 1: airway hyper-responsiveness before and after transplantation.
    expect(mcnemar(counts(1, 1, 7, 12))).toBeCloseTo(0.0703, 4);
    expect(mcnemar(counts(1, 1, 7, 12), { midP: true })).toBeCloseTo(0.0391, 4);
    // Armitage and Berry 1994, page 127: two media for cultures.
    expect(mcnemar(counts(20, 12, 2, 16))).toBeCloseTo(0.0129, 4);
  });

  test('is the sum of the probabilities that are no larger than the observed one', () => {
    fc.assert(
      fc.property(few, few, (b, c) => {
        const pascal = [1];
        for (let row = 1; row <= b + c; row++) {
          for (let k = row; k > 0; k--) pascal[k] = (pascal[k] ?? 0) + (pascal[k - 1] ?? 0);
        }
        const observed = pascal[b] ?? 0;
        const extreme = pascal.filter((ways) => ways <= observed).reduce((sum, ways) => sum + ways, 0);
        expect(mcnemar(counts(5, b, c, 5))).toBeCloseTo(extreme / 2 ** (b + c), 10);
      }),
    );
  });

  test('does not care which model is first nor what both answer alike, and the mid-p is never larger', () => {
    fc.assert(
      fc.property(anyCounts, few, (any, more) => {
        const p = mcnemar(any);
        expect(mcnemar(exchanged(any))).toBe(p);
        expect(mcnemar({ ...any, both: any.both + more })).toBe(p);
        expect(mcnemar(any, { midP: true })).toBeLessThanOrEqual(p);
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
    expect(mcnemar(counts(3, 0, 0, 4))).toBe(1);
  });
});

describe("Newcombe's interval", () => {
  test('is that of the published example', () => {
    // The same table 1: a difference of 2/21 − 8/21, method 10 gives −0.507 … −0.026.
    const { difference, low, high } = newcombeDifference(counts(1, 1, 7, 12));
    expect(difference).toBeCloseTo(-6 / 21, 12);
    expect(low).toBeCloseTo(-0.507, 3);
    expect(high).toBeCloseTo(-0.026, 3);
  });

  test('holds the difference, is mirrored by exchanging the models, and narrows with n', () => {
    fc.assert(
      fc.property(anyCounts, (any) => {
        const { difference, low, high } = newcombeDifference(any);
        expect(low).toBeLessThanOrEqual(difference + 1e-12);
        expect(high).toBeGreaterThanOrEqual(difference - 1e-12);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        const mirror = newcombeDifference(exchanged(any));
        expect(mirror.low).toBeCloseTo(-high, 12);
        const tenfold = newcombeDifference(
          counts(any.both * 10, any.onlyFirst * 10, any.onlySecond * 10, any.neither * 10),
        );
        expect(tenfold.high - tenfold.low).toBeLessThan(high - low);
      }),
    );
  });
});

describe('a comparison of two models', () => {
  test('a story: 240 against 236 of 300, apart on 16 of them', () => {
    const rightOn = (from: number, to: number) => packBits(Array.from({ length: 300 }, (_, i) => i >= from && i < to));
    const found = comparePaired(rightOn(0, 240), rightOn(10, 246), { n: 300, versions: 1 });
    expect(found).toMatchObject({ test: 'mcnemar', counts: counts(230, 10, 6, 54), difference: 4 / 300 });
    // 2 · P(X ≤ 6) of 16 coins: 2 · (1 + 16 + 120 + 560 + 1820 + 4368 + 8008) / 65536.
    expect(found.p).toBeCloseTo((2 * 14893) / 65536, 12);
    expect(found.low < 0 && found.high > 0).toBe(true);
  });

  test('over versions of an image is the t-test of its shares, worked by hand', () => {
    // Three images in two versions, version by version. Shares 1, ½, ½ against 0, ½, 0: differences 1, 0, ½.
    const found = comparePaired(packBits([1, 1, 0, 1, 0, 1]), packBits([0, 1, 0, 0, 0, 0]), { n: 3, versions: 2 });
    expect(found).toMatchObject({ test: 'paired-t', difference: 0.5, counts: counts(1, 3, 0, 2) });
    // Standard deviation ½, t = ½ / (½/√3) = √3 with 2 degrees of freedom: P(|T| > √3) = 1 − √3/√(2 + 3).
    expect(found.p).toBeCloseTo(1 - Math.sqrt(3 / 5), 12);
    expect(found.high).toBe(1);
  });

  test('of one image, or of differences that are all equal, claims no more than it knows', () => {
    expect(comparePaired(Uint8Array.of(0b11), Uint8Array.of(0), { n: 1, versions: 2 })).toMatchObject({
      difference: 1,
      low: -1,
      high: 1,
      p: 1,
    });
    // Of 100 images none differs: up to 3 in 100 may all the same (the rule of three), for the better or the worse.
    const grid = packBits(Array.from({ length: 200 }, (_, at) => at % 3 === 0));
    const { difference, low, high } = comparePaired(grid, grid, { n: 100, versions: 2 });
    expect([difference, low, high]).toEqual([0, -high, 1 - 0.05 ** 0.01]);
    expect(high).toBeGreaterThan(0.029);
    expect(pairedT([0.5, 0.5, 0.5])).toEqual({ difference: 0.5, low: 0.5, high: 0.5, p: 1 / 4 });
    expect(pairedT([0, 0])).toMatchObject({ difference: 0, p: 1 });
    expect(() => pairedT([1])).toThrow(/at least 2/);
  });
});

test('of many models whose bitmaps come in parts are those of each two whole ones', () => {
  const versions = fc.constantFrom(1, 2, 7, 300);
  const parts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 45 }), versions, parts, fc.nat(), (n, versions, lengths, seed) => {
      const shape = { n, versions };
      const bitmaps = [0, 1, 2, 3].map((model) =>
        packBits(Array.from({ length: n * versions }, (_, at) => keyed(seed, model, at).uniform() < 0.2 * (model + 1))),
      );
      const tally = new PairTally(4, allPairs(4), shape, { counts: true, test: true });
      const bytes = Math.ceil((n * versions) / 8);
      for (let [from, turn] = [0, 0]; from < bytes; turn++) {
        const length = 4 * (lengths[turn % lengths.length] ?? 1);
        toTheEnd(tally.add(bitmaps.map((bits) => bits.subarray(from, from + length))));
        from += length;
      }
      toTheEnd(tally.finish());
      for (const [place, [i, j]] of allPairs(4).entries()) {
        const [first = new Uint8Array(), second = new Uint8Array()] = [bitmaps[i], bitmaps[j]];
        expect(tally.comparison(place)).toEqual(comparePaired(first, second, shape));
        if (versions === 1) continue;
        // The same test of the differences of the images' shares, made one by one.
        const share = (bits: Uint8Array, image: number) =>
          Array.from(
            { length: versions },
            (_, version) => ((bits[(version * n + image) >> 3] ?? 0) >> ((version * n + image) & 7)) & 1,
          ).reduce((sum, bit) => sum + bit, 0) / versions;
        const alone = pairedT(Array.from({ length: n }, (_, image) => share(first, image) - share(second, image)));
        const { difference, p } = tally.comparison(place);
        expect(difference).toBeCloseTo(alone.difference, 12);
        if (alone.low < alone.high - 1e-9) expect(p).toBeCloseTo(alone.p, 9);
      }
    }),
    { numRuns: 40 },
  );
  const tally = new PairTally(2, [[0, 1]], { n: 40, versions: 1 }, { counts: true, test: false });
  toTheEnd(tally.add([new Uint8Array(4), new Uint8Array(4)]));
  expect(() => toTheEnd(tally.finish())).toThrow(/40 examples, 5 bytes/);
  expect(() => toTheEnd(tally.add([new Uint8Array(1), new Uint8Array(2)]))).toThrow(RangeError);
});
