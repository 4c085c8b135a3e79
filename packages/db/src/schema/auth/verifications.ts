import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, instant } from '../columns.js';

/** better-auth's `verification`. */
export const verifications = pgTable(
  'verifications',
  {
    id: text().primaryKey(),
    identifier: text().notNull(),
    value: text().notNull(),
    expiresAt: instant().notNull(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
  },
  (table) => [index('verifications_identifier').on(table.identifier)],
);
