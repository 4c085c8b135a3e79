import { boolean, index, integer, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, instant } from '../columns.js';
import { users } from './users.js';

/**
 * better-auth's `apikey` (api-key plugin). `key` is a SHA-256, never the key; `start` is what people recognise it by;
 * `permissions` and `metadata` are JSON written by the plugin. `referenceId` is the user whose key it is.
 */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text().primaryKey(),
    configId: text().notNull().default('default'),
    name: text(),
    start: text(),
    referenceId: text()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    prefix: text(),
    key: text().notNull(),
    refillInterval: integer(),
    refillAmount: integer(),
    lastRefillAt: instant(),
    enabled: boolean().default(true),
    rateLimitEnabled: boolean().default(true),
    rateLimitTimeWindow: integer().default(86_400_000),
    rateLimitMax: integer().default(10),
    requestCount: integer().default(0),
    remaining: integer(),
    lastRequest: instant(),
    expiresAt: instant(),
    createdAt: createdAt(),
    updatedAt: createdAt(),
    permissions: text(),
    metadata: text(),
  },
  (table) => [
    index('api_keys_config_id').on(table.configId),
    index('api_keys_reference_id').on(table.referenceId),
    index('api_keys_key').on(table.key),
  ],
);
