import { costSummary } from '@stockpot/engine/metrics';
import { MAX_INGREDIENTS, type Plan } from '@stockpot/engine/recipe';
import { z } from 'zod';
import { hash, objectId } from '../page.js';
import { benchmarkSummary, datasetSummary, evaluateSummary, jsonSummary } from './summaries.js';

const stepName = z.string().min(1).max(400);
const place = { runId: objectId, /** The step's name in the plan. */ stepId: stepName };

export const artifactInput = z.object({
  output: z.string().min(1).max(64),
  hash,
  bytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  mediaType: z.string().min(1).max(200),
});

/** Too long a message is cut: it must not keep a failure from being stored. */
const sentence = (max: number) => z.string().transform((text) => text.slice(0, max));
export const failure = z.object({ name: sentence(200), message: sentence(10_000), advice: sentence(10_000) });

/** What row the result becomes. It must agree with the plan's `makes`. */
export const produced = z.discriminatedUnion('type', [
  z.object({ type: z.literal('dataset'), summary: datasetSummary }),
  z.object({ type: z.literal('benchmark'), summary: benchmarkSummary }),
  z.object({
    type: z.literal('model'),
    model: z.enum(['stock', 'ingredient', 'soup', 'ensemble']),
    name: z.string().min(1).max(200),
    /**
     * Steps of this run that made the parents; the coefficient is null where the model was trained from the parent, or mixed by
     * no linear combination.
     */
    parents: z.array(z.object({ stepId: stepName, coefficient: z.number().nullable() })).max(MAX_INGREDIENTS + 1),
    summary: jsonSummary,
  }),
  z.object({
    type: z.literal('evaluation'),
    modelStepId: stepName,
    benchmarkStepId: stepName,
    summary: evaluateSummary,
    /** One bit per scored example, least significant first. */
    correct: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes'),
  }),
  z.object({
    type: z.literal('analysis'),
    summary: jsonSummary,
    /** Checked by the schema of its kind, and to be about what the plan says. */
    document: jsonSummary,
  }),
  z.object({ type: z.literal('costs'), summary: costSummary }),
  /** A probe's head, the features of a model: an artifact and no row of its own. */
  z.object({ type: z.literal('none'), summary: jsonSummary.default({}) }),
]);
export type Produced = z.input<typeof produced>;

export const findResultInput = z.object({ runId: objectId, key: hash });
export interface FoundResult {
  readonly outputs: Readonly<
    Record<string, { readonly hash: string; readonly bytes: number; readonly mediaType: string }>
  >;
  readonly summary: Readonly<Record<string, unknown>>;
}
export const beginStepInput = z.object({ ...place, key: hash, attempt: z.number().int().min(1).optional() });
export interface BegunStep {
  /** Row id. */
  readonly id: string;
  /** Attempts at this step so far, this one included. */
  readonly attempt: number;
  /** True when the step was finished before (by an earlier call of this or another worker): there is nothing to do. */
  readonly finished: boolean;
}
export const progressInput = z.object({
  ...place,
  done: z.number().min(0),
  total: z.number().min(0),
  unit: z.string().min(1).max(40),
  rate: z.number().min(0).nullish(),
});
export const completeStepInput = z.object({
  ...place,
  key: hash,
  reused: z.boolean(),
  artifacts: z.array(artifactInput).min(1).max(32),
  produced,
});
export interface CompletedStep {
  /** False when it was complete already: the first result stands. */
  readonly committed: boolean;
  readonly modelId: string | null;
  readonly datasetId: string | null;
  readonly benchmarkId: string | null;
  readonly evaluationId: string | null;
  readonly analysisId: string | null;
  /** What stands under the key: of two results of one key the first. */
  readonly outputs: FoundResult['outputs'];
}
export const failStepInput = z.object({
  ...place,
  error: failure,
});
/** A run a dispatcher may take, or one that its worker lost. */
export interface QueuedRun {
  readonly runId: string;
  readonly labId: string;
  readonly status: 'queued' | 'running';
  readonly cancelRequested: boolean;
  /** Executor id of the worker that has it; null when nobody ever had. */
  readonly executorId: string | null;
}
export const queuedRunsInput = z.object({ limit: z.number().int().min(1).max(1000).default(100) });
export const workerRunInput = z.object({ runId: objectId });
/** The plan of the run; null when the run is over (finished or cancelled). */
export type StartedRun = Plan | null;
export const finishRunInput = z.object({
  runId: objectId,
  /** What the worker believes; see `runs.finish` for when it counts. */
  state: z.enum(['succeeded', 'failed', 'cancelled']).optional(),
  /** The step whose failure ended the run, by its name in the plan. */
  stepId: stepName.optional(),
  error: failure.optional(),
});
