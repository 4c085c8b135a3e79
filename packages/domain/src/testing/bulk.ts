import { type Db, type ModelKind, newId } from '@stockpot/db';
import { sha256 } from './results.js';

/**
 * @file Many models at once, for tests of order and of speed: written straight into the tables, where cooking each would
 * take hours. What it writes is what verbs could have written (the tables' own constraints hold).
 */

export interface BulkModel {
  readonly kind: ModelKind;
  readonly name: string;
  /** By benchmark id; absent: not evaluated. */
  readonly top1: ReadonlyMap<string, number>;
  readonly spent?: boolean;
  /** Which examples are right, by benchmark id; absent: the first ones. */
  readonly correct?: ReadonlyMap<string, Uint8Array>;
}

const PREFIX = { stock: 'stock', ingredient: 'ingr', soup: 'soup', ensemble: 'ens' } as const;
const BATCH = 5000;

/** The bitmap of $4 examples with the first `ones` set, made by the server. */
const FIRST_ONES = `decode(
  rpad(repeat('ff', ones / 8) || lpad(to_hex((1 << (ones % 8)) - 1), 2, '0'), 2 * (($4::int + 7) / 8), '0'), 'hex')`;

/** Gives the ids in the order of the models. `benchmarks`: id → role and n. */
export async function bulkModels(
  db: Db,
  labId: string,
  benchmarks: ReadonlyMap<string, { readonly role: string; readonly n: number }>,
  models: readonly BulkModel[],
): Promise<string[]> {
  const artifactId = newId('art');
  const artifact = `insert into artifacts (lab_id, id, hash, bytes, media_type) values ($1, $2, $3, 1, 'x')`;
  await db.pool.query(artifact, [labId, artifactId, sha256(artifactId)]);
  const ids: string[] = [];
  for (let start = 0; start < models.length; start += BATCH) {
    const batch = models.slice(start, start + BATCH).map((model) => ({ ...model, id: newId(PREFIX[model.kind]) }));
    ids.push(...batch.map((model) => model.id));
    await db.pool.query(
      `insert into models (lab_id, id, kind, name, artifact_id, step_key)
       select $1, m.id, m.kind, m.name, $2, encode(sha256(m.id::bytea), 'hex')
       from unnest($3::text[], $4::text[], $5::text[]) as m(id, kind, name)`,
      [labId, artifactId, batch.map((m) => m.id), batch.map((m) => m.kind), batch.map((m) => m.name)],
    );
    for (const [kind, columns, values] of CLASSES) {
      const mine = batch.filter((model) => model.kind === kind).map((model) => model.id);
      await db.pool.query(
        `insert into ${kind}s (lab_id, id${columns}) select $1, id${values} from unnest($2::text[]) as m(id)`,
        [labId, mine],
      );
    }
    for (const [benchmarkId, { role, n }] of benchmarks) {
      const scored = batch.flatMap((model) => {
        const top1 = model.top1.get(benchmarkId);
        return top1 === undefined ? [] : [{ model, right: Math.round(top1 * n) }];
      });
      await db.pool.query(
        `insert into evaluations (lab_id, id, model_id, model_kind, benchmark_id, role, spent, n, top1, nll, ece, brier,
                                  examples, correct, forward_passes, seconds, step_key)
         select $1, e.id, e.model, e.kind, $2, $3::split_role, e.spent, $4::int, e.top1, 1, 0.1, 0.1,
                $4::int, coalesce(e.correct, ${FIRST_ONES}), $4::int, 1, encode(sha256(e.id::bytea), 'hex')
         from unnest($5::text[], $6::text[], $7::text[], $8::bool[], $9::float8[], $10::int[], $11::bytea[])
           as e(id, model, kind, spent, top1, ones, correct)`,
        [
          labId,
          benchmarkId,
          role,
          n,
          scored.map(() => newId('eval')),
          scored.map((one) => one.model.id),
          scored.map((one) => one.model.kind),
          scored.map((one) => one.model.spent ?? false),
          scored.map((one) => one.right / n),
          scored.map((one) => one.right),
          scored.map(({ model }) => bytesOrNull(model.correct?.get(benchmarkId))),
        ],
      );
    }
  }
  return ids;
}

function bytesOrNull(bits: Uint8Array | undefined): Buffer | null {
  return bits === undefined ? null : Buffer.from(bits);
}

const CLASSES: readonly [ModelKind, string, string][] = [
  ['stock', ', architecture, hyperparameters', ", '{}', '{}'"],
  ['ingredient', ', algorithm, hyperparameters, seed', ", 'supervised', '{}', 1"],
  ['soup', ', method, parameters', ", 'uniform', '{}'"],
  ['ensemble', ', method', ", 'logit-ensemble'"],
];

/** Benchmarks on splits of their own: name → role; gives name → id. */
export async function bulkBenchmarks(
  db: Db,
  labId: string,
  wanted: Readonly<Record<string, 'test' | 'selection' | 'shift'>>,
  n: number,
): Promise<Map<string, string>> {
  const [artifactId, datasetId] = [newId('art'), newId('ds')];
  const any = sha256(datasetId);
  const run = (text: string, values: unknown[]) => db.pool.query(text, values);
  await run(`insert into artifacts (lab_id, id, hash, bytes, media_type) values ($1, $2, $3, 1, 'x')`, [
    labId,
    artifactId,
    any,
  ]);
  await run(
    `insert into datasets (lab_id, id, name, content_hash, classes, image, artifact_id, step_key)
     values ($1, $2, 'bulk', $3, 10, '{1,1,1}', $4, $3)`,
    [labId, datasetId, any, artifactId],
  );
  const ids = new Map<string, string>();
  for (const [name, role] of Object.entries(wanted)) {
    const [splitId, benchmarkId] = [newId('split'), newId('bench')];
    await run(
      `insert into splits (lab_id, id, dataset_id, name, role, n, content_hash) values ($1, $2, $3, $4, $5, $6, $7)`,
      [labId, splitId, datasetId, name, role, n, any],
    );
    await run(
      `insert into benchmarks (lab_id, id, name, split_id, role, n, protocol_hash, artifact_id, step_key)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [labId, benchmarkId, name, splitId, role, n, any, artifactId, sha256(benchmarkId)],
    );
    ids.set(name, benchmarkId);
  }
  return ids;
}
