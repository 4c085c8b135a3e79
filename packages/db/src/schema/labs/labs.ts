import { sql } from 'drizzle-orm';
import { check, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, idCheck, lengthCheck, tenantPolicy } from '../columns.js';
import { VISIBILITIES } from './constants.js';

export const visibility = pgEnum('visibility', VISIBILITIES);

/** The tenant. */
export const labs = pgTable(
  'labs',
  {
    id: text().primaryKey(),
    slug: text().notNull().unique(),
    name: text().notNull(),
    visibility: visibility().notNull().default('private'),
    createdAt: createdAt(),
  },
  (table) => [
    idCheck('labs_id', table.id, ['lab']),
    check('labs_slug', sql`${table.slug} ~ '^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$'`),
    lengthCheck('labs_name', table.name, 120),
    tenantPolicy('labs', table.id),
  ],
);
