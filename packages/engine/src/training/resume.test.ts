import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeSafetensors } from '../checkpoints/safetensors.js';
import { Recorder } from './curve.fixture.js';
import { numbersOf, type TrainingFolder, trainingFolder } from './interruptions.fixture.js';
import { type OptimizerName, optimizers } from './optimizers/index.js';
import { remembering } from './remembering-task.fixture.js';
import { type Training, train } from './train.js';

let place: TrainingFolder;
let environment: TrainingFolder['environment'];
beforeEach(async () => {
  place = await trainingFolder();
  environment = place.environment;
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

const UPDATES = 8;

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
      await place.killAt(training, accumulate === 1 ? 3 : 3 * accumulate + 1);
      await place.cutAt(training, accumulate === 1 ? 5 : 6 * accumulate - 2);
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
  const { path } = place;
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
