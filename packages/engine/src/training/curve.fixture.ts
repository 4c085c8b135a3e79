/** @file The fine-tuning that PyTorch ran for `training.json`, as a `Training`. Used by tests and by the process that one kills. */
import { z } from 'zod';
import { sha256Hex } from '../json.js';
import { architectureSchema } from '../models/architecture.js';
import type { NamedTensors } from '../models/initialise.js';
import { visionModel } from '../models/vision-model.js';
import { packedTensor, packedTensors, readFixture } from '../testing/oracle.fixture.js';
import { smoothedTargets } from './cross-entropy.js';
import { fineTuningTask } from './fine-tuning.js';
import { adamw } from './optimizers/adamw.js';
import { warmupCosine } from './schedules/cosine.js';
import type { Training } from './train.js';
import type { BatchSource } from './training-task.js';

export const { curve } = readFixture(new URL('./fixtures/training.json', import.meta.url), {
  curve: z.object({
    architecture: architectureSchema,
    classes: z.int(),
    batch: z.int(),
    steps: z.int(),
    warmup: z.int(),
    peak: z.number(),
    weightDecay: z.number(),
    clip: z.number(),
    labelSmoothing: z.number(),
    images: packedTensor,
    labels: z.array(z.int()),
    initial: packedTensors,
    losses: z.array(z.number()),
    gradientNorms: z.array(z.number()),
    final: packedTensors,
  }),
});

/** The oracle's three batches in turn. */
export const batches: BatchSource = {
  batchSize: curve.batch,
  at: (step) => {
    const { batch, classes, images, labels, labelSmoothing } = curve;
    const part = step % 3;
    const size = images.data.length / labels.length;
    const chosen = labels.slice(part * batch, (part + 1) * batch);
    return {
      images: {
        dtype: 'f32',
        shape: [batch, ...images.shape.slice(1)],
        data: images.data.slice(part * batch * size, (part + 1) * batch * size),
      },
      targets: { dtype: 'f32', shape: [batch, classes], data: smoothedTargets(chosen, classes, labelSmoothing) },
    };
  },
};

/** The same, with a number that is none in an input where `at` says so. */
export function poisoned(input: 'images' | 'targets', at: (step: number) => boolean): BatchSource {
  return {
    batchSize: batches.batchSize,
    at: async (step) => {
      const feeds = await batches.at(step);
      const given = feeds[input];
      if (!(given?.data instanceof Float32Array) || !at(step)) return feeds;
      return { ...feeds, [input]: { ...given, data: given.data.with(1, Number.NaN) } };
    },
  };
}

/** The oracle's training: `curve` holds what came out of it. */
export const training: Training = {
  task: fineTuningTask(visionModel(curve.architecture), curve.classes, curve.batch),
  initial: curve.initial,
  optimizer: adamw(),
  weightDecay: curve.weightDecay,
  schedule: warmupCosine({ peak: curve.peak, steps: curve.steps, warmupSteps: curve.warmup }),
  clip: curve.clip,
  batches,
};

/** Remembers what a training reports, and may do something after a step. */
export class Recorder {
  readonly series = new Map<string, number[]>();
  onStep: (step: number) => void = () => undefined;
  metric(name: string, step: number, value: number): void {
    const values = this.series.get(name) ?? [];
    values[step] = value;
    this.series.set(name, values);
    if (name === 'loss') this.onStep(step);
  }
  progress(): void {}
}

/** One hash over all parameters. */
export function hashOf(parameters: NamedTensors): string {
  const sorted = [...parameters].sort(([left], [right]) => (left < right ? -1 : 1));
  return sha256Hex(
    sorted.map(([name, { data }]) => `${name} ${sha256Hex(new Uint8Array(data.slice().buffer))}`).join(),
  );
}
