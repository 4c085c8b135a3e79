import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  customType,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { benchmarks } from '../benchmarks/index.js';
import { createdAt, idCheck, labId, sameLength, sha256Check, tenantPolicy } from '../columns.js';
import { splitRole } from '../datasets/splits.js';
import { modelKind, models } from '../models/models.js';
import { runs } from '../runs/runs.js';

const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });

/** Where a temperature was fitted: the selection benchmark's protocol and examples, and the end of the range if it is one. */
export interface Calibration {
  readonly protocol: string;
  readonly n: number;
  readonly bound: 'low' | 'high' | null;
}

/**
 * One model on one benchmark. `correct` has one bit per scored example, least significant first; `examples` of them: n, or
 * for a corruption benchmark the sum over its cells, cell after cell. top1 in [0, 1]; nll in nats; ece and brier as in
 * docs; each null where the benchmark has no such number, and without a top1 no example is right or wrong: `examples` is 0. `further`
 * are numbers by a name of the engine's table of metrics. `modelKind` and `role` repeat the model's and the benchmark's (the foreign keys hold them to it), so that a
 * leaderboard page is one index range. `transduction`: the model saw these images, or others of their shift, without labels.
 * `forwardPasses` and `backwardPasses`: examples through networks that the numbers cost, null where no gradient was taken. `spent`: a choice in the model's lineage was made on this split.
 */
export const evaluations = pgTable(
  'evaluations',
  {
    labId: labId(),
    id: text().notNull().unique(),
    modelId: text().notNull(),
    modelKind: modelKind().notNull(),
    benchmarkId: text().notNull(),
    role: splitRole().notNull(),
    spent: boolean().notNull(),
    n: integer().notNull(),
    top1: doublePrecision(),
    nll: doublePrecision(),
    ece: doublePrecision(),
    brier: doublePrecision(),
    cellCorruption: text().array(),
    cellSeverity: integer().array(),
    cellN: integer().array(),
    cellTop1: doublePrecision().array(),
    meanCorruptionError: doublePrecision(),
    further: jsonb().$type<Readonly<Record<string, number>>>().notNull().default({}),
    calibration: jsonb().$type<Calibration>(),
    transduction: text({ enum: ['disjoint', 'joint'] }),
    examples: integer().notNull(),
    correct: bytea().notNull(),
    forwardPasses: bigint({ mode: 'number' }).notNull(),
    backwardPasses: bigint({ mode: 'number' }),
    seconds: doublePrecision().notNull(),
    stepKey: text().notNull(),
    runId: text(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    unique('evaluations_once').on(table.labId, table.modelId, table.benchmarkId),
    foreignKey({
      name: 'evaluations_model',
      columns: [table.labId, table.modelId, table.modelKind],
      foreignColumns: [models.labId, models.id, models.kind],
    }),
    foreignKey({
      name: 'evaluations_benchmark',
      columns: [table.labId, table.benchmarkId, table.role],
      foreignColumns: [benchmarks.labId, benchmarks.id, benchmarks.role],
    }),
    foreignKey({ name: 'evaluations_run', columns: [table.labId, table.runId], foreignColumns: [runs.labId, runs.id] }),
    // The leaderboard of all kinds, and of one: read forwards for best first, backwards for worst first. `spent` rides
    // along, so that ranks are counted from the index alone.
    index('evaluations_leaderboard').on(
      table.labId,
      table.benchmarkId,
      table.top1.desc().nullsFirst(),
      table.modelId,
      table.spent,
    ),
    index('evaluations_leaderboard_of_kind').on(
      table.labId,
      table.benchmarkId,
      table.modelKind,
      table.top1.desc().nullsFirst(),
      table.modelId,
    ),
    idCheck('evaluations_id', table.id, ['eval']),
    check('evaluations_n', sql`${table.n} > 0`),
    check('evaluations_top1', sql`${table.top1} between 0 and 1`),
    check('evaluations_ece', sql`${table.ece} between 0 and 1`),
    check('evaluations_brier', sql`${table.brier} between 0 and 2`),
    check('evaluations_nll', sql`${table.nll} >= 0`),
    check('evaluations_cells', sameLength([table.cellCorruption, table.cellSeverity, table.cellN, table.cellTop1])),
    check(
      'evaluations_cell_top1',
      sql`${table.cellTop1} is null or (0 <= all (${table.cellTop1}) and 1 >= all (${table.cellTop1}))`,
    ),
    check('evaluations_cell_n', sql`${table.cellN} is null or 0 < all (${table.cellN})`),
    check('evaluations_correct', sql`octet_length(${table.correct}) = (${table.examples} + 7) / 8`),
    check(
      'evaluations_examples',
      sql`case when ${table.top1} is null then ${table.examples} = 0 else ${table.examples} >= ${table.n} end`,
    ),
    check('evaluations_further', sql`jsonb_typeof(${table.further}) = 'object'`),
    check('evaluations_calibration', sql`jsonb_typeof(${table.calibration}) = 'object'`),
    check('evaluations_forward_passes', sql`${table.forwardPasses} >= 0`),
    check('evaluations_transduction', sql`${table.transduction} in ('disjoint', 'joint')`),
    check('evaluations_backward_passes', sql`${table.backwardPasses} > 0`),
    check('evaluations_seconds', sql`${table.seconds} >= 0`),
    sha256Check('evaluations_step_key', table.stepKey),
    tenantPolicy('evaluations', table.labId),
  ],
);
