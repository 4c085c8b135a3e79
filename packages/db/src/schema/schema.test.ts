import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeSchema } from '../testing/describe-schema.js';
import { type TestDatabase, testDatabase } from '../testing/index.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const query = (text: string, values: unknown[] = []) => database.db.pool.query(text, values);

/**
 * The whole schema as the catalog tells it. A migration that changes it changes this file: read the difference, then
 * `vitest run src/schema -u`.
 */
test('the schema is what schema.txt says', async () => {
  await expect(await describeSchema(database.db.pool)).toMatchFileSnapshot('../../schema.txt');
});

describe('tenancy, by the catalog', () => {
  /** Of the installation, not of a lab. */
  const GLOBAL = [
    'accounts',
    'administrators',
    'api_keys',
    'sessions',
    'setup_tokens',
    'stockpot_meta',
    'users',
    'verifications',
    'workers',
  ];

  test('every table is either listed as global or under row-level security', async () => {
    const { rows } = await query(
      `select relname, relrowsecurity from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname`,
    );
    const open = rows.filter((row) => !row.relrowsecurity).map((row) => row.relname);
    expect(open).toEqual(GLOBAL);
  });

  test('every primary key of a tenant table begins with the lab, and every foreign key between them carries it', async () => {
    const { rows } = await query(`
      select c.relname as child, f.relname as parent, k.contype,
             (select array_agg(a.attname order by u.n) from unnest(k.conkey) with ordinality u(attnum, n)
              join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum) as columns
      from pg_constraint k join pg_class c on c.oid = k.conrelid left join pg_class f on f.oid = k.confrelid
      where k.contype in ('p', 'f') and k.connamespace = 'public'::regnamespace`);
    const tenant = rows.filter(
      (row) => !GLOBAL.includes(row.child) && row.child !== 'labs' && row.child !== 'audit_log',
    );
    expect(tenant.length).toBeGreaterThan(50);
    for (const row of tenant) {
      if (row.contype === 'f' && GLOBAL.includes(row.parent)) continue;
      expect(row.columns, `${row.child} → ${row.parent ?? 'its key'}`).toContain('lab_id');
    }
  });
});

const LAB = 'lab_01h455vb4pex5vsknk084sn02q';
const OTHER = 'lab_01h455vb4pex5vsknk084sn02r';
const id = (prefix: string, n: number) => `${prefix}_01h455vb4pex5vsknk084sn0${n}0`;
const hash = (digit: string) => digit.repeat(64);

describe('what the tables refuse', () => {
  beforeAll(async () => {
    await query(`insert into labs (id, slug, name) values ($1, 'one', 'One'), ($2, 'two', 'Two')`, [LAB, OTHER]);
    for (const [lab, n] of [
      [LAB, 1],
      [OTHER, 2],
    ] as const) {
      await query(`insert into artifacts (lab_id, id, hash, bytes, media_type) values ($1, $2, $3, 1, 'x')`, [
        lab,
        id('art', n),
        hash('a'),
      ]);
      await query(
        `insert into datasets (lab_id, id, name, content_hash, classes, image, artifact_id, step_key)
         values ($1, $2, 'd', $3, 10, '{1,28,28}', $4, $3)`,
        [lab, id('ds', n), hash('a'), id('art', n)],
      );
      await query(
        `insert into splits (lab_id, id, dataset_id, name, role, n, content_hash) values ($1, $2, $3, 's', 'test', 10, $4)`,
        [lab, id('split', n), id('ds', n), hash('a')],
      );
      await query(
        `insert into benchmarks (lab_id, id, name, split_id, role, n, protocol_hash, artifact_id, step_key)
         values ($1, $2, 'b', $3, 'test', 10, $4, $5, $4)`,
        [lab, id('bench', n), id('split', n), hash('a'), id('art', n)],
      );
      await query(
        `insert into models (lab_id, id, kind, name, artifact_id, step_key) values ($1, $2, 'ingredient', 'm', $3, $4)`,
        [lab, id('ingr', n), id('art', n), hash('a')],
      );
    }
  });

  const refused = async (text: string, values: unknown[], constraint: string) =>
    expect(query(text, values)).rejects.toMatchObject({ constraint });

  test('a link into another lab, whichever table it starts from', async () => {
    const links: [string, unknown[], string][] = [
      [
        `insert into models (lab_id, id, kind, name, artifact_id, step_key) values ($1, $2, 'stock', 'm', $3, $4)`,
        [LAB, id('stock', 1), id('art', 2), hash('b')],
        'models_artifact',
      ],
      [
        'insert into model_parents (lab_id, child_id, parent_id) values ($1, $2, $3)',
        [LAB, id('ingr', 1), id('ingr', 2)],
        'model_parents_parent',
      ],
      [
        `insert into splits (lab_id, id, dataset_id, name, role, n, content_hash) values ($1, $2, $3, 'x', 'test', 1, $4)`,
        [LAB, id('split', 5), id('ds', 2), hash('a')],
        'splits_dataset',
      ],
      [
        'insert into spent_splits (lab_id, model_id, split_id) values ($1, $2, $3)',
        [LAB, id('ingr', 1), id('split', 2)],
        'spent_splits_split',
      ],
    ];
    for (const [text, values, constraint] of links) await refused(text, values, constraint);
  });

  test('a benchmark with another role than its split', () =>
    refused(
      `insert into benchmarks (lab_id, id, name, split_id, role, n, protocol_hash, artifact_id, step_key)
       values ($1, $2, 'b', $3, 'selection', 10, $4, $5, $6)`,
      [LAB, id('bench', 5), id('split', 1), hash('a'), id('art', 1), hash('c')],
      'benchmarks_split',
    ));

  test('a row of one class for a model of another', async () => {
    await refused(
      `insert into stocks (lab_id, id, architecture, hyperparameters) values ($1, $2, '{}', '{}')`,
      [LAB, id('ingr', 1)],
      'stocks_model',
    );
    await refused(
      `insert into stocks (lab_id, id, kind, architecture, hyperparameters) values ($1, $2, 'ingredient', '{}', '{}')`,
      [LAB, id('ingr', 1)],
      'stocks_kind',
    );
  });

  test('a hash that is none, an id of another kind, a size below zero', async () => {
    const artifact = `insert into artifacts (lab_id, id, hash, bytes, media_type) values ($1, $2, $3, $4, 'x')`;
    await refused(artifact, [LAB, id('art', 5), 'ABC', 1], 'artifacts_hash_format');
    await refused(artifact, [LAB, id('run', 5), hash('b'), 1], 'artifacts_id');
    await refused(artifact, [LAB, id('art', 5), hash('b'), -1], 'artifacts_bytes');
  });

  const evaluation = (changes: Record<string, unknown>) => {
    const row: Record<string, unknown> = {
      lab_id: LAB,
      id: id('eval', 1),
      model_id: id('ingr', 1),
      model_kind: 'ingredient',
      benchmark_id: id('bench', 1),
      role: 'test',
      spent: false,
      n: 10,
      top1: 0.5,
      nll: 1,
      ece: 0.1,
      brier: 0.5,
      examples: 10,
      correct: Buffer.alloc(2),
      forward_passes: 10,
      seconds: 1,
      step_key: hash('d'),
      ...changes,
    };
    const names = Object.keys(row);
    return [
      `insert into evaluations (${names.join(', ')}) values (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
      Object.values(row),
    ] as const;
  };

  test.each([
    [{ top1: 1.01 }, 'evaluations_top1'],
    [{ top1: Number.NaN }, 'evaluations_top1'],
    [{ n: 0 }, 'evaluations_n'],
    [{ nll: -0.1 }, 'evaluations_nll'],
    [{ brier: 2.1 }, 'evaluations_brier'],
    [{ correct: Buffer.alloc(3) }, 'evaluations_correct'],
    [{ cell_corruption: ['fog'], cell_severity: [1], cell_n: [10], cell_top1: [0.5, 0.6] }, 'evaluations_cells'],
    [{ cell_corruption: ['fog'] }, 'evaluations_cells'],
    [{ cell_corruption: ['fog'], cell_severity: [1], cell_n: [10], cell_top1: [1.5] }, 'evaluations_cell_top1'],
    [{ model_kind: 'soup' }, 'evaluations_model'],
    [{ role: 'selection' }, 'evaluations_benchmark'],
    [{ benchmark_id: id('bench', 2) }, 'evaluations_benchmark'],
  ])('an evaluation with %o', async (changes, constraint) => {
    await refused(...(evaluation(changes) as [string, unknown[]]), constraint);
  });

  test('nothing of an evaluation that is right', async () => {
    await query(...(evaluation({}) as [string, unknown[]]));
    await refused(...(evaluation({ id: id('eval', 2) }) as [string, unknown[]]), 'evaluations_once');
  });

  test('an analysis whose document is of another kind, or of another lab’s benchmark, model or soup', async () => {
    const analysis = `insert into analyses (lab_id, id, name, kind, benchmark_id, soup_id, document, artifact_id, step_key)
      values ($1, $2, 'a', 'barrier', $3, $4, $5, $6, $7)`;
    const row = (document: object, benchmark: string | null = null, soup: string | null = null) =>
      [LAB, id('ana', 1), benchmark, soup, document, id('art', 1), hash('f')] as unknown[];
    await refused(analysis, row({ analysis: 'barriers' }), 'analyses_document');
    await refused(analysis, row({}), 'analyses_document');
    await refused(analysis, row({ analysis: 'barrier' }, id('bench', 2)), 'analyses_benchmark');
    await refused(analysis, row({ analysis: 'barrier' }, null, id('ingr', 2)), 'analyses_soup');
    await query(analysis, row({ analysis: 'barrier', examined: { n: 1 } }, id('bench', 1)));
    const { rows } = await query('select examined, evaluations from analyses where id = $1', [id('ana', 1)]);
    expect(rows).toEqual([{ examined: { n: 1 }, evaluations: null }]);
    const model = `insert into analysis_models (lab_id, analysis_id, position, model_id, name) values ($1, $2, 0, $3, 'm')`;
    await refused(model, [LAB, id('ana', 1), id('ingr', 2)], 'analysis_models_model');
    await refused(model, [OTHER, id('ana', 1), id('ingr', 2)], 'analysis_models_analysis');
  });

  test('a coefficient that is no number, and a model that is its own parent', async () => {
    const edge = 'insert into model_parents (lab_id, child_id, parent_id, coefficient) values ($1, $2, $3, $4)';
    await refused(edge, [LAB, id('ingr', 1), id('ingr', 1), 0.5], 'model_parents_not_itself');
    for (const none of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      await refused(edge, [LAB, id('ingr', 1), id('soup', 1), none], 'model_parents_coefficient');
    }
  });
});

describe('row-level security', () => {
  test('a role without bypass sees the rows of the lab it works for, none without a lab, and writes into no other', async () => {
    const client = await database.db.pool.connect();
    try {
      await client.query('begin');
      await client.query('set local role stockpot_app');
      expect((await client.query('select * from models')).rows).toEqual([]);
      await client.query(`select set_config('stockpot.lab_id', $1, true)`, [LAB]);
      expect((await client.query('select distinct lab_id from models')).rows).toEqual([{ lab_id: LAB }]);
      expect((await client.query('select id from labs')).rows).toEqual([{ id: LAB }]);
      const moved = await client.query(`update models set name = 'mine' where lab_id = $1`, [OTHER]);
      expect(moved.rowCount).toBe(0);
      await expect(
        client.query(
          `insert into splits (lab_id, id, dataset_id, name, role, n, content_hash) values ($1, $2, $3, 'z', 'test', 1, $4)`,
          [OTHER, id('split', 7), id('ds', 2), hash('a')],
        ),
      ).rejects.toThrow(/row-level security/);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });
});
