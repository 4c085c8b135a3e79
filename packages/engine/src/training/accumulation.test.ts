import { describe, expect, test } from 'vitest';
import { visionModel } from '../models/vision-model.js';
import { largestDifference } from '../testing/oracle.fixture.js';
import { batches, curve, Recorder, training } from './curve.fixture.js';
import { trainingCurves } from './curves.fixture.js';
import { fineTuningTask } from './fine-tuning.js';
import { microBatches } from './micro-batches.js';
import { type Training, type TrainingResult, train } from './train.js';
import type { BatchInput } from './training-task.js';
import { turnsOf } from './turns.js';

async function run(change: Partial<Training>): Promise<{ result: TrainingResult; reporter: Recorder }> {
  const reporter = new Recorder();
  const environment = {
    threads: 1,
    device: 'cpu',
    reporter,
    signal: new AbortController().signal,
    checkpoints: null,
  } as const;
  return { result: await train({ ...training, ...change }, environment), reporter };
}

const differences = (left: TrainingResult, right: TrainingResult) =>
  Math.max(
    // Not all of them: the bias of the keys has a gradient of zero but for rounding, which AdamW makes as large as any.
    ...[...left.parameters]
      .filter(([name]) => curve.final.has(name))
      .map(([name, tensor]) => largestDifference(tensor, right.parameters.get(name) ?? { data: new Float32Array() })),
  );

describe('the gradients of several batches, averaged', () => {
  const parts = 2;
  const task = fineTuningTask(visionModel(curve.architecture), curve.classes, curve.batch / parts);

  test('give the training of one batch of them all: losses, clipped gradient norms, weights', async () => {
    const whole = await run({});
    const cut = await run({ task, batches: microBatches(batches, task.inputs, parts), accumulate: parts });
    for (const series of ['loss', 'gradient_norm', 'lr']) {
      const found = { data: Float64Array.from(cut.reporter.series.get(series) ?? []) };
      const expected = { data: Float64Array.from(whole.reporter.series.get(series) ?? []) };
      expect(found.data).toHaveLength(curve.steps);
      expect(largestDifference(found, expected), series).toBeLessThan(1e-5);
    }
    expect(differences(cut.result, whole.result)).toBeLessThan(1e-4);
    expect(cut.result.steps).toBe(curve.steps);
  });

  test('and so do turns inside one step, which is how the processor saves the memory', async () => {
    const whole = await run({});
    const inTurns = await run({ leastTurns: parts });
    const found = { data: Float64Array.from(inTurns.reporter.series.get('loss') ?? []) };
    expect(largestDifference(found, { data: Float64Array.from(whole.reporter.series.get('loss') ?? []) })).toBeLessThan(
      1e-5,
    );
    expect(differences(inTurns.result, whole.result)).toBeLessThan(1e-4);
    expect(turnsOf({ ...training.task }, parts)).toBeGreaterThanOrEqual(parts);
  });

  test('with drop path every part has the masks of its own examples, in turns and as batches of their own', async () => {
    const { training: dropping, oracle } = trainingCurves['AdamW with drop path'] ?? {};
    if (dropping === undefined || oracle === undefined) throw new Error('There is no curve with drop path.');
    const small = fineTuningTask(visionModel(curve.architecture), curve.classes, curve.batch / parts, {
      dropPath: true,
    });
    const cut = microBatches(dropping.batches, small.inputs, parts);
    for (const change of [{ leastTurns: parts }, { task: small, batches: cut, accumulate: parts }]) {
      const { reporter } = await run({ ...dropping, ...change });
      const found = { data: Float64Array.from(reporter.series.get('loss') ?? []) };
      expect(largestDifference(found, { data: Float64Array.from(oracle.losses) })).toBeLessThan(1e-3);
    }
  });

  test('are one gradient, not several updates: half the batches without accumulation train something else', async () => {
    const whole = await run({});
    const apart = await run({ task, batches: microBatches(batches, task.inputs, parts) });
    expect(differences(apart.result, whole.result)).toBeGreaterThan(1e-2);
  });
});

describe('cutting a batch into parts', () => {
  const inputs: BatchInput[] = [
    { name: 'rows', dtype: 'f32', shape: [2, 3] },
    { name: 'masks', dtype: 'i32', shape: [2, 2, 2], batchAxis: 2 },
    { name: 'rate', dtype: 'f32', shape: [] },
  ];
  const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);
  let asked = 0;
  const source = microBatches(
    {
      batchSize: 4,
      at: async (step) => {
        asked++;
        return {
          rows: { dtype: 'f32', shape: [4, 3], data: Float32Array.from(numbers(12), (value) => value + 100 * step) },
          masks: { dtype: 'i32', shape: [2, 2, 4], data: Int32Array.from(numbers(16)) },
          rate: { dtype: 'f32', shape: [], data: Float32Array.of(step) },
        };
      },
    },
    inputs,
    2,
  );

  test('goes along the axis of the examples, wherever it is, and makes each batch once', async () => {
    const first = await source.at(2);
    const second = await source.at(3);
    expect([...(first.rows?.data ?? [])]).toEqual([100, 101, 102, 103, 104, 105]);
    expect([...(second.rows?.data ?? [])]).toEqual([106, 107, 108, 109, 110, 111]);
    expect([...(first.masks?.data ?? [])]).toEqual([0, 1, 4, 5, 8, 9, 12, 13]);
    expect([...(second.masks?.data ?? [])]).toEqual([2, 3, 6, 7, 10, 11, 14, 15]);
    expect([...(second.rate?.data ?? [])]).toEqual([1]);
    expect([source.batchSize, asked]).toEqual([2, 1]);
  });

  test('that leaves a rest is refused', () => {
    expect(() => microBatches({ batchSize: 5, at: () => ({}) }, inputs, 2)).toThrow(
      /batch of 5 cannot be cut into 2 equal/,
    );
  });
});
