import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  doublePrecision,
  foreignKey,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { createdAt, idCheck, labId, lengthCheck, tenantPolicy } from '../columns.js';
import { steps } from '../runs/steps.js';

/** A named curve of a step ('loss', 'lr'). The name is a value, never an identifier. */
export const metricSeries = pgTable(
  'metric_series',
  {
    labId: labId(),
    id: text().notNull().unique(),
    stepId: text().notNull(),
    name: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    unique('metric_series_name').on(table.labId, table.stepId, table.name),
    foreignKey({
      name: 'metric_series_step',
      columns: [table.labId, table.stepId],
      foreignColumns: [steps.labId, steps.id],
    }),
    idCheck('metric_series_id', table.id, ['series']),
    lengthCheck('metric_series_name_length', table.name, 200),
    tenantPolicy('metric_series', table.labId),
  ],
);

/**
 * A batch of points as two columns of one length, steps ascending. (series, attempt, first step) names a batch, so one that
 * is sent again is stored once. A later attempt may repeat steps of an earlier one (it resumed from a checkpoint between
 * them): readers take the latest attempt's value. Values may be NaN or infinite: a diverged loss is a fact.
 */
export const metricChunks = pgTable(
  'metric_chunks',
  {
    labId: labId(),
    seriesId: text().notNull(),
    attempt: integer().notNull(),
    firstStep: bigint({ mode: 'number' }).notNull(),
    steps: bigint({ mode: 'number' }).array().notNull(),
    values: doublePrecision().array().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.seriesId, table.attempt, table.firstStep] }),
    foreignKey({
      name: 'metric_chunks_series',
      columns: [table.labId, table.seriesId],
      foreignColumns: [metricSeries.labId, metricSeries.id],
    }),
    check(
      'metric_chunks_lengths',
      sql`cardinality(${table.steps}) = cardinality(${table.values}) and cardinality(${table.steps}) > 0`,
    ),
    check('metric_chunks_first_step', sql`${table.steps}[1] = ${table.firstStep} and ${table.firstStep} >= 0`),
    check('metric_chunks_attempt', sql`${table.attempt} > 0`),
    tenantPolicy('metric_chunks', table.labId),
  ],
);
