import { sql } from 'drizzle-orm';
import { check, index, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, instant, sha256Check } from '../columns.js';

/**
 * One-time keys to the first administrator's account. Only the SHA-256 of the token is kept. A newer token retires the
 * older ones (`retiredAt`); a used one has `usedAt`; neither opens anything.
 */
export const setupTokens = pgTable(
  'setup_tokens',
  {
    id: text().primaryKey(),
    tokenHash: text().notNull().unique(),
    createdAt: createdAt(),
    expiresAt: instant().notNull(),
    usedAt: instant(),
    retiredAt: instant(),
  },
  (table) => [
    sha256Check('setup_tokens_hash', table.tokenHash),
    check('setup_tokens_one_end', sql`${table.usedAt} is null or ${table.retiredAt} is null`),
    index('setup_tokens_open').on(table.createdAt).where(sql`used_at is null and retired_at is null`),
  ],
);
