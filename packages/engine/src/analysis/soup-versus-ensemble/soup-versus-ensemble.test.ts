import { describe, expect, test } from 'vitest';
import type { Predictions } from '../../evaluation/predictions.js';
import { keyed } from '../../random/index.js';
import { type AnswersAt, soupVersusEnsemble } from './approximation.js';
import { logitVariance } from './logit-variance.js';

const N = 40;
const CLASSES = 3;
const random = keyed(5, 'soup versus ensemble');
const inputs = Array.from({ length: N }, () => [random.normal(), random.normal(), 1]);
/** Two weight matrices [classes, 3], the second a little away from the first. */
const weights = (far: number) => {
  const draw = keyed(6, 'weights');
  const from = Array.from({ length: CLASSES * 3 }, () => draw.normal());
  return [from, from.map((weight) => weight + far * draw.normal())];
};
const mixed = (far: number, alpha: number) => {
  const [from = [], to = []] = weights(far);
  return from.map((weight, i) => (1 - alpha) * weight + alpha * (to[i] ?? 0));
};
const dot = (row: number, weight: readonly number[], input: readonly number[]) =>
  input.reduce((sum, x, i) => sum + x * (weight[3 * row + i] ?? 0), 0);

/** Drawn from the softmax of the models' midpoint, so that they are right as often as they are sure. */
const labels = Uint8Array.from(inputs, (input) => {
  const noisy = [0, 1, 2].map((row) => dot(row, mixed(1, 0.5), input) - Math.log(-Math.log(random.uniform())));
  return noisy.indexOf(Math.max(...noisy));
});

const answers = (logitOf: (input: readonly number[], label: number) => number): Predictions => ({
  n: N,
  classes: CLASSES,
  labels,
  logits: Float64Array.from({ length: N * CLASSES }, (_, at) =>
    logitOf(inputs[Math.floor(at / CLASSES)] ?? [], at % CLASSES),
  ),
});

const linear: AnswersAt = async (alpha) => answers((input, row) => dot(row, mixed(1, alpha), input));
/** Logits that are a curve of the weights, as those of a deep model are. */
const curved =
  (far: number): AnswersAt =>
  async (alpha) =>
    answers((input, row) => 2 * Math.tanh(dot(row, mixed(far, alpha), input)));

describe('soup versus ensemble', () => {
  test('where logits are linear in the weights the two are the same, and the terms cancel', async () => {
    for (const alpha of [0.2, 0.5, 0.9]) {
      const found = await soupVersusEnsemble(linear, { alpha, step: 0.01 });
      expect(found.difference).toBeCloseTo(0, 13);
      expect(found.variance).toBeGreaterThan(0.01);
      // β² Var is the second derivative then, up to the finite difference.
      expect(found.curvature).toBeCloseTo(found.variance, 3);
      expect(found.approximation).toBeCloseTo(0, 3);
    }
  });

  test('terms of a small closed form: one example, two classes, logits (0, aα + bα²)', async () => {
    const [a, b, alpha, beta] = [1.5, -0.7, 0.4, 2];
    const one: AnswersAt = async (at) => ({
      n: 1,
      classes: 2,
      labels: Uint8Array.of(0),
      logits: Float64Array.of(0, a * at + b * at * at),
    });
    const found = await soupVersusEnsemble(one, { alpha, step: 1e-3, scale: beta });
    // L = log(1 + exp(β·g)), so L'' = β·g''·p + β²·g'²·p(1−p); Δf is a + b in the second class.
    const g = a * alpha + b * alpha * alpha;
    const p = 1 / (1 + Math.exp(-beta * g));
    expect(found.soupLoss).toBeCloseTo(Math.log1p(Math.exp(beta * g)), 13);
    expect(found.ensembleLoss).toBeCloseTo(Math.log1p(Math.exp(beta * alpha * (a + b))), 13);
    expect(found.curvature).toBeCloseTo(beta * 2 * b * p + beta ** 2 * (a + 2 * b * alpha) ** 2 * p * (1 - p), 5);
    expect(found.variance).toBeCloseTo(beta ** 2 * (a + b) ** 2 * p * (1 - p), 13);
    expect(found.approximation).toBeCloseTo(((alpha * (1 - alpha)) / 2) * (found.variance - found.curvature), 14);
  });

  test('science §7.2: the difference falls with the square of the distance, the error of the approximation faster', async () => {
    // Labels that the models get wrong, or the loss is stationary and there is no difference of second order to see.
    const wrong = labels.map((label) => (label + 1) % CLASSES);
    const at = (far: number) =>
      soupVersusEnsemble(async (alpha) => ({ ...(await curved(far)(alpha)), labels: wrong }), { step: 0.02, scale: 1 });
    const [far, near] = [await at(0.2), await at(0.1)];
    const slope = Math.log2(far.difference / near.difference);
    expect(slope).toBeGreaterThan(1.6);
    expect(slope).toBeLessThan(2.4);
    const errors = [far, near].map(({ approximation, difference }) => Math.abs(approximation - difference));
    expect((errors[0] ?? 0) / Math.abs(far.difference)).toBeLessThan(0.2);
    expect(Math.log2((errors[0] ?? 0) / (errors[1] ?? 1))).toBeGreaterThan(2.5);
  });

  test('β is the one that calibrates the soup: no other has a lower loss', async () => {
    const { scale, soupLoss } = await soupVersusEnsemble(curved(0.3));
    for (const factor of [0.8, 0.99, 1.01, 1.25]) {
      expect((await soupVersusEnsemble(curved(0.3), { scale: scale * factor })).soupLoss).toBeGreaterThan(soupLoss);
    }
  });

  test('asks five times, and refuses steps that leave the path and answers of other examples', async () => {
    const asked: number[] = [];
    await soupVersusEnsemble(async (alpha) => {
      asked.push(alpha);
      return linear(alpha);
    });
    expect(asked).toEqual([0, 1, 0.5, 0.6, 0.4]);
    await expect(soupVersusEnsemble(linear, { alpha: 0.05, step: 0.1 })).rejects.toThrow(/step 0.1/);
    await expect(soupVersusEnsemble(linear, { scale: 0 })).rejects.toThrow(/multiplied by 0/);
    const soup = await linear(0.5);
    expect(() => logitVariance(soup, soup.logits.slice(3), soup.logits)).toThrow(/its ends 117 and 120/);
  });
});
