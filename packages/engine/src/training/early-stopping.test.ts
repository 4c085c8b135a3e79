import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Recorder } from './curve.fixture.js';
import type { Validation } from './early-stopping.js';
import { remembering } from './remembering-task.fixture.js';
import { type TrainingEnvironment, type TrainingResult, train } from './train.js';

const environment = (change: Partial<TrainingEnvironment> = {}): TrainingEnvironment => ({
  threads: 1,
  device: 'cpu',
  reporter: new Recorder(),
  signal: new AbortController().signal,
  checkpoints: null,
  ...change,
});

/** Scores in the order in which they are asked for, and the weights that got them. */
function scoring(scores: readonly number[], options: Partial<Validation> = {}) {
  const seen: number[][] = [];
  const validation: Validation = {
    every: 2,
    patience: 1,
    minGain: 0,
    score: async (parameters) => {
      seen.push([...(parameters.get('w')?.data ?? [])]);
      return scores[seen.length - 1] ?? Number.NaN;
    },
    ...options,
  };
  return { seen, validation };
}

const weights = (result: TrainingResult) => [...(result.parameters.get('w')?.data ?? [])];

test('ends when the score has failed to rise for longer than the patience, with the weights of the best one', async () => {
  const { seen, validation } = scoring([0.5, 0.7, 0.6, 0.7, 0.9]);
  const reporter = new Recorder();
  const result = await train(remembering(20, { validation }), environment({ reporter }));
  expect(result).toMatchObject({ steps: 8, best: { score: 0.7, steps: 4 } });
  expect(seen).toHaveLength(4);
  expect(weights(result)).toEqual(seen[1]);
  expect(Object.entries(reporter.series.get('validation') ?? [])).toEqual([
    ['1', 0.5],
    ['3', 0.7],
    ['5', 0.6],
    ['7', 0.7],
  ]);
});

test('a score that rises to the end ends nothing, and the last, shorter stretch is scored too', async () => {
  const { seen, validation } = scoring([0.1, 0.2, 0.3], { every: 3 });
  const result = await train(remembering(7, { validation }), environment());
  expect(result).toMatchObject({ steps: 7, best: { score: 0.3, steps: 7 } });
  expect(weights(result)).toEqual(seen[2]);
  const plain = await train(remembering(7), environment());
  expect(weights(result)).toEqual(weights(plain));
  expect(plain.best).toBeNull();
});

test('a rise smaller than the least gain, and a score that is no number, do not count', async () => {
  const small = await train(
    remembering(20, { validation: scoring([0.5, 0.505, 0.509], { minGain: 0.01 }).validation }),
    environment(),
  );
  expect(small).toMatchObject({ steps: 6, best: { score: 0.5, steps: 2 } });
  const broken = scoring([Number.NaN, 0.2, Number.NaN, Number.NaN]);
  const result = await train(remembering(20, { validation: broken.validation }), environment());
  expect(result).toMatchObject({ steps: 8, best: { score: 0.2, steps: 4 } });
});

test('with a mean of the weights, the mean is what is scored and kept', async () => {
  const { seen, validation } = scoring([0.9, 0.1, 0.1]);
  const result = await train(remembering(20, { validation, ema: 0.5 }), environment());
  expect([...(result.ema?.get('w')?.data ?? [])]).toEqual(seen[0]);
  expect(weights(result)).not.toEqual(seen[0]);
});

test('cut short and resumed, it ends where it would have ended, with the same weights', async () => {
  const scores = [0.5, 0.7, 0.6, 0.65];
  const undisturbed = await train(remembering(20, { validation: scoring(scores).validation }), environment());
  const folder = await mkdtemp(join(tmpdir(), 'stockpot-stopping-'));
  const checkpoints = { path: join(folder, 'training.safetensors'), fingerprint: 'stopping', everySeconds: 0 };
  // Its last two scores are those of the resumed training: the first two are remembered, not asked for again.
  for (const [stopAt, asked] of [
    [5, scores],
    [20, scores.slice(2)],
  ] as const) {
    const stop = new AbortController();
    const reporter = new Recorder();
    reporter.onStep = (step) => {
      if (step === stopAt - 1) stop.abort();
    };
    const attempt = train(
      remembering(20, { validation: scoring(asked).validation }),
      environment({ reporter, checkpoints, signal: stop.signal }),
    );
    if (stopAt === 5) await expect(attempt).rejects.toThrow(/cancelled/i);
    else {
      const resumed = await attempt;
      expect(resumed).toMatchObject({ steps: undisturbed.steps, best: undisturbed.best });
      expect(weights(resumed)).toEqual(weights(undisturbed));
    }
  }
  await rm(folder, { recursive: true, force: true });
});
