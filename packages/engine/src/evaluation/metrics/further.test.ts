import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyed } from '../../random/random.js';
import { anyPredictions, reordered } from '../predictions.fixture.js';
import { predictions } from '../predictions.js';
import { furtherMetrics } from './further.js';
import { metrics } from './index.js';

const { top5, adaptiveEce } = furtherMetrics;

describe('top-5', () => {
  test('counts the label among the five largest, lower classes first where logits are equal', () => {
    const logits = Float32Array.of(6, 5, 4, 3, 2, 1, /* all equal */ 0, 0, 0, 0, 0, 0);
    expect(top5.compute(predictions(logits, Uint8Array.of(4, 4), 6))).toBe(1);
    expect(top5.compute(predictions(logits, Uint8Array.of(5, 5), 6))).toBe(0);
  });

  test('is at least top-1, and 1 where there are five classes or fewer', () => {
    fc.assert(
      fc.property(anyPredictions({ classes: 9 }), (any) => {
        const value = top5.compute(any);
        expect(value).toBeGreaterThanOrEqual(metrics.top1.compute(any));
        expect(value).toBeLessThanOrEqual(1);
        if (any.classes <= 5) expect(value).toBe(1);
      }),
    );
  });
});

describe('adaptive ECE', () => {
  test('is 0 for a calibrated model and 1 for a sure one that is always wrong', () => {
    const calibrated = Float32Array.from(Array(10).fill([0.8, 0.2]).flat(), Math.log);
    expect(adaptiveEce.compute(predictions(calibrated, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1), 2))).toBeCloseTo(
      0,
      6,
    );
    expect(adaptiveEce.compute(predictions(Float32Array.of(500, 0, 500, 0), Uint8Array.of(1, 1), 2))).toBe(1);
  });

  test('does not depend on the order of the examples, and lies in 0 … 1', () => {
    fc.assert(
      fc.property(anyPredictions(), fc.integer(), (any, seed) => {
        const value = adaptiveEce.compute(any);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        const shuffled = reordered(any, keyed(seed).permutation(any.n));
        expect(adaptiveEce.compute(shuffled)).toBeCloseTo(value, 12);
      }),
    );
  });

  test('is never below the gap between mean accuracy and mean confidence', () => {
    fc.assert(
      fc.property(anyPredictions(), (any) => {
        const confidence = Array.from({ length: any.n }, (_, row) => {
          const z = [...any.logits.subarray(row * any.classes, (row + 1) * any.classes)];
          return 1 / z.reduce((sum, value) => sum + Math.exp(value - Math.max(...z)), 0);
        });
        const gap = metrics.top1.compute(any) - confidence.reduce((sum, value) => sum + value, 0) / any.n;
        expect(adaptiveEce.compute(any)).toBeGreaterThanOrEqual(Math.abs(gap) - 1e-12);
      }),
    );
  });
});
