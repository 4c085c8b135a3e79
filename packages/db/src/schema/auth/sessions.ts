import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, instant } from '../columns.js';
import { users } from './users.js';

/** better-auth's `session`. */
export const sessions = pgTable(
  'sessions',
  {
    id: text().primaryKey(),
    expiresAt: instant().notNull(),
    token: text().notNull().unique(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
    ipAddress: text(),
    userAgent: text(),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
  },
  (table) => [index('sessions_user_id').on(table.userId)],
);
