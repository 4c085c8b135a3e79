import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { type DeviceWord, deviceWords } from '@stockpot/engine/process';
import { z } from 'zod';

const folder = z
  .string()
  .min(1)
  .transform((path) => resolve(path));
const count = (most: number) => z.coerce.number().int().min(1).max(most);

const schema = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'expected an address such as postgres://user:password@host:5432/name'),
  STOCKPOT_BLOBS: folder,
  STOCKPOT_SCRATCH: folder,
  /** Stable over restarts, different for every worker: after a crash the same id takes its own work up again at once. */
  STOCKPOT_WORKER_ID: z.string().min(1).max(200).default(`${hostname()}-1`),
  STOCKPOT_SLOTS: count(256).default(2),
  STOCKPOT_THREADS: count(256).default(1),
  /** What networks run on. One class for a lab: results of another are computed anew. */
  STOCKPOT_DEVICE: z.enum(deviceWords).default('cpu'),
  /** Resident memory that one step may have; a step that needs more is stopped and told so. No limit when left out. */
  STOCKPOT_MEMORY_MB: count(16_777_216).optional(),
  /** What a `path` data source of a recipe is relative to, and may not leave. */
  STOCKPOT_DATA: folder.prefault('.'),
  STOCKPOT_HEARTBEAT_SECONDS: z.coerce.number().min(0.1).max(60).default(2),
  STOCKPOT_DEAD_AFTER_SECONDS: count(3_600).default(15),
  STOCKPOT_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export interface Environment {
  readonly databaseUrl: string;
  readonly blobs: string;
  readonly scratch: string;
  readonly executorId: string;
  /** Steps at a time. */
  readonly slots: number;
  /** Threads of one step. */
  readonly threads: number;
  readonly device: DeviceWord;
  /** Of one step; undefined for no limit. */
  readonly memoryLimitBytes: number | undefined;
  readonly dataFolder: string;
  readonly heartbeatSeconds: number;
  readonly deadAfterSeconds: number;
  readonly logLevel: string;
}

/** The environment is wrong; the message names each variable and what was expected. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
  readonly advice = 'Set the variables that the message names. `npm start` sets all of them.';
}

export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const parsed = schema.safeParse(variables);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new EnvironmentError(`The worker's environment is wrong. ${issues.join('; ')}.`);
  }
  const values = parsed.data;
  if (values.STOCKPOT_DEAD_AFTER_SECONDS < 3 * values.STOCKPOT_HEARTBEAT_SECONDS) {
    throw new EnvironmentError(
      'STOCKPOT_DEAD_AFTER_SECONDS is less than three heartbeats: a worker that is only slow would be declared dead.',
    );
  }
  return {
    databaseUrl: values.DATABASE_URL,
    blobs: values.STOCKPOT_BLOBS,
    scratch: values.STOCKPOT_SCRATCH,
    executorId: values.STOCKPOT_WORKER_ID,
    slots: values.STOCKPOT_SLOTS,
    threads: values.STOCKPOT_THREADS,
    device: values.STOCKPOT_DEVICE,
    memoryLimitBytes: values.STOCKPOT_MEMORY_MB === undefined ? undefined : values.STOCKPOT_MEMORY_MB * 2 ** 20,
    dataFolder: values.STOCKPOT_DATA,
    heartbeatSeconds: values.STOCKPOT_HEARTBEAT_SECONDS,
    deadAfterSeconds: values.STOCKPOT_DEAD_AFTER_SECONDS,
    logLevel: values.STOCKPOT_LOG_LEVEL,
  };
}
