import type { FailureDocument, RunStatus, StepInputs, StepKind, StepMakes, StepStatus } from '@stockpot/db';
import { z } from 'zod';
import type { Artifact } from '../models/types.js';
import { after, first, labRef, objectId, objectIds } from '../page.js';

export type { FailureDocument, RunStatus, StepKind, StepStatus };

export interface StepCounts {
  readonly total: number;
  readonly waiting: number;
  readonly running: number;
  readonly succeeded: number;
  readonly reused: number;
  readonly failed: number;
  readonly cancelled: number;
}
export interface Run {
  readonly id: string;
  readonly labId: string;
  readonly recipeId: string;
  readonly name: string;
  readonly status: RunStatus;
  readonly planHash: string;
  readonly seed: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  /** Set by `runs.cancel`; the worker stops within one training step. */
  readonly cancelRequestedAt: Date | null;
  readonly error: FailureDocument | null;
  readonly counts: StepCounts;
}
export interface StepProgress {
  readonly done: number;
  readonly total: number;
  readonly unit: string;
  readonly rate: number | null;
}
export interface Step {
  /** Row id, step_… */
  readonly id: string;
  readonly labId: string;
  readonly runId: string;
  /** Its name in the plan, 'ingredients/ft-03'. */
  readonly stepId: string;
  readonly position: number;
  readonly kind: StepKind;
  readonly title: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly inputs: StepInputs;
  readonly makes: StepMakes;
  /** Names in the plan. */
  readonly dependsOn: readonly string[];
  /** Which of the recipe's repeats it is of, from 1; what all of them share is of the first. */
  readonly repeat: number;
  readonly status: StepStatus;
  readonly key: string | null;
  readonly attempts: number;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly progress: StepProgress | null;
  readonly error: FailureDocument | null;
  readonly datasetId: string | null;
  readonly benchmarkId: string | null;
  readonly modelId: string | null;
  readonly evaluationId: string | null;
  readonly analysisId: string | null;
  /** Names of its metric series. */
  readonly series: readonly string[];
  readonly artifacts: readonly { readonly output: string; readonly artifact: Artifact }[];
}

export const submitRunInput = z.object({
  lab: labRef,
  recipeText: z.string().min(1).max(1_000_000),
  format: z.enum(['yaml', 'json']).default('yaml'),
});
export const runInput = z.object({ run: objectId });
export const listRunsInput = z.object({ lab: labRef, first: first.default(20), after });
export const getStepInput = z.object({ id: objectId });
export const manyRunsInput = z.object({ lab: labRef, ids: objectIds });
