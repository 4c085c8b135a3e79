import { expect, test } from 'vitest';
import { visionModel } from '../models/vision-model.js';
import { keyed } from '../random/index.js';
import { type LabelledFeatures, type LinearProbeOptions, trainLinearProbe } from './linear-probe.js';
import type { TrainingEnvironment } from './train.js';

const WIDTH = 8;
const CLASSES = 3;
const model = visionModel({
  family: 'vit',
  image: 4,
  channels: 1,
  patch: 4,
  dim: WIDTH,
  depth: 1,
  heads: 2,
  mlp: 8,
  pooling: 'cls',
  layerNormEpsilon: 1e-6,
});
const options: LinearProbeOptions = { epochs: 20, batch: 20, lr: 0.05, weightDecay: 0, seed: 3 };
const environment: TrainingEnvironment = {
  threads: 1,
  device: 'cpu',
  reporter: { metric: () => undefined, progress: () => undefined },
  signal: new AbortController().signal,
  checkpoints: null,
};

/** Three well separated clouds, each feature stretched and moved by its own amounts. */
function clouds(stretch: (feature: number) => number, move: (feature: number) => number): LabelledFeatures {
  const labels = Uint8Array.from({ length: 300 }, (_, example) => example % CLASSES);
  const features = new Float32Array(labels.length * WIDTH);
  for (const [example, label] of labels.entries()) {
    const random = keyed(1, example);
    for (let i = 0; i < WIDTH; i++) {
      const centre = i % CLASSES === label ? 3 : 0;
      features[example * WIDTH + i] = stretch(i) * (centre + random.normal()) + move(i);
    }
  }
  return { width: WIDTH, features, labels };
}

const probe = (data: LabelledFeatures, change: Partial<LinearProbeOptions> = {}) =>
  trainLinearProbe(data, { model, classes: CLASSES }, { ...options, ...change }, environment);

test('separates what is separable', async () => {
  const { head, trainAccuracy, finalLoss } = await probe(
    clouds(
      () => 1,
      () => 0,
    ),
  );
  expect(trainAccuracy).toBeGreaterThan(0.98);
  expect(finalLoss).toBeLessThan(0.1);
  expect(head.get('head.weight')?.shape).toEqual([CLASSES, WIDTH]);
  expect(head.get('head.bias')?.shape).toEqual([CLASSES]);
});

test('tells more classes apart than a byte counts', async () => {
  const classes = 300;
  // As bytes, both classes would be the same.
  const labels = Uint32Array.from({ length: 400 }, (_, example) => (example % 2 === 0 ? 7 : 263));
  const features = Float32Array.from({ length: labels.length * WIDTH }, (_, i) => {
    const example = Math.floor(i / WIDTH);
    return (labels[example] === 7 ? 1 : -1) + 0.1 * Math.sin(i);
  });
  const { trainAccuracy } = await trainLinearProbe(
    { width: WIDTH, features, labels },
    { model, classes },
    options,
    environment,
  );
  expect(trainAccuracy).toBe(1);
});

test('does not care how each feature is scaled and moved: the standardisation is folded into the head', async () => {
  const plain = await probe(
    clouds(
      () => 1,
      () => 0,
    ),
  );
  const odd = await probe(
    clouds(
      (i) => 10 ** (i % 3),
      (i) => 5 * i - 10,
    ),
  );
  expect(odd.trainAccuracy).toBe(plain.trainAccuracy);
  expect(odd.finalLoss).toBeCloseTo(plain.finalLoss, 3);
  const weight = (head: typeof plain.head, i: number) => head.get('head.weight')?.data[i] ?? Number.NaN;
  for (let i = 0; i < WIDTH; i++) expect(weight(odd.head, i) * 10 ** (i % 3)).toBeCloseTo(weight(plain.head, i), 2);
});

test('a feature that never changes is left out of the decision and breaks nothing', async () => {
  const { trainAccuracy, head } = await probe(
    clouds(
      (i) => (i === 7 ? 0 : 1),
      () => 2,
    ),
  );
  expect(trainAccuracy).toBeGreaterThan(0.98);
  expect(head.get('head.weight')?.data.every(Number.isFinite)).toBe(true);
});

test('with no step taken the head is zero: nothing about it is random', async () => {
  const { head } = await probe(
    clouds(
      () => 1,
      () => 0,
    ),
    { epochs: 1, lr: 1e-30 },
  );
  expect(head.get('head.weight')?.data.every((value) => Math.abs(value) < 1e-20)).toBe(true);
});

test('fewer examples than a batch are refused: the head would stay zero', async () => {
  const { features, width } = clouds(
    () => 1,
    () => 0,
  );
  const few = { width, features: features.slice(0, 19 * width), labels: new Uint8Array(19) };
  await expect(probe(few)).rejects.toThrow('A head was to be trained with batches of 20 on 19 examples.');
});
