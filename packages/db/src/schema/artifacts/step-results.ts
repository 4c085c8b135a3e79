import { foreignKey, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdAt, labId, lengthCheck, sha256Check, tenantPolicy } from '../columns.js';
import { labs } from '../labs/labs.js';
import { stepKind } from '../runs/enums.js';
import { artifacts } from './artifacts.js';

/** What a step key gave, once and for all in a lab: a step whose key is here is not run again. */
export const stepResults = pgTable(
  'step_results',
  {
    labId: labId().references(() => labs.id),
    key: text().notNull(),
    kind: stepKind().notNull(),
    summary: jsonb().$type<Record<string, unknown>>().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.key] }),
    sha256Check('step_results_key', table.key),
    tenantPolicy('step_results', table.labId),
  ],
);

/** The named outputs of a step result. */
export const stepOutputs = pgTable(
  'step_outputs',
  {
    labId: labId(),
    key: text().notNull(),
    output: text().notNull(),
    artifactId: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.key, table.output] }),
    foreignKey({
      name: 'step_outputs_result',
      columns: [table.labId, table.key],
      foreignColumns: [stepResults.labId, stepResults.key],
    }),
    foreignKey({
      name: 'step_outputs_artifact',
      columns: [table.labId, table.artifactId],
      foreignColumns: [artifacts.labId, artifacts.id],
    }),
    lengthCheck('step_outputs_output', table.output, 64),
    tenantPolicy('step_outputs', table.labId),
  ],
);
