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
  /** What it was trained on. */
  device: z.string(),
  /** The best score on the selection split that ended the training, and the steps that had it; not there without one. */
  best: z.strictObject({ score: z.number(), steps: z.int() }).exactOptional(),
});

/** A checkpoint's summary out of a training and what it was given. */
export function summarise(
  { architecture, ...hyperparameters }: { readonly architecture: object } & Readonly<Record<string, unknown>>,
  { parameters, finalLoss, steps, imagesPerSecond, device, best }: TrainingResult,
): z.output<typeof trainingSummary> {
  let count = 0;
  for (const { data } of parameters.values()) count += data.length;
  const known = { architecture, hyperparameters, parameters: count, finalLoss, steps, imagesPerSecond, device };
  return trainingSummary.parse({ ...known, ...(best === null ? {} : { best }) });
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
      ...checkpointTimes(parameters),
    },
  };
}

const checkpointEvery = z.looseObject({
  checkpoint_every: z.union([z.object({ steps: z.int() }), z.object({ minutes: z.number() })]),
});

/** When a training saves its state: as its parameters say, or every few seconds. */
function checkpointTimes(parameters: Readonly<Record<string, unknown>>): {
  everySeconds: number;
  everyUpdates?: number;
} {
  const parsed = checkpointEvery.safeParse(parameters);
  if (!parsed.success) return { everySeconds: CHECKPOINT_SECONDS };
  const { checkpoint_every: every } = parsed.data;
  if ('minutes' in every) return { everySeconds: every.minutes * 60 };
  return { everySeconds: Number.POSITIVE_INFINITY, everyUpdates: every.steps };
}
