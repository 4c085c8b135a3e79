import { sql } from 'drizzle-orm';
import { bigint, check, foreignKey, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { users } from '../auth/users.js';
import { createdAt, idCheck, instant, labId, lengthCheck, sha256Check, tenantPolicy } from '../columns.js';
import { labs } from '../labs/labs.js';
import { recipes } from '../recipes/index.js';
import { workers } from '../workers/index.js';
import { type FailureDocument, runStatus } from './enums.js';

/**
 * One execution of a plan. queued → running → succeeded | failed | cancelled; the last three are final, except that a
 * failed or cancelled run keeps what its steps gave. `workerId` is who took it last; it is told, not trusted: writes are
 * fenced by the worker's lease epoch.
 */
export const runs = pgTable(
  'runs',
  {
    labId: labId().references(() => labs.id),
    id: text().notNull().unique(),
    recipeId: text().notNull(),
    name: text().notNull(),
    status: runStatus().notNull().default('queued'),
    planHash: text().notNull(),
    seed: bigint({ mode: 'number' }).notNull(),
    /** Names of the plan's benchmarks that rank models, and of those that models are chosen on. */
    report: text().array().notNull().default([]),
    selection: text().array().notNull().default([]),
    workerId: text().references(() => workers.id),
    submittedBy: text().references(() => users.id, { onDelete: 'set null' }),
    createdAt: createdAt(),
    startedAt: instant(),
    finishedAt: instant(),
    cancelRequestedAt: instant(),
    error: jsonb().$type<FailureDocument>(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    foreignKey({
      name: 'runs_recipe',
      columns: [table.labId, table.recipeId],
      foreignColumns: [recipes.labId, recipes.id],
    }),
    // Pages of a lab's runs, newest first.
    index('runs_by_time').on(table.labId, table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst()),
    // What a dispatcher polls: stays small however many runs there were.
    index('runs_open').on(table.createdAt, table.id).where(sql`status in ('queued', 'running')`),
    idCheck('runs_id', table.id, ['run']),
    lengthCheck('runs_name', table.name, 200),
    sha256Check('runs_plan_hash', table.planHash),
    check(
      'runs_finished',
      sql`(${table.status} in ('succeeded', 'failed', 'cancelled')) = (${table.finishedAt} is not null)`,
    ),
    check('runs_started', sql`${table.status} not in ('running', 'succeeded') or ${table.startedAt} is not null`),
    tenantPolicy('runs', table.labId),
  ],
);
