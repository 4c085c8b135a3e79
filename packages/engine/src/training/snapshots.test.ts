import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NamedTensors } from '../models/initialise.js';
import { numbersOf, type TrainingFolder, trainingFolder } from './interruptions.fixture.js';
import { remembering } from './remembering-task.fixture.js';
import { snapshotTimes } from './snapshots.js';
import { type Training, type TrainingResult, train } from './train.js';

let place: TrainingFolder;
beforeEach(async () => {
  place = await trainingFolder();
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

const UPDATES = 8;
const values = (parameters: NamedTensors) => [...parameters].map(([name, { data }]) => [name, [...data]]);
const allOf = async ({ snapshots }: TrainingResult) =>
  Promise.all(snapshots.map(async ({ updates, parameters }) => ({ updates, parameters: values(await parameters()) })));
const inMemory = (training: Training) => train(training, place.environment({ checkpoints: null }));

describe('snapshots of a training', () => {
  test('lie at equal distances, the last one at the end', () => {
    expect(snapshotTimes(4, 8)).toEqual([2, 4, 6, 8]);
    expect(snapshotTimes(3, 10)).toEqual([3, 7, 10]);
    expect(snapshotTimes(5, 5)).toEqual([1, 2, 3, 4, 5]);
    expect(snapshotTimes(0, 5)).toEqual([]);
  });

  test.each([
    ['', {}],
    [' of the mean of the weights', { ema: 0.8 }],
    [' of a training in parts', { accumulate: 3 }],
  ] as const)('are the weights of trainings that end there%s', async (_, change) => {
    const whole = await train(remembering(UPDATES, { ...change, snapshots: 4 }), place.environment());
    const found = await allOf(whole);
    expect(found.map(({ updates }) => updates)).toEqual([2, 4, 6, 8]);
    for (const { updates, parameters } of found) {
      const shorter = await inMemory(remembering(updates, change));
      expect(parameters).toEqual(values(shorter.ema ?? shorter.parameters));
    }
    expect(numbersOf(whole)).toEqual(numbersOf(await inMemory(remembering(UPDATES, change))));
  });

  test('are the same where a device does several steps in one run', async () => {
    const training = remembering(UPDATES, { snapshots: 3 });
    const ahead = await train(training, place.environment({ stepsAtOnce: 5 }));
    expect(await allOf(ahead)).toEqual(await allOf(await inMemory(training)));
  });
});

describe('a training with snapshots that is cut short', () => {
  const training = remembering(UPDATES, { snapshots: 4, accumulate: 3, ema: 0.9 });

  test.each([
    // Update 2 is made by the batches 3 to 5: before it ends, in the next update, and right after a snapshot was due.
    [5, 7],
    [6, 13],
    [12, 18],
  ])('killed at batch %i and told to stop at batch %i, has the bits of one left alone', async (killed, stopped) => {
    const undisturbed = await inMemory(training);
    await place.killAt(training, killed);
    await place.cutAt(training, stopped);
    const resumed = await train(training, place.environment());
    expect(await allOf(resumed)).toEqual(await allOf(undisturbed));
    expect(numbersOf(resumed)).toEqual(numbersOf(undisturbed));
  });

  test.each([
    ['lost', (file: string) => rm(file)],
    ['damaged', (file: string) => writeFile(file, 'nothing of the kind')],
  ])('begins anew when one of its snapshots is %s', async (_, harm) => {
    await place.killAt(training, 16);
    const [first] = (await readdir(place.folder)).filter((name) => name.includes('snapshot-2'));
    await harm(join(place.folder, first ?? 'there is none'));
    const seen: number[] = [];
    const { batches } = training;
    const at: Training['batches']['at'] = (step) => {
      seen.push(step);
      return batches.at(step);
    };
    const again = await train({ ...training, batches: { ...batches, at } }, place.environment());
    expect(seen[0]).toBe(0);
    expect(await allOf(again)).toEqual(await allOf(await inMemory(training)));
  });
});

describe('refused before anything is trained', () => {
  const refusing = (change: Partial<Training>) => {
    const { batches } = remembering(UPDATES);
    const at = () => {
      throw new Error('a batch was asked for');
    };
    return train(remembering(UPDATES, { ...change, batches: { ...batches, at } }), place.environment());
  };

  test('more snapshots than updates', async () => {
    await expect(refusing({ snapshots: 9 })).rejects.toThrow(/^9 snapshots .* 8 updates: some would be the same/);
  });

  test('snapshots of a training that a score may end', async () => {
    const validation = { every: 2, patience: 1, minGain: 0, score: async () => 0 };
    await expect(refusing({ snapshots: 2, validation })).rejects.toThrow(/^Snapshots .* a score may end at any time/);
  });
});
