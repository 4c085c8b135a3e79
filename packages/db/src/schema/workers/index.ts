import { sql } from 'drizzle-orm';
import { bigint, check, index, integer, jsonb, pgEnum, pgTable, text } from 'drizzle-orm/pg-core';
import { createdAt, idCheck, instant, lengthCheck } from '../columns.js';

export const WORKER_STATUSES = ['alive', 'dead'] as const;
export type WorkerStatus = (typeof WORKER_STATUSES)[number];
export const workerStatus = pgEnum('worker_status', WORKER_STATUSES);

/**
 * A process that executes steps, of the installation and not of a lab. `leaseEpoch` fences its writes: it grows when the
 * executor registers again and when the reaper declares it dead, and every write of the worker requires the epoch it was
 * given; so a worker that was paused and wakes up can write nothing. Times are the database's clock, never the worker's.
 */
export const workers = pgTable(
  'workers',
  {
    id: text().primaryKey(),
    executorId: text().notNull().unique(),
    hostname: text().notNull(),
    device: jsonb().$type<Record<string, unknown>>().notNull(),
    slots: integer().notNull(),
    status: workerStatus().notNull().default('alive'),
    leaseEpoch: bigint({ mode: 'number' }).notNull().default(1),
    heartbeatAt: instant().notNull().defaultNow(),
    createdAt: createdAt(),
  },
  (table) => [
    idCheck('workers_id', table.id, ['wrk']),
    lengthCheck('workers_executor_id', table.executorId, 200),
    check('workers_slots', sql`${table.slots} > 0`),
    check('workers_lease_epoch', sql`${table.leaseEpoch} > 0`),
    index('workers_alive').on(table.heartbeatAt).where(sql`status = 'alive'`),
  ],
);
