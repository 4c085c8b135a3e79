import { index, jsonb, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, idCheck, tenantPolicy } from '../columns.js';

export const ACTOR_TYPES = ['user', 'token', 'worker', 'system', 'anonymous'] as const;
export const actorType = pgEnum('actor_type', ACTOR_TYPES);

/**
 * Who did what. Written in the transaction of the deed: a deed without its row, or a row without its deed, cannot be.
 * No foreign keys, because the record outlives what it names. `labId` is null for deeds on the installation (set-up,
 * workers). Readers order by (createdAt, id). `details` never holds a secret: verbs choose what goes in.
 */
export const auditLog = pgTable(
  'audit_log',
  {
    id: text().primaryKey(),
    labId: text(),
    verb: text().notNull(),
    actorType: actorType().notNull(),
    actorId: text(),
    object: text(),
    details: jsonb().$type<Record<string, unknown>>().notNull(),
    requestId: text(),
    createdAt: createdAt(),
  },
  (table) => [
    idCheck('audit_log_id', table.id, ['audit']),
    index('audit_log_by_lab').on(table.labId, table.createdAt, table.id),
    index('audit_log_by_object').on(table.labId, table.object),
    tenantPolicy('audit_log', table.labId),
  ],
);
