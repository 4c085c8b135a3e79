import { spawnSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CancelledError } from '../errors.js';
import { architectureSchema } from '../models/architecture.js';
import { initialise } from '../models/initialise.js';
import { visionModel } from '../models/vision-model.js';
import { largestDifference } from '../testing/oracle.fixture.js';
import { smoothedTargets } from './cross-entropy.js';
import { curve, hashOf, poisoned, Recorder, training } from './curve.fixture.js';
import { NonFiniteTrainingError } from './errors.js';
import { fineTuningTask } from './fine-tuning.js';
import { type TrainingFolder, trainingFolder } from './interruptions.fixture.js';
import { warmupCosine } from './schedules/cosine.js';
import { type Training, type TrainingEnvironment, train } from './train.js';

let folder: string;
let place: TrainingFolder;
beforeEach(async () => {
  place = await trainingFolder();
  folder = place.folder;
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

/** With the checkpoints of the process that is killed. */
function environment(change: Partial<TrainingEnvironment> = {}): TrainingEnvironment {
  const checkpoints = { path: place.path, fingerprint: 'the curve', everySeconds: 0 };
  return place.environment({ checkpoints, ...change });
}

describe('fine-tuning the miniature ViT', () => {
  test("follows PyTorch's curve for 50 steps, loss, gradient norm and weights", async () => {
    const reporter = new Recorder();
    const { parameters, steps } = await train(training, environment({ reporter, checkpoints: null }));
    expect(steps).toBe(curve.steps);
    const difference = (series: string, expected: number[]) =>
      largestDifference(
        { data: Float64Array.from(reporter.series.get(series) ?? []) },
        { data: Float64Array.from(expected) },
      );
    expect(difference('loss', curve.losses)).toBeLessThan(1e-3);
    expect(difference('gradient_norm', curve.gradientNorms)).toBeLessThan(1e-2);
    for (const [name, expected] of curve.final) {
      expect(largestDifference(parameters.get(name) ?? { data: new Float32Array() }, expected), name).toBeLessThan(
        1e-3,
      );
    }
  });

  test('gives the same bits twice, and with two threads', async () => {
    const once = await train(training, environment({ checkpoints: null }));
    const twice = await train(training, environment({ checkpoints: null }));
    const threads = await train(training, environment({ checkpoints: null, threads: 2 }));
    expect(hashOf(twice.parameters)).toBe(hashOf(once.parameters));
    expect(hashOf(threads.parameters)).toBe(hashOf(once.parameters));
  });
});

test('at the size of the MNIST recipe, where operators divide their work, two threads give the bits of one', async () => {
  const model = visionModel(
    architectureSchema.parse({
      family: 'vit',
      image: 28,
      channels: 1,
      patch: 7,
      dim: 64,
      depth: 4,
      heads: 4,
      mlp: 256,
    }),
  );
  const [batch, classes, steps] = [128, 10, 3];
  const task = fineTuningTask(model, classes, batch);
  const pixels = (step: number) =>
    Float32Array.from(
      { length: batch * 28 * 28 },
      (_, at) => Math.sin(0.37 * at + step) + Math.cos(0.011 * at * (step + 1)),
    );
  const large: Training = {
    ...training,
    task,
    initial: initialise(task.parameters, 3),
    schedule: warmupCosine({ peak: 1e-3, steps, warmupSteps: 1 }),
    batches: {
      batchSize: batch,
      at: (step) => ({
        images: { dtype: 'f32', shape: [batch, 1, 28, 28], data: pixels(step) },
        targets: {
          dtype: 'f32',
          shape: [batch, classes],
          data: smoothedTargets(
            Array.from({ length: batch }, (_, at) => at % classes),
            classes,
            0.1,
          ),
        },
      }),
    },
  };
  const one = await train(large, environment({ checkpoints: null, threads: 1 }));
  const two = await train(large, environment({ checkpoints: null, threads: 2 }));
  expect(hashOf(two.parameters)).toBe(hashOf(one.parameters));
});

describe('a training that is cut short', () => {
  async function cutAt(step: number): Promise<void> {
    const stop = new AbortController();
    const reporter = new Recorder();
    reporter.onStep = (done) => {
      if (done === step) stop.abort();
    };
    await expect(train(training, environment({ reporter, signal: stop.signal }))).rejects.toThrow(CancelledError);
    expect(reporter.series.get('loss')).toHaveLength(step + 1);
  }

  test('stops within one step and, resumed, gives the bits of one that was left alone', async () => {
    const undisturbed = await train(training, environment({ checkpoints: null }));
    await cutAt(12);
    await cutAt(30);
    const reporter = new Recorder();
    const resumed = await train(training, environment({ reporter }));
    expect(Object.keys(reporter.series.get('loss') ?? [])[0]).toBe('31');
    expect(hashOf(resumed.parameters)).toBe(hashOf(undisturbed.parameters));
    expect(resumed.finalLoss).toBe(undisturbed.finalLoss);
  });

  test('killed outright in the middle, resumes to the same bits', async () => {
    const undisturbed = await train(training, environment({ checkpoints: null }));
    const path = join(folder, 'training.safetensors');
    const script = fileURLToPath(new URL('./killed-training.fixture.ts', import.meta.url));
    const killed = spawnSync(process.execPath, ['--conditions=stockpot-source', '--import', 'tsx', script, path, '21']);
    expect(killed.signal, String(killed.stderr)).toBe('SIGKILL');
    const reporter = new Recorder();
    const resumed = await train(training, environment({ reporter }));
    // Step 21 was computed but not yet saved: exactly that one is done again.
    expect(Object.keys(reporter.series.get('loss') ?? [])[0]).toBe('21');
    expect(hashOf(resumed.parameters)).toBe(hashOf(undisturbed.parameters));
  });

  test('leaves one whole file behind, never a part of one', async () => {
    await cutAt(3);
    expect(await readdir(folder)).toEqual(['training.safetensors']);
  });

  test('begins anew when the state is of another training or damaged', async () => {
    const undisturbed = await train(training, environment({ checkpoints: null }));
    const path = join(folder, 'training.safetensors');
    await cutAt(5);
    const other = await train(
      training,
      environment({ checkpoints: { path, fingerprint: 'another', everySeconds: 60 } }),
    );
    expect(hashOf(other.parameters)).toBe(hashOf(undisturbed.parameters));
    await writeFile(path, 'no checkpoint at all');
    const again = await train(training, environment());
    expect(hashOf(again.parameters)).toBe(hashOf(undisturbed.parameters));
  });
});

describe('a number that is not finite', () => {
  test('in the data stops the training with its name, and the last good state resumes it', async () => {
    const undisturbed = await train(training, environment({ checkpoints: null }));
    const failing = train({ ...training, batches: poisoned('images', (step) => step === 7) }, environment());
    await expect(failing).rejects.toThrow(NonFiniteTrainingError);
    await expect(failing).rejects.toThrow(/step 7 .*the input 'images' of the batch is not a finite number/);
    const reporter = new Recorder();
    const resumed = await train(training, environment({ reporter }));
    expect(Object.keys(reporter.series.get('loss') ?? [])[0]).toBe('7');
    expect(hashOf(resumed.parameters)).toBe(hashOf(undisturbed.parameters));
  });

  test('from a learning rate that is far too high is caught, and no broken state is saved', async () => {
    const schedule = warmupCosine({ peak: 1e38, steps: 20, warmupSteps: 0 });
    await expect(train({ ...training, schedule, clip: null }, environment())).rejects.toThrow(NonFiniteTrainingError);
    expect(await readdir(folder)).toEqual([]);
  });
});
