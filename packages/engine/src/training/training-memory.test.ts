import { readFile, rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeSafetensors } from '../checkpoints/safetensors.js';
import type { Value } from '../graph/graph.js';
import { hashOf, Recorder } from './curve.fixture.js';
import { type TrainingFolder, trainingFolder } from './interruptions.fixture.js';
import { initialRememberer, MOMENTUM, remembering, rememberingTask, WIDTH } from './remembering-task.fixture.js';
import { type Training, type TrainingEnvironment, train } from './train.js';
import type { LossResult, TrainingTask } from './training-task.js';

let place: TrainingFolder;
beforeEach(async () => {
  place = await trainingFolder();
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

/** The state that a training leaves behind, by the names of its vectors. */
async function stateAfter(
  training: Training,
  change: Partial<TrainingEnvironment> = {},
): Promise<Map<string, number[]>> {
  await train(training, place.environment(change));
  const { path } = place;
  const { tensors } = decodeSafetensors(await readFile(path), path);
  return new Map([...tensors].map(([name, { data }]) => [name, [...data].map(Number)]));
}

function lossOf(result: Value | LossResult): Value {
  return 'loss' in result ? result.loss : result;
}

describe('a teacher', () => {
  test('is the exponential mean of the weights before each step, and moves before the loss reads it', async () => {
    const start = [...(initialRememberer.get('w')?.data ?? [])];
    const weights = [start];
    for (let steps = 1; steps <= 6; steps++) {
      const state = await stateAfter(remembering(steps));
      // The closed form: what is left of the start, and of the weights that each step began with.
      const kept = (from: number) =>
        Array.from({ length: steps - from }, (_, at) => MOMENTUM(from + at)).reduce((all, one) => all * one, 1);
      const expected = start.map((value, at) =>
        weights.reduce(
          (sum, earlier, step) => sum + kept(step + 1) * (1 - MOMENTUM(step)) * (earlier[at] ?? Number.NaN),
          kept(0) * value,
        ),
      );
      const teacher = state.get('teacher.decay') ?? [];
      expect(teacher).toHaveLength(WIDTH);
      for (const [at, value] of expected.entries()) expect(teacher[at]).toBeCloseTo(value, 6);
      expect(state.get('memory.seen')).toEqual(teacher);
      weights.push(state.get('weights.decay') ?? []);
      await rm(place.path);
    }
    expect(weights[6]).not.toEqual(weights[0]);
  });

  test('that a task does not keep cannot be read, nor a memory that it does not list', async () => {
    const { teacher: _, ...without } = rememberingTask;
    await expect(train(remembering(1, { task: without }), place.environment())).rejects.toThrow(
      /reads w of a teacher, and its task keeps none/,
    );
    const forgetful = { ...rememberingTask, memory: [] };
    await expect(train(remembering(1, { task: forgetful }), place.environment())).rejects.toThrow(
      /reads a memory 'queue' that its task does not list/,
    );
    const misspelt: TrainingTask = {
      ...rememberingTask,
      loss: (...given) => ({
        loss: lossOf(rememberingTask.loss(...given)),
        memory: { queues: given[3].memory('queue') },
      }),
    };
    await expect(train(remembering(1, { task: misspelt }), place.environment())).rejects.toThrow(
      /writes a memory 'queues' that its task does not list/,
    );
  });
});

test('memory and teacher survive a training that is cut short, bit for bit', async () => {
  const undisturbed = await stateAfter(remembering(9));
  expect([...undisturbed.keys()].sort()).toEqual([
    'first_moment.decay',
    'memory.queue',
    'memory.seen',
    'second_moment.decay',
    'teacher.decay',
    'weights.decay',
  ]);
  await rm(place.path);
  const stop = new AbortController();
  const reporter = new Recorder();
  reporter.onStep = (step) => {
    if (step === 4) stop.abort();
  };
  await expect(train(remembering(9), place.environment({ reporter, signal: stop.signal }))).rejects.toThrow(
    /cancelled/i,
  );
  expect(await stateAfter(remembering(9))).toEqual(undisturbed);
  const { parameters } = await train(remembering(9), place.environment({ checkpoints: null }));
  expect(hashOf(parameters)).toBe(hashOf((await train(remembering(9), place.environment())).parameters));
});

test('the queue holds the last answers: the first ones are pushed out', async () => {
  const begun = [0, 0.25, 0.5, 0.75];
  const once = await stateAfter(remembering(1));
  expect(once.get('memory.queue')?.slice(0, 2)).toEqual(begun.slice(2));
  await rm(place.path);
  const twice = await stateAfter(remembering(2));
  expect(twice.get('memory.queue')?.slice(0, 2)).toEqual(once.get('memory.queue')?.slice(2));
});
