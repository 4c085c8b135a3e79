import { sql } from 'drizzle-orm';
import { check, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { instant } from '../columns.js';

/** One row: the number of migrations this database has seen, so that older code refuses it instead of damaging it. */
export const stockpotMeta = pgTable(
  'stockpot_meta',
  {
    id: integer().primaryKey().default(1),
    schemaVersion: integer().notNull(),
    codeVersion: text().notNull(),
    updatedAt: instant().notNull().defaultNow(),
  },
  (table) => [check('stockpot_meta_one_row', sql`${table.id} = 1`)],
);
