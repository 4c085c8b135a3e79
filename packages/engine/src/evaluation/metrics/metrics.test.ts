import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Predictions, predictedClass, predictions, softmax } from '../predictions.js';
import { confidenceBin } from './ece.js';
import { metrics } from './index.js';

const { top1, nll, brier, ece } = metrics;

/** Predictions whose softmax is the given rows of probabilities. */
const saying = (rows: readonly (readonly number[])[], labels: readonly number[]): Predictions =>
  predictions(Float32Array.from(rows.flat(), Math.log), Uint8Array.from(labels), rows[0]?.length ?? 0);

const logit = fc.float({ min: -80, max: 80, noNaN: true });
const anyPredictions = fc.integer({ min: 1, max: 6 }).chain((classes) =>
  fc
    .array(
      fc.tuple(fc.array(logit, { minLength: classes, maxLength: classes }), fc.integer({ min: 0, max: classes - 1 })),
      {
        minLength: 1,
        maxLength: 40,
      },
    )
    .map((rows) =>
      predictions(
        Float32Array.from(rows.flatMap(([row]) => row)),
        Uint8Array.from(rows.map(([, label]) => label)),
        classes,
      ),
    ),
);

/**
 * Metrics once more, as their textbook sentences, without care for order. The softmax is shifted by the largest logit, not
 * for its range but because ECE jumps where a confidence crosses the edge of a bin: the unshifted quotient rounds otherwise
 * there, and both roundings are as good (see "rounding decides" below).
 */
function byTheBook({ n, classes, logits, labels }: Predictions) {
  const rows = Array.from({ length: n }, (_, row) => {
    const z = Array.from(logits.subarray(row * classes, (row + 1) * classes));
    const exponentials = z.map((value) => Math.exp(value - Math.max(...z)));
    const sum = exponentials.reduce((total, value) => total + value, 0);
    return { p: exponentials.map((e) => e / sum), chosen: z.indexOf(Math.max(...z)), label: labels[row] ?? 0 };
  });
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const bins = Array.from({ length: 15 }, (_, bin) =>
    rows.filter(({ p }) => Math.max(...p) > bin / 15 && Math.max(...p) <= (bin + 1) / 15),
  );
  const isRight = ({ chosen, label }: { chosen: number; label: number }) => (chosen === label ? 1 : 0);
  return {
    nll: mean(rows.map(({ p, label }) => -Math.log(p[label] ?? 0))),
    brier: mean(rows.map(({ p, label }) => p.reduce((sum, q, k) => sum + (q - (k === label ? 1 : 0)) ** 2, 0))),
    ece: bins
      .filter((bin) => bin.length > 0)
      .map((bin) => (bin.length / n) * Math.abs(mean(bin.map(isRight)) - mean(bin.map(({ p }) => Math.max(...p)))))
      .reduce((a, b) => a + b, 0),
  };
}

describe('metrics', () => {
  test('a worked example of three', () => {
    const three = saying(
      [
        [0.7, 0.2, 0.1],
        [0.1, 0.8, 0.1],
        [0.5, 0.3, 0.2],
      ],
      [0, 2, 0],
    );
    expect(top1.compute(three)).toBe(2 / 3);
    expect(nll.compute(three)).toBeCloseTo(-(Math.log(0.7) + Math.log(0.1) + Math.log(0.5)) / 3, 6);
    expect(brier.compute(three)).toBeCloseTo((0.09 + 0.04 + 0.01 + (0.01 + 0.64 + 0.81) + (0.25 + 0.09 + 0.04)) / 3, 6);
    // Three bins of one example each: |1 − 0.7|, |0 − 0.8|, |1 − 0.5|, each with weight 1/3.
    expect(ece.compute(three)).toBeCloseTo((0.3 + 0.8 + 0.5) / 3, 6);
  });

  test('agree with their textbook sentences on any predictions', () => {
    fc.assert(
      fc.property(anyPredictions, (any) => {
        const expected = byTheBook(any);
        expect(brier.compute(any)).toBeCloseTo(expected.brier, 9);
        expect(ece.compute(any)).toBeCloseTo(expected.ece, 9);
        if (Number.isFinite(expected.nll)) expect(nll.compute(any)).toBeCloseTo(expected.nll, 9);
      }),
    );
  });

  test('stay in their ranges', () => {
    fc.assert(
      fc.property(anyPredictions, (any) => {
        for (const { compute } of [top1, ece]) {
          expect(compute(any)).toBeGreaterThanOrEqual(0);
          expect(compute(any)).toBeLessThanOrEqual(1);
        }
        expect(brier.compute(any)).toBeLessThanOrEqual(2);
        expect(nll.compute(any)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('do not overflow where a naive softmax would', () => {
    const extreme = predictions(Float32Array.of(1e30, -1e30, -1e30, 1e30), Uint8Array.of(0, 0), 2);
    expect(nll.compute(extreme)).toBe(Math.fround(1e30));
    expect(brier.compute(extreme)).toBe(1);
    expect(ece.compute(extreme)).toBe(0.5);
  });

  test('top-1 takes the lowest class of equal ones', () => {
    expect(top1.compute(predictions(Float32Array.of(1, 1, 1, 1), Uint8Array.of(0, 1), 2))).toBe(0.5);
  });

  test('indifference costs log(classes), and a sure right answer nothing', () => {
    expect(nll.compute(saying([[0.25, 0.25, 0.25, 0.25]], [2]))).toBeCloseTo(Math.log(4), 12);
    expect(nll.compute(predictions(Float32Array.of(1000, 0), Uint8Array.of(0), 2))).toBe(0);
  });
});

describe('expected calibration error', () => {
  test('is 0 for a perfectly calibrated model and 1 for a sure one that is always wrong', () => {
    // Of ten examples said to be right with 0.8, eight are.
    const calibrated = saying(Array(10).fill([0.8, 0.2]), [0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
    expect(ece.compute(calibrated)).toBeCloseTo(0, 6);
    const wrong = predictions(Float32Array.of(500, 0, 500, 0), Uint8Array.of(1, 1), 2);
    expect(ece.compute(wrong)).toBe(1);
  });

  test('has bins (lo, hi]: an edge belongs to the bin below it, and 1 to the last', () => {
    for (let edge = 1; edge <= 15; edge++) expect(confidenceBin(edge / 15)).toBe(edge - 1);
    expect(confidenceBin(1 / 15 + 1e-15)).toBe(1);
    expect(confidenceBin(1e-12)).toBe(0);
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), (confidence) => {
        const bin = confidenceBin(confidence);
        return confidence > bin / 15 && confidence <= (bin + 1) / 15;
      }),
    );
  });
});

describe('a confidence on the edge of a bin', () => {
  const confidence = (logits: readonly number[]) => {
    const one = predictions(Float32Array.from(logits), Uint8Array.of(0), logits.length);
    const probabilities = new Float64Array(logits.length);
    softmax(one, 0, probabilities);
    return probabilities[predictedClass(one, 0)] ?? Number.NaN;
  };

  test('of k equal logits is exactly 1/k, whatever they are, and lies in the bin below', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 3, 5, 15), logit, (k, height) => {
        expect(confidence(Array(k).fill(height))).toBe(1 / k);
        expect(confidenceBin(1 / k)).toBe(15 / k - 1);
      }),
    );
  });

  test('is only reached by equal logits: elsewhere within 2 roundings of an edge rounding decides', () => {
    // exp(z) is irrational for rational z ≠ 0 (Lindemann–Weierstrass), so the true confidence of unequal logits is no edge.
    // Here it is 1/3 + 2.5e-17, just above the edge, and f64 has no number between 1/3 and 1/3 + 5.6e-17.
    const nearThird = confidence([0, 2 ** -53, 0]);
    expect(Math.abs(nearThird - (1 / 3 + 2.5e-17))).toBeLessThanOrEqual(2 ** -54);
    fc.assert(
      fc.property(fc.array(logit, { minLength: 2, maxLength: 6 }), (z) => {
        const naive = Math.max(...z.map(Math.exp)) / z.reduce((total, value) => total + Math.exp(value), 0);
        expect(Math.abs(confidence(z) - naive)).toBeLessThanOrEqual(1e-15 * naive);
      }),
    );
  });
});

describe('predictions', () => {
  test('that are no numbers, or not of these classes, are refused with the example', () => {
    expect(() => predictions(Float32Array.of(1, 2, Number.NaN, 0), Uint8Array.of(0, 1), 2)).toThrow(
      'The model answers example 1 with NaN for class 0.',
    );
    expect(() => predictions(Float32Array.of(1, 2), Uint8Array.of(2), 2)).toThrow(/Example 0 has the label 2/);
    expect(() => predictions(Float32Array.of(1, 2, 3), Uint8Array.of(0), 2)).toThrow(/3 logits do not make 1 examples/);
    expect(() => predictions(new Float32Array(), new Uint8Array(), 2)).toThrow(/0 logits/);
  });
});
