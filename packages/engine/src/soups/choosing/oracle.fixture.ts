/** @file Coefficients as PyTorch learns them (`test/oracles/engine/learned_soup.py`) beside ours, in f64. Used by tests and fidelity rows. */
import { z } from 'zod';
import { numbersOf, tensor } from '../../graph/tensor.js';
import { lossFunction, type Matrix } from '../../ssl/losses/kit.fixture.js';
import { seasoningEntropy } from '../../ssl/losses/seasoning-entropy.js';
import { packedTensor, readFixture } from '../../testing/oracle.fixture.js';
import { smoothedTargets, softTargetCrossEntropy } from '../../training/cross-entropy.js';
import { openPantry } from '../pantry.fixture.js';
import { type LearnOptions, learnCoefficients } from './learn.js';
import type { Lesson } from './lesson.js';
import { WeightMixer } from './weight-mixer.js';

const numbers = z.array(z.number());
const course = z.object({ losses: numbers, shares: z.array(z.array(numbers)), betas: numbers.optional() });
const fixture = readFixture(new URL('./fixtures/learned.json', import.meta.url), {
  weights: packedTensor,
  biases: packedTensor,
  features: packedTensor,
  labels: z.array(numbers),
  k: z.number(),
  temperature: z.number(),
  cases: z.object({ model: course, tensor: course, seasoned: course }),
});

export type LearnedCase = keyof typeof fixture.cases;
export const learnedCases = Object.keys(fixture.cases) as LearnedCase[];

const [ingredients = 0, classes = 0, width = 0] = fixture.weights.shape;
const [batches = 0, batch = 0] = fixture.features.shape;

/** The largest difference from torch in the loss of an epoch, and in shares and scale after it. */
export async function learnedDifference(name: LearnedCase): Promise<number> {
  await using pantry = await openPantry();
  const row = (values: Float32Array, index: number, size: number) =>
    Float64Array.from(values.subarray(index * size, (index + 1) * size));
  const models = [];
  for (let index = 0; index < ingredients; index++) {
    const weight = tensor('f64', [classes, width], row(fixture.weights.data, index, classes * width));
    const bias = tensor('f64', [classes], row(fixture.biases.data, index, classes));
    models.push(await pantry.ingredient(name === 'seasoned' ? { weight } : { weight, bias }));
  }
  await using mixer = await WeightMixer.open(models);
  const features = (index: number): Matrix => ({
    shape: [batch, width],
    data: row(fixture.features.data, index, batch * width),
  });
  const options: LearnOptions = {
    byTensor: name === 'tensor',
    epochs: fixture.cases[name].losses.length,
    lr: () => (name === 'seasoned' ? 0.1 : 0.05),
    keep: 'last',
  };
  const lesson = name === 'seasoned' ? seasoning(features) : classification(features);
  const { epochs } = await learnCoefficients(mixer, lesson, options);
  const theirs = fixture.cases[name];
  const ours = epochs.flatMap(({ loss, shares, scale }) => [
    loss,
    ...(theirs.betas === undefined ? [] : [scale]),
    ...['', 'weight', 'bias'].flatMap((tensor) => shares.get(tensor) ?? []),
  ]);
  const expected = theirs.losses.flatMap((loss, epoch) => [
    loss,
    ...(theirs.betas === undefined ? [] : [theirs.betas[epoch] ?? Number.NaN]),
    ...(theirs.shares[epoch] ?? []).flat(),
  ]);
  if (ours.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Math.max(...ours.map((value, at) => Math.abs(value - (expected[at] ?? Number.NaN))));
}

/** features · weightᵀ + bias, times the scale, against the labels. */
function classification(features: (index: number) => Matrix): Lesson {
  const loss = lossFunction(
    (b, [weight, bias, scale, x, targets]) => {
      if (!weight || !bias || !scale || !x || !targets) throw new Error('an operand is missing');
      return softTargetCrossEntropy(b, b.mul(b.gemm(x, weight, bias, { transB: true }), scale), targets);
    },
    [[classes, width], [classes], [1], [batch, width], [batch, classes]],
  );
  return {
    batches,
    async look(model, scale, _, index) {
      const labels = fixture.labels[index] ?? [];
      const targets = { shape: [batch, classes], data: Float64Array.from(smoothedTargets(labels, classes, 0)) };
      const factor = { shape: [1], data: Float64Array.of(scale) };
      const { value, gradients } = loss([
        matrix(model, 'weight'),
        matrix(model, 'bias'),
        factor,
        features(index),
        targets,
      ]);
      const [weight, bias, scaleSlope] = gradients;
      if (!weight || !bias) throw new Error('a gradient is missing');
      return {
        loss: value,
        slopes: new Map([
          ['weight', weight],
          ['bias', bias],
        ]),
        scaleSlope: scaleSlope?.[0] ?? null,
      };
    },
  };
}

/** The entropy of the neighbours of features · weightᵀ. */
function seasoning(features: (index: number) => Matrix): Lesson {
  const { k, temperature } = fixture;
  const loss = lossFunction(
    (b, [weight, x]) => {
      if (!weight || !x) throw new Error('an operand is missing');
      return seasoningEntropy(b, b.gemm(x, weight, null, { transB: true }), { k, temperature });
    },
    [
      [classes, width],
      [batch, width],
    ],
  );
  return {
    batches,
    async look(model, _, __, index) {
      const { value, gradients } = loss([matrix(model, 'weight'), features(index)]);
      return { loss: value, slopes: new Map([['weight', gradients[0] ?? new Float64Array(0)]]), scaleSlope: null };
    },
  };
}

function matrix(model: Parameters<Lesson['look']>[0], name: string): Matrix {
  const found = model.get(name);
  if (found === undefined) throw new Error(`The mix has no tensor ${name}.`);
  return { shape: found.shape, data: Float64Array.from(numbersOf(found)) };
}
