import { sql } from 'drizzle-orm';
import { bigint, check, foreignKey, index, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { artifacts } from '../artifacts/artifacts.js';
import { createdAt, labId, lengthCheck, sha256Check, tenantPolicy } from '../columns.js';
import { labs } from '../labs/labs.js';
import { runs } from '../runs/runs.js';

export const MODEL_KINDS = ['stock', 'ingredient', 'soup', 'ensemble'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];
/**
 * Text with a CHECK and no Postgres enum, unlike the other closed sets: kinds lead indexes of pages that run under
 * row-level security, where only operators marked leakproof may reach an index. Those of text are; those of enums are not.
 */
export const modelKind = () => text({ enum: MODEL_KINDS });

/**
 * What stocks, ingredients, soups and ensembles have in common; each has its own table keyed by the same (lab, id, kind).
 * A model exists only with a complete artifact: for a soup its checkpoint, for an ensemble the list of its members.
 * `runId` is the run that first made it; other runs that reached the same step key point at the same row.
 */
export const models = pgTable(
  'models',
  {
    labId: labId().references(() => labs.id),
    id: text().notNull().unique(),
    kind: modelKind().notNull(),
    name: text().notNull(),
    artifactId: text().notNull(),
    stepKey: text().notNull(),
    parameterCount: bigint({ mode: 'number' }),
    runId: text(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    // A row of a class table cannot belong to a model of another kind.
    unique('models_kind').on(table.labId, table.id, table.kind),
    unique('models_step_key').on(table.labId, table.stepKey),
    foreignKey({
      name: 'models_artifact',
      columns: [table.labId, table.artifactId],
      foreignColumns: [artifacts.labId, artifacts.id],
    }),
    foreignKey({ name: 'models_run', columns: [table.labId, table.runId], foreignColumns: [runs.labId, runs.id] }),
    // Pages of all kinds, and of one.
    index('models_by_time').on(table.labId, table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst()),
    index('models_by_name').on(table.labId, table.name, table.id),
    index('models_by_kind_and_time').on(
      table.labId,
      table.kind,
      table.createdAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index('models_by_kind_and_name').on(table.labId, table.kind, table.name, table.id),
    check(
      'models_id',
      sql`${table.id} ~ ('^' || case ${table.kind} when 'stock' then 'stock' when 'ingredient' then 'ingr' when 'soup' then 'soup' else 'ens' end || '_[0-7][0-9a-hjkmnp-tv-z]{25}$')`,
    ),
    check('models_kind_known', sql`${table.kind} in ('stock', 'ingredient', 'soup', 'ensemble')`),
    lengthCheck('models_name', table.name, 200),
    sha256Check('models_step_key_format', table.stepKey),
    check('models_parameter_count', sql`${table.parameterCount} > 0`),
    tenantPolicy('models', table.labId),
  ],
);
