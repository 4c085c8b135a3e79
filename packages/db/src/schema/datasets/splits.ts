import { sql } from 'drizzle-orm';
import { check, foreignKey, integer, pgEnum, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { idCheck, labId, lengthCheck, sha256Check, tenantPolicy } from '../columns.js';
import { datasets } from './datasets.js';

export const SPLIT_ROLES = ['train', 'selection', 'test', 'shift', 'unlabeled'] as const;
export type SplitRole = (typeof SPLIT_ROLES)[number];
export const splitRole = pgEnum('split_role', SPLIT_ROLES);

/** A part of a dataset and what it may be used for. Splits of one dataset do not overlap unless its summary says so. */
export const splits = pgTable(
  'splits',
  {
    labId: labId(),
    id: text().notNull().unique(),
    datasetId: text().notNull(),
    name: text().notNull(),
    role: splitRole().notNull(),
    n: integer().notNull(),
    contentHash: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    unique('splits_name').on(table.labId, table.datasetId, table.name),
    // Lets a benchmark carry its split's role without being able to contradict it.
    unique('splits_role').on(table.labId, table.id, table.role),
    foreignKey({
      name: 'splits_dataset',
      columns: [table.labId, table.datasetId],
      foreignColumns: [datasets.labId, datasets.id],
    }),
    idCheck('splits_id', table.id, ['split']),
    lengthCheck('splits_name_length', table.name, 200),
    check('splits_n', sql`${table.n} > 0`),
    sha256Check('splits_content_hash', table.contentHash),
    tenantPolicy('splits', table.labId),
  ],
);
