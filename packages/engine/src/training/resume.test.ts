import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeSafetensors } from '../checkpoints/safetensors.js';
import { Recorder } from './curve.fixture.js';
import { type OptimizerName, optimizers } from './optimizers/index.js';
import { remembering } from './remembering-task.fixture.js';
import { type Training, type TrainingEnvironment, type TrainingResult, train } from './train.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockpot-resume-'));
  path = join(folder, 'training.safetensors');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const UPDATES = 8;

function environment(change: Partial<TrainingEnvironment> = {}): TrainingEnvironment {
  return {
    threads: 1,
    device: 'cpu',
    reporter: new Recorder(),
    signal: new AbortController().signal,
    checkpoints: { path, fingerprint: 'resume', everySeconds: 0 },
    ...change,
  };
}

/** Runs a training that is told to stop while it waits for batch `batch`; its state is saved. */
async function cutAt(training: Training, batch: number): Promise<void> {
  const stop = new AbortController();
  const { batches } = training;
  const cut: Training = {
    ...training,
    batches: {
      ...batches,
      at: (step) => {
        if (step === batch) stop.abort();
        return batches.at(step);
      },
    },
  };
  await expect(train(cut, environment({ signal: stop.signal }))).rejects.toThrow(/cancelled/i);
}

/** Runs a training that dies while it waits for batch `batch`, as if its process were killed: nothing more is saved. */
async function killAt(training: Training, batch: number): Promise<void> {
  const { batches } = training;
  const at: Training['batches']['at'] = (step) => {
    if (step === batch) throw new Error('killed');
    return batches.at(step);
  };
  await expect(train({ ...training, batches: { ...batches, at } }, environment())).rejects.toThrow('killed');
}

const numbersOf = ({ parameters, ema, finalLoss, steps, best }: TrainingResult) => ({
  parameters: [...parameters].map(([name, { data }]) => [name, [...data]]),
  ema: ema === null ? null : [...ema].map(([name, { data }]) => [name, [...data]]),
  finalLoss,
  steps,
  best,
});

const names = Object.keys(optimizers).filter((name): name is OptimizerName => name in optimizers);
const combinations = names.flatMap((optimizer) =>
  [null, 0.9].flatMap((ema) =>
    [1, 3].flatMap((accumulate) =>
      (['f32', 'f16'] as const).map((precision) => ({ optimizer, ema, accumulate, precision })),
    ),
  ),
);

describe('every optimizer, with and without a mean of the weights, accumulation and half precision', () => {
  test.each(combinations)(
    '$optimizer, ema $ema, accumulate $accumulate, $precision: resumed, the bits of one left alone',
    async ({ optimizer, ema, accumulate, precision }) => {
      const training = remembering(UPDATES, {
        optimizer: optimizers[optimizer]({}),
        accumulate,
        precision,
        clip: 0.5,
        ...(ema === null ? {} : { ema }),
      });
      const undisturbed = await train(training, environment({ checkpoints: null }));
      // Where there is a middle of an update, there; then with a word of warning.
      await killAt(training, accumulate === 1 ? 3 : 3 * accumulate + 1);
      await cutAt(training, accumulate === 1 ? 5 : 6 * accumulate - 2);
      const reporter = new Recorder();
      const resumed = await train(training, environment({ reporter }));
      expect(Object.keys(reporter.series.get('loss') ?? [])[0]).toBe(accumulate === 1 ? '6' : '5');
      expect(numbersOf(resumed)).toEqual(numbersOf(undisturbed));
    },
  );
});

describe('an exponential mean of the weights', () => {
  test('follows its closed form over the weights after each update', async () => {
    const decay = 0.7;
    const start = [...(remembering(1).initial.get('w')?.data ?? [])];
    let expected = start;
    for (let updates = 1; updates <= 5; updates++) {
      const { parameters, ema } = await train(remembering(updates, { ema: decay }), environment({ checkpoints: null }));
      const weights = [...(parameters.get('w')?.data ?? [])];
      expected = expected.map((value, at) => decay * value + (1 - decay) * (weights[at] ?? Number.NaN));
      const found = [...(ema?.get('w')?.data ?? [])];
      for (const [at, value] of expected.entries()) expect(found[at]).toBeCloseTo(value, 6);
      expect(found).not.toEqual(weights);
    }
  });

  test('changes nothing about the weights themselves', async () => {
    const plain = await train(remembering(UPDATES), environment({ checkpoints: null }));
    const averaged = await train(remembering(UPDATES, { ema: 0.99 }), environment({ checkpoints: null }));
    expect(numbersOf(averaged).parameters).toEqual(numbersOf(plain).parameters);
    expect(plain.ema).toBeNull();
  });
});

test('checkpoints by count come after every so many updates, whatever the clock says', async () => {
  const saved: string[] = [];
  const training = remembering(UPDATES);
  const watched: Training = {
    ...training,
    batches: {
      ...training.batches,
      at: async (step) => {
        const bytes = await readFile(path).catch(() => null);
        const metadata = bytes === null ? null : decodeSafetensors(bytes, path).metadata;
        saved.push(metadata?.get('stockpot.step') ?? '-');
        return training.batches.at(step);
      },
    },
  };
  const everySeconds = Number.POSITIVE_INFINITY;
  await train(watched, environment({ checkpoints: { path, fingerprint: 'n', everySeconds, everyUpdates: 3 } }));
  expect(saved).toEqual(['-', '-', '-', '3', '3', '3', '6', '6']);
});
