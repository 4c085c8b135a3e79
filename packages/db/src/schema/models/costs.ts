import { sql } from 'drizzle-orm';
import { check, foreignKey, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { createdAt, labId, sha256Check, tenantPolicy } from '../columns.js';
import { runs } from '../runs/runs.js';
import { models } from './models.js';

/**
 * What answers of a model cost where they were last measured: one network, so ensembles have none of their own. `document` is what the
 * engine's step says of the network and of the machine, by whose schema it was parsed before it was stored; `createdAt` when that was
 * measured, which a run that reuses the result does not change.
 */
export const modelCosts = pgTable(
  'model_costs',
  {
    labId: labId(),
    modelId: text().notNull(),
    document: jsonb().$type<Readonly<Record<string, unknown>>>().notNull(),
    stepKey: text().notNull(),
    runId: text(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.modelId] }),
    foreignKey({
      name: 'model_costs_model',
      columns: [table.labId, table.modelId],
      foreignColumns: [models.labId, models.id],
    }),
    foreignKey({ name: 'model_costs_run', columns: [table.labId, table.runId], foreignColumns: [runs.labId, runs.id] }),
    check('model_costs_document', sql`jsonb_typeof(${table.document}) = 'object'`),
    sha256Check('model_costs_step_key', table.stepKey),
    tenantPolicy('model_costs', table.labId),
  ],
);
