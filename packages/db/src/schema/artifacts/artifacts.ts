import { sql } from 'drizzle-orm';
import { bigint, check, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { createdAt, idCheck, labId, sha256Check, tenantPolicy } from '../columns.js';
import { labs } from '../labs/labs.js';

/**
 * A complete blob of the content-addressed store. The row is written after the blob was renamed into place under its
 * verified SHA-256, never before: whoever sees the row may read the blob.
 */
export const artifacts = pgTable(
  'artifacts',
  {
    labId: labId().references(() => labs.id),
    id: text().notNull().unique(),
    hash: text().notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
    mediaType: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    unique('artifacts_hash').on(table.labId, table.hash),
    idCheck('artifacts_id', table.id, ['art']),
    sha256Check('artifacts_hash_format', table.hash),
    check('artifacts_bytes', sql`${table.bytes} >= 0`),
    tenantPolicy('artifacts', table.labId),
  ],
);
