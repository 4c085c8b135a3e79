import { index, pgEnum, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { users } from '../auth/users.js';
import { createdAt, labId, tenantPolicy } from '../columns.js';
import { ROLES } from './constants.js';
import { labs } from './labs.js';

export const role = pgEnum('role', ROLES);

/** What a user may do in a lab. No row: nothing, and the lab does not exist for them unless it is public. */
export const memberships = pgTable(
  'memberships',
  {
    labId: labId().references(() => labs.id, { onDelete: 'cascade' }),
    userId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: role().notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.userId] }),
    index('memberships_user').on(table.userId),
    tenantPolicy('memberships', table.labId),
  ],
);
