import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CancelledError } from '../errors.js';
import { curve, hashOf, poisoned, Recorder, training } from './curve.fixture.js';
import { NonFiniteTrainingError } from './errors.js';
import { type TrainingFolder, trainingFolder } from './interruptions.fixture.js';
import { type Training, type TrainingEnvironment, train } from './train.js';

let place: TrainingFolder;
beforeEach(async () => {
  place = await trainingFolder();
});
afterEach(async () => {
  await place[Symbol.asyncDispose]();
});

const { signal } = new AbortController();
const plain = { threads: 1, device: 'cpu', signal, checkpoints: null } as const;

async function run(change: Partial<Training>, environment: Partial<TrainingEnvironment>) {
  const reporter = new Recorder();
  const result = await train({ ...training, ...change }, { ...plain, reporter, ...environment });
  return { hash: hashOf(result.parameters), result, losses: reporter.series.get('loss') ?? [] };
}

describe('a device that does several steps in one run', () => {
  test.each([
    ['a plain training', {}],
    ['one that accumulates and keeps a mean', { accumulate: 3, ema: 0.9 }],
    ['one in f16', { precision: 'f16' }],
  ] as const)('gives %s the bits and the curves of one step at a time', async (_, change) => {
    const [one, many] = [await run(change, {}), await run(change, { stepsAtOnce: 8 })];
    expect(many.losses).toEqual(one.losses);
    expect(many.hash).toBe(one.hash);
    expect(many.result.finalLoss).toBe(one.result.finalLoss);
  });

  test('scores at the same steps, and ends at the same one', async () => {
    const scores = () => {
      const seen: number[] = [];
      return {
        seen,
        validation: {
          ...{ every: 6, patience: 1, minGain: 0 },
          score: async (parameters: ReadonlyMap<string, { readonly data: Float32Array }>) => {
            seen.push([...parameters.values()].reduce((sum, { data }) => sum + (data[0] ?? 0), 0));
            return seen.length < 3 ? seen.length : 0;
          },
        },
      };
    };
    const [one, many] = [scores(), scores()];
    const [single, ahead] = [
      await run({ validation: one.validation }, {}),
      await run({ validation: many.validation }, { stepsAtOnce: 4 }),
    ];
    expect(many.seen).toEqual(one.seen);
    expect(ahead.result).toMatchObject({ steps: single.result.steps, best: single.result.best });
    expect(ahead.hash).toBe(single.hash);
  });

  test('saves and resumes only states that it has handed out', async () => {
    const undisturbed = await run({}, {});
    const stop = new AbortController();
    const reporter = new Recorder();
    reporter.onStep = (step) => {
      if (step === 13) stop.abort();
    };
    const checkpoints = { path: place.path, fingerprint: 'ahead', everySeconds: 0 };
    const cut = { ...plain, stepsAtOnce: 4, checkpoints };
    await expect(train(training, { ...cut, reporter, signal: stop.signal })).rejects.toThrow(CancelledError);
    // The run of steps 12 to 15 was done when the signal came.
    expect(reporter.series.get('loss')).toHaveLength(16);
    const resumed = await run({}, { stepsAtOnce: 4, checkpoints });
    expect(Object.keys(resumed.losses)[0]).toBe('16');
    expect(resumed.hash).toBe(undisturbed.hash);
  });

  test('keeps the state before the step that failed, in the middle of a run', async () => {
    const checkpoints = { path: place.path, fingerprint: 'ahead', everySeconds: 60 };
    const failing = run({ batches: poisoned('images', (step) => step === 10) }, { stepsAtOnce: 4, checkpoints });
    await expect(failing).rejects.toThrow(NonFiniteTrainingError);
    await expect(failing).rejects.toThrow(/step 10 .*the input 'images' of the batch is not a finite number/);
    const resumed = await run({}, { checkpoints });
    expect(Object.keys(resumed.losses)[0]).toBe('10');
    expect(resumed.losses).toHaveLength(curve.steps);
    expect(resumed.hash).toBe((await run({}, {})).hash);
  });
});
