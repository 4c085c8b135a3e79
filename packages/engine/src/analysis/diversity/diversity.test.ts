import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packBits } from '../../evaluation/bitmap.js';
import { predictions } from '../../evaluation/predictions.js';
import { keyed } from '../../random/index.js';
import { averageLogits } from '../../soups/logit-ensemble.js';
import { scoreOf } from '../mixtures/score.js';
import { linearCka } from './cka.js';
import { cohenKappa } from './cohen-kappa.js';
import { ensembleGain } from './ensemble-gain.js';
import { MinibatchCka } from './minibatch-cka.js';
import { pairDiversity } from './pair-diversity.js';
import { poolDiversity } from './pool-diversity.js';
import { predictedGain, spreadAtStock } from './predicted-gain.js';

const normals = (seed: number, length: number) => {
  const random = keyed(seed, 'diversity');
  return Float64Array.from({ length }, () => random.normal());
};

describe('two models that err', () => {
  test('a story: of 10 examples both get 4, each gets 2 that the other does not, 2 nobody gets', () => {
    expect(pairDiversity({ both: 4, onlyFirst: 2, onlySecond: 2, neither: 2 })).toEqual({
      disagreement: 0.4,
      errorCorrelation: expect.closeTo((4 * 2 - 2 * 2) / (6 * 4), 14),
      doubleFault: 0.2,
      q: (8 - 4) / (8 + 4),
      kappa: (2 * 4) / (6 * 4 + 6 * 4),
      headroom: 0.2,
    });
  });

  test('alike they have φ = κ = 1; with independent errors φ = Q = κ = 0; opposite ones −1', () => {
    expect(pairDiversity({ both: 7, onlyFirst: 0, onlySecond: 0, neither: 3 })).toMatchObject({
      disagreement: 0,
      errorCorrelation: expect.closeTo(1, 14),
      q: 1,
      kappa: 1,
    });
    expect(pairDiversity({ both: 6, onlyFirst: 3, onlySecond: 2, neither: 1 })).toMatchObject({
      errorCorrelation: 0,
      q: 0,
      kappa: 0,
    });
    expect(pairDiversity({ both: 0, onlyFirst: 5, onlySecond: 5, neither: 0 })).toMatchObject({
      errorCorrelation: -1,
      q: -1,
      kappa: -1,
      headroom: 0.5,
    });
  });

  test('of which one is never wrong, nothing can be said where there is nothing to divide by', () => {
    const pair = pairDiversity({ both: 8, onlyFirst: 2, onlySecond: 0, neither: 0 });
    expect(pair).toMatchObject({ errorCorrelation: null, q: null, disagreement: 0.2, kappa: 0 });
    expect(() => pairDiversity({ both: 0, onlyFirst: 0, onlySecond: 0, neither: 0 })).toThrow(/no counts/);
  });

  test('exchanged they have the same diversity; headroom is what an oracle gains on their mean', () => {
    const counts = fc.nat({ max: 50 });
    fc.assert(
      fc.property(counts, counts, counts, fc.integer({ min: 1, max: 50 }), (both, onlyFirst, onlySecond, neither) => {
        const pair = pairDiversity({ both, onlyFirst, onlySecond, neither });
        expect(pairDiversity({ both, onlyFirst: onlySecond, onlySecond: onlyFirst, neither }).q).toBe(pair.q);
        const n = both + onlyFirst + onlySecond + neither;
        const meanError = 1 - (2 * both + onlyFirst + onlySecond) / (2 * n);
        expect(pair.headroom).toBeCloseTo(meanError - pair.doubleFault, 12);
        for (const value of [pair.errorCorrelation, pair.q, pair.kappa]) {
          if (value !== null) expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });
});

test('of a pool: bitmaps in, a symmetric table and means over different pairs out', () => {
  const bitmaps = [
    [1, 1, 0, 0],
    [1, 0, 1, 0],
    [1, 1, 1, 1],
  ].map((right) => packBits(right));
  const { pairs, mean } = poolDiversity(bitmaps, 4);
  expect(pairs[0]?.[1]).toBe(pairs[1]?.[0]);
  expect(pairs[0]?.[1]).toMatchObject({ disagreement: 0.5, doubleFault: 0.25, errorCorrelation: 0 });
  expect(mean.disagreement).toBe(0.5);
  // With the third, never wrong, no correlation is defined: the mean is over the one pair that has it.
  expect(mean.errorCorrelation).toBe(0);
  expect(poolDiversity(bitmaps.slice(0, 1), 4).mean.q).toBeNull();
  expect(() => poolDiversity(bitmaps, 40)).toThrow(/40 examples/);
});

test('Cohen’s κ: 1 for equal answers, 0 for what chance would give, null where there is one class only', () => {
  expect(cohenKappa([0, 1, 2, 1], [0, 1, 2, 1], 3)).toEqual({ disagreement: 0, kappa: 1 });
  expect(cohenKappa([0, 0, 1, 1], [0, 1, 0, 1], 2)).toEqual({ disagreement: 0.5, kappa: 0 });
  expect(cohenKappa([1, 1], [1, 1], 2)).toEqual({ disagreement: 0, kappa: null });
  expect(() => cohenKappa([0, 3], [0, 1], 3)).toThrow(/Example 1 is answered with classes 3 and 1 of 3/);
  expect(() => cohenKappa([0], [0, 1], 3)).toThrow(/1 answers were compared with 2/);
});

describe('CKA', () => {
  /** A rotation in the plane of the first two of three columns, after a scale, and a shift. */
  const moved = (rows: Float64Array) =>
    Float64Array.from(rows, (_, at) => {
      const [x = 0, y = 0, z = 0] = rows.slice(at - (at % 3), at - (at % 3) + 3);
      return 4 * ([0.6 * x - 0.8 * y, 0.8 * x + 0.6 * y, z][at % 3] ?? 0) + (at % 3) * 7;
    });

  test('does not see rotations, one scale and shifts, whole or in batches, and is symmetric', () => {
    const x = normals(1, 60);
    const [left, right] = [
      { rows: x, width: 3 },
      { rows: moved(x), width: 3 },
    ];
    const other = { rows: normals(2, 100), width: 5 };
    expect(linearCka(left, right)).toBeCloseTo(1, 12);
    expect(linearCka(left, other)).toBeCloseTo(linearCka(right, other) ?? 0, 12);
    expect(linearCka(left, other)).toBeCloseTo(linearCka(other, left) ?? 0, 12);
    const cka = (a: typeof left, b: typeof left) => {
      const batches = new MinibatchCka(2);
      for (let start = 0; start < 20; start += 5) {
        batches.add([a, b].map(({ rows, width }) => ({ rows: rows.slice(start * width, (start + 5) * width), width })));
      }
      return batches.between(0, 1) ?? Number.NaN;
    };
    expect(cka(left, right)).toBeCloseTo(1, 12);
    expect(cka(left, other)).toBeCloseTo(cka(right, other), 12);
  });

  test('of unrelated features the biased one is far from 0 where examples are few, the unbiased one is not', () => {
    const batches = new MinibatchCka(2);
    let biased = 0;
    for (let batch = 0; batch < 60; batch++) {
      const [left, right] = [normals(2 * batch, 16 * 12), normals(2 * batch + 1, 16 * 12)];
      batches.add([
        { rows: left, width: 12 },
        { rows: right, width: 12 },
      ]);
      biased += (linearCka({ rows: left, width: 12 }, { rows: right, width: 12 }) ?? 0) / 60;
    }
    expect(biased).toBeGreaterThan(0.3);
    expect(Math.abs(batches.between(0, 1) ?? 1)).toBeLessThan(0.06);
  });

  test('of what does not vary is nothing; of other examples is refused', () => {
    const [still, x] = [
      { rows: new Float64Array(20).fill(3), width: 2 },
      { rows: normals(3, 20), width: 2 },
    ];
    expect(linearCka(still, x)).toBeNull();
    expect(new MinibatchCka(2).between(0, 1)).toBeNull();
    expect(() => linearCka(x, { rows: normals(1, 30), width: 2 })).toThrow(/10 and 15 examples/);
    expect(() =>
      new MinibatchCka(2).add([
        { rows: x.rows.slice(0, 6), width: 2 },
        { rows: x.rows.slice(0, 6), width: 2 },
      ]),
    ).toThrow(/3 and 3 examples/);
    expect(() => new MinibatchCka(3).add([x, x])).toThrow(/Features of 2 models came for 3/);
  });
});

describe('the predicted gain', () => {
  test('in likelihood is, without a label, what the logit ensemble really gains', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer(), (members, seed) => {
        const random = keyed(seed, 'logits');
        const logits = Array.from({ length: members }, () =>
          Float32Array.from({ length: 7 * 4 }, () => 3 * random.normal()),
        );
        const labels = Uint8Array.from({ length: 7 }, () => random.integer(4));
        const lossOf = (answers: Float32Array) => scoreOf(predictions(answers, labels, 4)).loss;
        const mean = logits.reduce((sum, one) => sum + lossOf(one), 0) / members;
        const gain = ensembleGain(logits, 4);
        expect(gain).toBeGreaterThanOrEqual(0);
        expect(gain).toBeCloseTo(mean - lossOf(averageLogits(logits)), 5);
      }),
      { numRuns: 40 },
    );
  });

  test('by the angle: sin²(φ/2) for two of equal length, (k−1)/k for k at right angles, 0 for equal ones', () => {
    for (const phi of [0, 0.3, Math.PI / 2, 2, Math.PI]) {
      const product = 9 * Math.cos(phi);
      expect(
        spreadAtStock([
          [9, product],
          [product, 9],
        ]),
      ).toBeCloseTo(Math.sin(phi / 2) ** 2, 12);
    }
    expect(
      spreadAtStock([
        [4, 0, 0],
        [0, 4, 0],
        [0, 0, 4],
      ]),
    ).toBeCloseTo(2 / 3, 12);
    expect(
      spreadAtStock([
        [0, 0],
        [0, 0],
      ]),
    ).toBeNull();
  });

  test('by the angle is exact where the loss is one parabola in all directions', () => {
    const models = [normals(1, 8), normals(2, 8), normals(3, 8)];
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
    const products = models.map((a) => models.map((b) => dot(a, b)));
    const lowest = normals(4, 8);
    const loss = (model: Float64Array) =>
      1.7 *
      dot(
        model.map((v, i) => v - (lowest[i] ?? 0)),
        model.map((v, i) => v - (lowest[i] ?? 0)),
      );
    const soup = normals(1, 8).map((_, i) => models.reduce((sum, model) => sum + (model[i] ?? 0) / 3, 0));
    const gain = models.reduce((sum, model) => sum + loss(model) / 3, 0) - loss(soup);
    const meanSquare = models.reduce((sum, model) => sum + dot(model, model) / 3, 0);
    expect((spreadAtStock(products) ?? 0) * 1.7 * meanSquare).toBeCloseTo(gain, 10);
  });

  test('needs logits and geometry of the same models, of the same examples', () => {
    expect(
      predictedGain(
        [
          [1, 0],
          [0, 1],
        ],
        2,
        [
          [1, 0],
          [0, 1],
        ],
      ),
    ).toEqual({
      logLikelihood: expect.closeTo(Math.log(Math.exp(1) + 1) - (0.5 + Math.LN2), 12),
      spread: 0.5,
    });
    expect(() =>
      predictedGain([[1, 0]], 2, [
        [1, 0],
        [0, 1],
      ]),
    ).toThrow(/Logits of 1 models/);
    expect(() => ensembleGain([[1, 0], [1]], 2)).toThrow(/answered 2, 1 logits/);
  });
});
