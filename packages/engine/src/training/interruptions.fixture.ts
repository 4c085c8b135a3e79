/** @file Trainings in a folder of their own that are cut short and tried again. Used by tests only. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Recorder } from './curve.fixture.js';
import { type Training, type TrainingEnvironment, type TrainingResult, train } from './train.js';

export interface TrainingFolder extends AsyncDisposable {
  readonly folder: string;
  /** The file of the training's state. */
  readonly path: string;
  /** One thread of the CPU, with checkpoints in the folder after every batch. */
  environment(change?: Partial<TrainingEnvironment>): TrainingEnvironment;
  /** Runs a training that is told to stop while it waits for batch `batch`; its state is saved. */
  cutAt(training: Training, batch: number): Promise<void>;
  /** Runs a training that dies while it waits for batch `batch`, as if its process were killed: nothing more is saved. */
  killAt(training: Training, batch: number): Promise<void>;
}

export async function trainingFolder(): Promise<TrainingFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'stockpot-training-'));
  const path = join(folder, 'training.safetensors');
  const environment: TrainingFolder['environment'] = (change = {}) => ({
    threads: 1,
    device: 'cpu',
    reporter: new Recorder(),
    signal: new AbortController().signal,
    checkpoints: { path, fingerprint: 'this training', everySeconds: 0 },
    ...change,
  });
  const before = (training: Training, batch: number, what: () => void): Training => {
    const { batches } = training;
    const at: Training['batches']['at'] = (step) => {
      if (step === batch) what();
      return batches.at(step);
    };
    return { ...training, batches: { ...batches, at } };
  };
  return {
    folder,
    path,
    environment,
    async cutAt(training, batch) {
      const stop = new AbortController();
      const cut = before(training, batch, () => stop.abort());
      await expect(train(cut, environment({ signal: stop.signal }))).rejects.toThrow(/cancelled/i);
    },
    async killAt(training, batch) {
      const killed = before(training, batch, () => {
        throw new Error('killed');
      });
      await expect(train(killed, environment())).rejects.toThrow('killed');
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Everything of a result that must be the same after an interruption. */
export const numbersOf = ({ parameters, ema, finalLoss, steps, best }: TrainingResult) => ({
  parameters: [...parameters].map(([name, { data }]) => [name, [...data]]),
  ema: ema === null ? null : [...ema].map(([name, { data }]) => [name, [...data]]),
  finalLoss,
  steps,
  best,
});
