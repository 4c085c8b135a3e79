import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyPredictions } from '../predictions.fixture.js';
import { predictions } from '../predictions.js';
import { detection } from './out-of-distribution.js';
import { familiarityScores } from './scores.js';

const scores = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 40 });

describe('out-of-distribution detection', () => {
  test('the AUROC is the chance that a known example scores higher, counted pair by pair', () => {
    fc.assert(
      fc.property(scores, scores, (known, other) => {
        const won = known.flatMap((a) => other.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0)));
        const { auroc } = detection(known, other);
        expect(auroc).toBeCloseTo(won.reduce((sum, value) => sum + value, 0) / won.length, 12);
        expect(detection(other, known).auroc).toBeCloseTo(1 - auroc, 12);
      }),
    );
  });

  test('the false positives are counted at a threshold that keeps 95 % of the known, and no higher one does', () => {
    fc.assert(
      fc.property(scores, scores, (known, other) => {
        const thresholds = [...new Set(known)].filter(
          (t) => known.filter((score) => score >= t).length >= 0.95 * known.length,
        );
        const expected = other.filter((score) => score >= Math.max(...thresholds)).length / other.length;
        expect(detection(known, other).fpr95).toBe(expected);
      }),
    );
  });

  test('separated scores are told apart, equal ones not at all', () => {
    expect(detection([3, 4], [1, 2])).toEqual({ nKnown: 2, nOther: 2, auroc: 1, fpr95: 0 });
    expect(detection([1, 1], [1])).toMatchObject({ auroc: 0.5, fpr95: 1 });
    expect(() => detection([], [1])).toThrow(/one side is empty/);
    expect(() => detection([1], [Number.NaN])).toThrow('Score 1 is not a number.');
  });

  test('max softmax forgets the height of the logits, energy is log Σ exp and does not', () => {
    const two = predictions(Float32Array.of(1, 2, 11, 12), Uint8Array.of(0, 0), 2);
    const [low = 0, high = 0] = familiarityScores['max-softmax'].compute(two);
    expect(low).toBe(high);
    const energy = familiarityScores.energy.compute(two);
    expect(energy[0]).toBeCloseTo(Math.log(Math.E + Math.E ** 2), 12);
    expect((energy[1] ?? 0) - (energy[0] ?? 0)).toBeCloseTo(10, 12);
    fc.assert(
      fc.property(anyPredictions(), (any) => {
        for (const value of familiarityScores['max-softmax'].compute(any)) {
          expect(value).toBeGreaterThanOrEqual(1 / any.classes - 1e-12);
          expect(value).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
