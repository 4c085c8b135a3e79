import { pgEnum } from 'drizzle-orm/pg-core';

export const RUN_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];
export const runStatus = pgEnum('run_status', RUN_STATUSES);

/** `reused`: its key already had a result, nothing was executed. */
export const STEP_STATUSES = ['waiting', 'running', 'succeeded', 'reused', 'failed', 'cancelled'] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];
export const stepStatus = pgEnum('step_status', STEP_STATUSES);

export const STEP_KINDS = [
  'dataset',
  'benchmark',
  'pretrain',
  'import',
  'probe',
  'finetune',
  'align',
  'soup',
  'batchnorm',
  'features',
  'evaluate',
  'cost',
  'analyse',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];
export const stepKind = pgEnum('step_kind', STEP_KINDS);

/** What went wrong, for the person who reads it: a sentence and what to do next. */
export interface FailureDocument {
  name: string;
  message: string;
  advice: string;
}
