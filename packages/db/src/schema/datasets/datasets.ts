import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { artifacts } from '../artifacts/artifacts.js';
import { createdAt, idCheck, labId, lengthCheck, sha256Check, tenantPolicy } from '../columns.js';
import { labs } from '../labs/labs.js';

/** Images with a content hash; `image` is [channels, height, width]; the artifact is the manifest with every index list. */
export const datasets = pgTable(
  'datasets',
  {
    labId: labId().references(() => labs.id),
    id: text().notNull().unique(),
    name: text().notNull(),
    contentHash: text().notNull(),
    classes: integer().notNull(),
    image: integer().array().notNull(),
    artifactId: text().notNull(),
    stepKey: text().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    // The same key gave the same bytes: there is one row for them.
    unique('datasets_step_key').on(table.labId, table.stepKey),
    foreignKey({
      name: 'datasets_artifact',
      columns: [table.labId, table.artifactId],
      foreignColumns: [artifacts.labId, artifacts.id],
    }),
    index('datasets_by_name').on(table.labId, table.name, table.id),
    idCheck('datasets_id', table.id, ['ds']),
    lengthCheck('datasets_name', table.name, 200),
    sha256Check('datasets_content_hash', table.contentHash),
    sha256Check('datasets_step_key_format', table.stepKey),
    check('datasets_classes', sql`${table.classes} >= 0`),
    check('datasets_image', sql`cardinality(${table.image}) = 3 and 0 < all (${table.image})`),
    tenantPolicy('datasets', table.labId),
  ],
);
