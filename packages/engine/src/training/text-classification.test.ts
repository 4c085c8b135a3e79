import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tensorOf } from '../graph/tensor.js';
import { initialise } from '../models/initialise.js';
import { bertMicro } from '../models/text/bert-micro.fixture.js';
import { textModel } from '../models/text/text-model.js';
import type { TokenSequence } from '../models/text/tokenizer.js';
import { keyed } from '../random/index.js';
import { whyNoWebgpu } from '../runtime/webgpu/adapter.fixture.js';
import { Recorder } from './curve.fixture.js';
import { classificationTask, labelledBatches } from './fine-tuning.js';
import { numbersOf, type TrainingFolder, trainingFolder } from './interruptions.fixture.js';
import { microBatches } from './micro-batches.js';
import { adamw } from './optimizers/adamw.js';
import { textBatches, textTrainee, trainingLength } from './text-classification.js';
import { type Training, train } from './train.js';
import type { Feeds } from './training-task.js';

const PADDED = 100;
const CLASSES = 2;
const [BATCH, EPOCHS] = [4, 3];
const architecture = bertMicro({ positions: PADDED });
const model = textModel(architecture);

/** So many random tokens, padded. */
function sequence(tokens: number, index: number): TokenSequence {
  const random = keyed(3, index);
  const at = (value: (place: number) => number) => Array.from({ length: PADDED }, (_, place) => value(place));
  return {
    ids: at((place) => (place < tokens ? random.integer(architecture.vocabulary) : 0)),
    types: at(() => 0),
    mask: at((place) => (place < tokens ? 1 : 0)),
  };
}

// Most are short, a few are long: the lengths of a batch differ.
const sequences = [5, 9, 3, 60, 7, 12, 30, 4, 8, 11, 6, 10, 20, 5, 9, 7].map(sequence);
const texts = { name: 'train', sequences, labels: sequences.map((_, index) => index % CLASSES) };
const source = (lengths: 'one' | 'by batch') => textBatches(texts, { batch: BATCH, epochs: EPOCHS, seed: 1, lengths });

function training(lengths: 'one' | 'by batch', parts = 1, change: Partial<Training> = {}): Training {
  const task = classificationTask(textTrainee(model, trainingLength(sequences)), CLASSES, BATCH / parts);
  const batches = source(lengths);
  const whole = labelledBatches(batches, { batch: BATCH, classes: CLASSES, labelSmoothing: 0.1 });
  return {
    task,
    initial: initialise(task.parameters, 3),
    optimizer: adamw(),
    weightDecay: 0.01,
    schedule: { steps: batches.steps, at: () => 1e-3 },
    clip: 1,
    accumulate: parts,
    batches: microBatches(whole, task.inputs, parts),
    ...change,
  };
}

let missing: string | null = null;
beforeAll(async () => {
  missing = await whyNoWebgpu();
});
let place: TrainingFolder;
beforeEach(async () => {
  place = await trainingFolder();
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

async function losses(one: Training, change: Parameters<TrainingFolder['environment']>[0] = {}): Promise<number[]> {
  const reporter = new Recorder();
  await train(one, place.environment({ checkpoints: null, reporter, ...change }));
  return reporter.series.get('loss') ?? [];
}
const largestDifference = (left: readonly number[], right: readonly number[]) =>
  Math.max(...left.map((value, at) => Math.abs(value - (right[at] ?? Number.NaN))));

/** The feeds of a batch with its texts cut to a length. */
function cutTo(feeds: Feeds, length: number): Feeds {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { dtype, shape, data }]) => {
      if (name === 'targets') return [name, feeds[name] ?? { dtype, shape, data }];
      const [rows = 0, width = 0] = shape;
      const numbers = Array.from(data, Number).filter((_, at) => at % width < length);
      return [name, tensorOf(dtype, [rows, length], numbers)];
    }),
  );
}

describe('batches of texts', () => {
  test('are as long as their longest text asks for, and hold every text of an epoch once', async () => {
    expect(trainingLength(sequences)).toBe(64);
    const { labelled, stepsPerEpoch, steps } = source('by batch');
    expect([stepsPerEpoch, steps]).toEqual([4, 12]);
    const seen: number[] = [];
    const lengths = new Set<number>();
    for (let step = 0; step < stepsPerEpoch; step++) {
      const { inputs, examples, labels } = await labelled(step);
      const longest = Math.max(...Array.from(examples, (example) => sequences[example]?.mask.indexOf(0) ?? 0));
      const [, length = 0] = inputs.ids?.shape ?? [];
      expect(length).toBeGreaterThanOrEqual(longest);
      expect(length).toBeLessThan(Math.max(17, 2 * longest));
      expect([...(inputs.ids?.data ?? [])].slice(0, length).map(Number)).toEqual(
        sequences[examples[0] ?? -1]?.ids.slice(0, length),
      );
      expect(Array.from(labels)).toEqual(Array.from(examples, (example) => example % CLASSES));
      seen.push(...Array.from(examples));
      lengths.add(length);
    }
    expect(seen.sort((left, right) => left - right)).toEqual(sequences.map((_, index) => index));
    expect(lengths.size).toBeGreaterThan(1);
  });
});

describe('a training on batches of several lengths', () => {
  test('has the losses of one at the greatest length', async () => {
    const [short, long] = [await losses(training('by batch')), await losses(training('one'))];
    expect(short).toHaveLength(12);
    expect(largestDifference(short, long)).toBeLessThan(2e-5);
  });

  test('may cut each of them in parts', async () => {
    expect(largestDifference(await losses(training('by batch', 2)), await losses(training('one')))).toBeLessThan(2e-5);
  });

  test('killed and resumed, has the bits of one left alone', async () => {
    const one = training('by batch', 2, { ema: 0.9, snapshots: 3 });
    const undisturbed = await train(one, place.environment({ checkpoints: null }));
    await place.killAt(one, 5);
    await place.cutAt(one, 12);
    expect(numbersOf(await train(one, place.environment()))).toEqual(numbersOf(undisturbed));
  });

  test('goes on webgpu as on cpu', async (context) => {
    if (missing !== null) return context.skip(missing);
    // One batch at two lengths.
    const one = training('by batch', 1, { schedule: { steps: 2, at: () => 1e-3 } });
    const feeds = await Promise.all([16, 12].map(async (length) => cutTo(await one.batches.at(0), length)));
    const two: Training = { ...one, batches: { batchSize: BATCH, at: (step) => feeds[step] ?? {} } };
    const [webgpu, cpu] = [await losses(two, { device: 'webgpu' }), await losses(two)];
    expect(cpu).toHaveLength(2);
    expect(largestDifference(webgpu, cpu)).toBeLessThan(1e-4);
  });
});
