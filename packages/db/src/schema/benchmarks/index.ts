import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { artifacts } from '../artifacts/artifacts.js';
import { createdAt, idCheck, labId, lengthCheck, sha256Check, tenantPolicy } from '../columns.js';
import { splitRole, splits } from '../datasets/splits.js';
import { labs } from '../labs/labs.js';

/**
 * A versioned evaluation protocol. `protocolHash` is the SHA-256 of the protocol document (the artifact); `n` its number of
 * examples (before corruption); `role` is its split's and cannot differ from it. A corruption benchmark has both lists.
 * `headline`: the number that models are ordered by here, by its name in the engine's table of metrics. `protocolName`: the version of
 * what is measured ('knn-1', 'cifar-c-official-1'); null for plain answers to clean images.
 * `ranked`: how many evaluations rank on it, those with a top-1 that is not spent; a trigger on `evaluations` keeps it.
 */
export const benchmarks = pgTable(
  'benchmarks',
  {
    labId: labId().references(() => labs.id),
    id: text().notNull().unique(),
    name: text().notNull(),
    splitId: text().notNull(),
    role: splitRole().notNull(),
    n: integer().notNull(),
    protocolHash: text().notNull(),
    corruptions: text().array(),
    severities: integer().array(),
    ranked: integer().notNull().default(0),
    headline: text().notNull().default('top1'),
    protocolName: text(),
    artifactId: text().notNull(),
    stepKey: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    unique('benchmarks_step_key').on(table.labId, table.stepKey),
    unique('benchmarks_role').on(table.labId, table.id, table.role),
    foreignKey({
      name: 'benchmarks_split',
      columns: [table.labId, table.splitId, table.role],
      foreignColumns: [splits.labId, splits.id, splits.role],
    }),
    foreignKey({
      name: 'benchmarks_artifact',
      columns: [table.labId, table.artifactId],
      foreignColumns: [artifacts.labId, artifacts.id],
    }),
    index('benchmarks_by_name').on(table.labId, table.name, table.id),
    idCheck('benchmarks_id', table.id, ['bench']),
    lengthCheck('benchmarks_name', table.name, 200),
    check('benchmarks_n', sql`${table.n} > 0`),
    check('benchmarks_ranked', sql`${table.ranked} >= 0`),
    check('benchmarks_grid', sql`(${table.corruptions} is null) = (${table.severities} is null)`),
    lengthCheck('benchmarks_headline', table.headline, 100),
    lengthCheck('benchmarks_protocol_name', table.protocolName, 100),
    sha256Check('benchmarks_protocol_hash', table.protocolHash),
    sha256Check('benchmarks_step_key_format', table.stepKey),
    tenantPolicy('benchmarks', table.labId),
  ],
);
