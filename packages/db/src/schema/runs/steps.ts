import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { type AnalysisKind, analyses } from '../analyses/index.js';
import { benchmarks } from '../benchmarks/index.js';
import { idCheck, instant, labId, lengthCheck, sha256Check, tenantPolicy } from '../columns.js';
import { datasets } from '../datasets/datasets.js';
import { evaluations } from '../evaluations/index.js';
import { models } from '../models/models.js';
import { workers } from '../workers/index.js';
import { type FailureDocument, stepKind, stepStatus } from './enums.js';
import { runs } from './runs.js';

/** Role of an input → the steps and outputs that fill it, in order. */
export type StepInputs = Record<string, { step: string; output: string }[]>;

/** What row the result becomes (the plan's `makes`; steps are named by their place in the plan). */
export type StepMakes =
  | { type: 'dataset'; name: string }
  | { type: 'benchmark'; name: string; split: string }
  | { type: 'head' }
  | { type: 'features' }
  /** Places in the plan. */
  | { type: 'costs'; models: string[] }
  | { type: 'model'; model: 'stock' | 'ingredient' | 'soup' | 'ensemble'; name: string; parents: string[] }
  | { type: 'evaluation'; model: string; benchmark: string; transduction?: 'disjoint' | 'joint' }
  /** `models` and `benchmark` are places in the plan. */
  | { type: 'analysis'; name: string; analysis: AnalysisKind; models: string[]; benchmark: string | null };

/**
 * A step of a run's plan. `stepId` is its name in the plan ('ingredients/ft-03'). A step is claimed by a worker with its
 * lease epoch (`steps.begin`) and only that holder completes it, once: status `succeeded` or `reused` is final. At most
 * one of the five result columns is set, by what the step makes.
 * `definition`: what the step is but for the seeds that repeats of a recipe vary; null where no such seed reaches it, and in runs of
 * before there were definitions. `repeat`: which of the recipe's repeats it is of.
 */
export const steps = pgTable(
  'steps',
  {
    labId: labId(),
    id: text().notNull().unique(),
    runId: text().notNull(),
    stepId: text().notNull(),
    position: integer().notNull(),
    kind: stepKind().notNull(),
    title: text().notNull(),
    parameters: jsonb().$type<Record<string, unknown>>().notNull(),
    inputs: jsonb().$type<StepInputs>().notNull(),
    makes: jsonb().$type<StepMakes>().notNull(),
    dependsOn: text().array().notNull(),
    definition: text(),
    repeat: integer().notNull().default(1),
    status: stepStatus().notNull().default('waiting'),
    key: text(),
    attempts: integer().notNull().default(0),
    workerId: text().references(() => workers.id),
    leaseEpoch: bigint({ mode: 'number' }),
    startedAt: instant(),
    finishedAt: instant(),
    progressDone: doublePrecision(),
    progressTotal: doublePrecision(),
    progressUnit: text(),
    progressRate: doublePrecision(),
    error: jsonb().$type<FailureDocument>(),
    datasetId: text(),
    benchmarkId: text(),
    modelId: text(),
    evaluationId: text(),
    analysisId: text(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    unique('steps_step_id').on(table.labId, table.runId, table.stepId),
    unique('steps_position').on(table.labId, table.runId, table.position),
    foreignKey({ name: 'steps_run', columns: [table.labId, table.runId], foreignColumns: [runs.labId, runs.id] }),
    foreignKey({
      name: 'steps_dataset',
      columns: [table.labId, table.datasetId],
      foreignColumns: [datasets.labId, datasets.id],
    }),
    foreignKey({
      name: 'steps_benchmark',
      columns: [table.labId, table.benchmarkId],
      foreignColumns: [benchmarks.labId, benchmarks.id],
    }),
    foreignKey({
      name: 'steps_model',
      columns: [table.labId, table.modelId],
      foreignColumns: [models.labId, models.id],
    }),
    foreignKey({
      name: 'steps_evaluation',
      columns: [table.labId, table.evaluationId],
      foreignColumns: [evaluations.labId, evaluations.id],
    }),
    foreignKey({
      name: 'steps_analysis',
      columns: [table.labId, table.analysisId],
      foreignColumns: [analyses.labId, analyses.id],
    }),
    // The models of a run (leaderboard filter) and the runs of a model.
    index('steps_by_model').on(table.labId, table.modelId).where(sql`model_id is not null`),
    // Models of one definition: a method over seeds.
    index('steps_by_definition')
      .on(table.labId, table.definition, table.modelId)
      .where(sql`definition is not null and model_id is not null`),
    idCheck('steps_id', table.id, ['step']),
    lengthCheck('steps_step_id_length', table.stepId, 400),
    sha256Check('steps_key', table.key),
    sha256Check('steps_definition', table.definition),
    check('steps_repeat', sql`${table.repeat} > 0`),
    check('steps_attempts', sql`${table.attempts} >= 0`),
    check('steps_done_has_key', sql`${table.status} not in ('succeeded', 'reused') or ${table.key} is not null`),
    check(
      'steps_claimed',
      sql`${table.status} <> 'running' or (${table.workerId} is not null and ${table.leaseEpoch} is not null)`,
    ),
    check(
      'steps_one_result',
      sql`num_nonnulls(${table.datasetId}, ${table.benchmarkId}, ${table.modelId}, ${table.evaluationId}, ${table.analysisId}) <= 1`,
    ),
    tenantPolicy('steps', table.labId),
  ],
);
