import { boolean, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, instant } from '../columns.js';

/** better-auth's `user`. Accounts belong to the installation; what they may do in a lab is in `memberships`. */
export const users = pgTable('users', {
  id: text().primaryKey(),
  name: text().notNull(),
  email: text().notNull().unique(),
  emailVerified: boolean().notNull().default(false),
  image: text(),
  createdAt: createdAt(),
  updatedAt: createdAt(),
});

/** Who administers this installation: may create labs. Its first row closes the one-time set-up for good. */
export const administrators = pgTable('administrators', {
  userId: text()
    .primaryKey()
    .references(() => users.id, { onDelete: 'restrict' }),
  createdAt: instant().notNull().defaultNow(),
});
