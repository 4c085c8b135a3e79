import { join } from 'node:path';
import { z } from 'zod';
import { stepKey } from '../recipe/index.js';
import type { TrainingEnvironment, TrainingResult } from '../training/train.js';
import type { StepContext, StepKind } from './definition.js';

/** Least time between two of a training's own checkpoints, in seconds: what a killed worker may have to do again. */
const CHECKPOINT_SECONDS = 5;

/** Parameters or architecture of a step as they were: any JSON object. */
export const jsonRecord = z.record(z.string(), z.json());

/** What is known of a finished training. `imagesPerSecond` is of this machine; everything else is of the step. */
export const trainingSummary = z.strictObject({
  architecture: jsonRecord,
  hyperparameters: jsonRecord,
  /** Numbers in the checkpoint's tensors. */
  parameters: z.int().min(0),
  /** Exponential mean of the last losses. */
  finalLoss: z.number(),
  steps: z.int().min(0),
  imagesPerSecond: z.number().min(0),
});

/** A checkpoint's summary out of a training and what it was given. */
export function summarise(
  { architecture, ...hyperparameters }: { readonly architecture: object } & Readonly<Record<string, unknown>>,
  { parameters, finalLoss, steps, imagesPerSecond }: TrainingResult,
): z.output<typeof trainingSummary> {
  let count = 0;
  for (const { data } of parameters.values()) count += data.length;
  return trainingSummary.parse({ architecture, hyperparameters, parameters: count, finalLoss, steps, imagesPerSecond });
}

/** Where a step's training runs. Its own checkpoints lie in the step's scratch folder and belong to this very step. */
export function trainingEnvironment(
  kind: StepKind,
  parameters: Readonly<Record<string, unknown>>,
  context: StepContext,
): TrainingEnvironment {
  const { device, threads, reporter, signal, scratch, inputs } = context;
  const hashes = Object.fromEntries(
    Object.entries(inputs).map(([role, artifacts]) => [role, artifacts.map(({ hash }) => hash)]),
  );
  return {
    device,
    threads,
    reporter,
    signal,
    checkpoints: {
      path: join(scratch, 'training.safetensors'),
      fingerprint: stepKey({ kind, parameters: jsonRecord.parse(parameters) }, hashes, device),
      everySeconds: CHECKPOINT_SECONDS,
    },
  };
}
