import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyed } from '../../random/random.js';
import { metrics } from '../metrics/index.js';
import { anyPredictions } from '../predictions.fixture.js';
import { predictions } from '../predictions.js';
import { fitTemperature, scaled, TEMPERATURES, temperatureScaling } from './temperature.js';

/** Labels drawn from softmax(z), and logits `sharpness`·z: perfectly calibrated at that temperature. */
function drawn(n: number, sharpness: number, seed: number) {
  const logits = new Float32Array(n * 4);
  const labels = Uint8Array.from({ length: n }, (_, row) => {
    const random = keyed(seed, row);
    const z = Array.from({ length: 4 }, () => 1.5 * random.normal());
    const mass = z.reduce((sum, value) => sum + Math.exp(value), 0);
    logits.set(
      z.map((value) => sharpness * value),
      row * 4,
    );
    let left = random.uniform() * mass;
    return Math.max(
      0,
      z.findIndex((value) => {
        left -= Math.exp(value);
        return left < 0;
      }),
    );
  });
  return predictions(logits, labels, 4);
}

describe('temperature scaling', () => {
  test('finds the sharpness of a model that is too sure, and calibrates it on examples that it did not see', () => {
    const { temperature, bound, nll, ece, nSelection, nReport } = temperatureScaling(
      drawn(4000, 3, 1),
      drawn(3000, 3, 2),
    );
    expect(temperature).toBeGreaterThan(2.7);
    expect(temperature).toBeLessThan(3.3);
    expect([bound, nSelection, nReport]).toEqual([null, 4000, 3000]);
    expect(nll.after).toBeLessThan(nll.before);
    expect(ece.before).toBeGreaterThan(0.1);
    expect(ece.after).toBeLessThan(0.03);
  });

  test('no other temperature has a lower NLL on the selection split, and no class changes', () => {
    fc.assert(
      fc.property(anyPredictions(), fc.double({ min: 0.02, max: 90, noNaN: true }), (any, other) => {
        const { temperature } = fitTemperature(any);
        const fitted = scaled(any, temperature);
        expect(metrics.nll.compute(fitted)).toBeLessThanOrEqual(metrics.nll.compute(scaled(any, other)) + 1e-12);
        expect(metrics.nll.compute(fitted)).toBeLessThanOrEqual(metrics.nll.compute(any) + 1e-12);
        expect(metrics.top1.compute(fitted)).toBe(metrics.top1.compute(any));
      }),
    );
  });

  test('scaling the logits scales the temperature', () => {
    const one = drawn(300, 1, 3);
    const twice = predictions(
      Float32Array.from(one.logits, (logit) => 2 * logit),
      one.labels,
      4,
    );
    expect(fitTemperature(twice).temperature).toBeCloseTo(2 * fitTemperature(one).temperature, 9);
  });

  test('says so where the NLL has no minimum: all right, or worse than no answer', () => {
    const right = predictions(Float32Array.of(1, 0, 0, 1), Uint8Array.of(0, 1), 2);
    expect(fitTemperature(right)).toEqual({ temperature: TEMPERATURES.low, bound: 'low' });
    const wrong = predictions(Float32Array.of(1, 0, 0, 1), Uint8Array.of(1, 0), 2);
    expect(fitTemperature(wrong)).toEqual({ temperature: TEMPERATURES.high, bound: 'high' });
  });
});
