import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { connect } from './connect.js';
import { DatabaseError } from './errors.js';
import { MIGRATIONS_FOLDER, type Migrated, migrate, SCHEMA_VERSION, schemaVersion } from './migrate.js';
import { describeSchema } from './testing/describe-schema.js';
import { type TestDatabase, testDatabase } from './testing/index.js';

const open: TestDatabase[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.drop();
});

async function empty(): Promise<TestDatabase> {
  const database = await testDatabase({ from: 'empty' });
  open.push(database);
  return database;
}

describe('migrating', () => {
  test('two processes that start at once: one does the work, the other finds it done', async () => {
    const { url, db } = await empty();
    const script = fileURLToPath(new URL('./testing/migrate-process.ts', import.meta.url));
    const start = () =>
      promisify(execFile)(process.execPath, ['--conditions=stockpot-source', '--import', 'tsx', script, url], {
        cwd: fileURLToPath(new URL('..', import.meta.url)),
      });
    const [a, b] = await Promise.all([start(), start()]);
    const found: Migrated[] = [JSON.parse(a.stdout), JSON.parse(b.stdout)];
    expect(found.map((one) => one.from).sort()).toEqual([0, SCHEMA_VERSION]);
    expect(found.map((one) => one.to)).toEqual([SCHEMA_VERSION, SCHEMA_VERSION]);
    expect(await schemaVersion(db.pool)).toBe(SCHEMA_VERSION);
  });

  test('many at once in one process, and again: the same', async () => {
    const { db } = await empty();
    const found = await Promise.all(Array.from({ length: 4 }, () => migrate(db)));
    expect(found.filter((one) => one.from === 0)).toHaveLength(1);
    expect(await migrate(db)).toEqual({ from: SCHEMA_VERSION, to: SCHEMA_VERSION });
  });

  test.each(Array.from({ length: SCHEMA_VERSION - 1 }, (_, i) => i + 1))(
    'a database of version %d becomes the same as a new one',
    async (version) => {
      const folder = await firstMigrations(version);
      const old = await empty();
      expect(await migrate(old.db, { folder, version })).toEqual({ from: 0, to: version });
      expect(await migrate(old.db)).toEqual({ from: version, to: SCHEMA_VERSION });
      const fresh = await testDatabase();
      open.push(fresh);
      expect(await describeSchema(old.db.pool)).toBe(await describeSchema(fresh.db.pool));
      await rm(folder, { recursive: true });
    },
  );

  test('what a database of version 6 holds is read as it was meant, and who ranks is counted', async () => {
    const folder = await firstMigrations(6);
    const old = await empty();
    await migrate(old.db, { folder, version: 6 });
    await rm(folder, { recursive: true });
    const [lab, hash] = ['lab_01h455vb4pex5vsknk084sn02q', 'a'.repeat(64)];
    const id = (prefix: string, n: number) => `${prefix}_01h455vb4pex5vsknk084sn${String(n).padStart(3, '0')}`;
    const say = (text: string, values: unknown[]) => old.db.pool.query(text, values);
    await say(`insert into labs (id, slug, name) values ($1, 'one', 'One')`, [lab]);
    await say(`insert into artifacts (lab_id, id, hash, bytes, media_type) values ($1, $2, $3, 1, 'x')`, [
      ...[lab, id('art', 1), hash],
    ]);
    await say(
      `insert into datasets (lab_id, id, name, content_hash, classes, image, artifact_id, step_key)
       values ($1, $2, 'd', $3, 10, '{1,28,28}', $4, $3)`,
      [lab, id('ds', 1), hash, id('art', 1)],
    );
    await say(
      `insert into splits (lab_id, id, dataset_id, name, role, n, content_hash)
       values ($1, $2, $3, 'test', 'test', 10, $4)`,
      [lab, id('split', 1), id('ds', 1), hash],
    );
    await say(
      `insert into benchmarks (lab_id, id, name, split_id, role, n, protocol_hash, artifact_id, step_key)
       values ($1, $2, 'b', $3, 'test', 10, $4, $5, $4)`,
      [lab, id('bench', 1), id('split', 1), hash, id('art', 1)],
    );
    const evaluate = async (n: number, spent: boolean) => {
      await say(
        `insert into models (lab_id, id, kind, name, artifact_id, step_key)
         values ($1, $2, 'soup', 'm', $3, encode(sha256($2::text::bytea), 'hex'))`,
        [lab, id('soup', n), id('art', 1)],
      );
      await say(
        `insert into evaluations (lab_id, id, model_id, model_kind, benchmark_id, role, spent, n, top1, nll, ece, brier,
                                  examples, correct, forward_passes, seconds, step_key)
         values ($1, $2, $3, 'soup', $4, 'test', $5, 10, 0.5, 1, 0.1, 0.5, 10, '\\x1f00', 10, 1, encode(sha256($2::text::bytea), 'hex'))`,
        [lab, id('eval', n), id('soup', n), id('bench', 1), spent],
      );
    };
    await evaluate(1, false);
    await evaluate(2, false);
    await evaluate(3, true);
    await say(`insert into soups (lab_id, id, method, parameters) values ($1, $2, 'uniform', '{}')`, [
      lab,
      id('soup', 1),
    ]);

    expect(await migrate(old.db)).toEqual({ from: 6, to: SCHEMA_VERSION });
    const benchmark = async () => (await say('select ranked, headline, protocol_name from benchmarks', [])).rows[0];
    expect(await benchmark()).toEqual({ ranked: 2, headline: 'top1', protocol_name: null });
    expect((await say('select mixing, base_id, certificate_id from soups', [])).rows).toEqual([
      { mixing: 'linear', base_id: null, certificate_id: null },
    ]);
    expect((await say('select distinct further, calibration, transduction from evaluations', [])).rows).toEqual([
      { further: {}, calibration: null, transduction: null },
    ]);
    // Eight writers at once, some of what is spent, and three that go: none is lost.
    await Promise.all(Array.from({ length: 8 }, (_, i) => evaluate(10 + i, i % 4 === 3)));
    expect(await benchmark()).toMatchObject({ ranked: 8 });
    await Promise.all(
      [1, 3, 10].map((n) => say('delete from evaluations where lab_id = $1 and id = $2', [lab, id('eval', n)])),
    );
    expect(await benchmark()).toMatchObject({ ranked: 6 });
  });

  test('a database of a newer version is refused with a sentence and left as it was', async () => {
    const database = await testDatabase();
    open.push(database);
    await database.db.pool.query('update stockpot_meta set schema_version = $1', [SCHEMA_VERSION + 1]);
    const before = await describeSchema(database.db.pool);
    const refusal = await migrate(database.db).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DatabaseError);
    expect(refusal).toMatchObject({
      code: 'NEWER_DATABASE',
      message: expect.stringMatching(/a newer Stockpot has used it/),
    });
    expect(refusal).toMatchObject({ advice: expect.stringMatching(/DATABASE_URL/) });
    expect(await describeSchema(database.db.pool)).toBe(before);
    expect(await schemaVersion(database.db.pool)).toBe(SCHEMA_VERSION + 1);
  });

  test('a migration that fails leaves nothing half-made, and the next start goes on', async () => {
    const { db } = await empty();
    const folder = await firstMigrations(1);
    await writeFile(join(folder, '0000_tables.sql'), 'create table half (n int);--> statement-breakpoint\nselect 1/0;');
    await expect(migrate(db, { folder, version: 1 })).rejects.toThrow();
    expect(await schemaVersion(db.pool)).toBe(0);
    expect((await db.pool.query(`select to_regclass('half') as half`)).rows).toEqual([{ half: null }]);
    expect(await migrate(db)).toEqual({ from: 0, to: SCHEMA_VERSION });
    await rm(folder, { recursive: true });
  });
});

test('an address that is none is refused with a sentence', () => {
  expect(() => connect({ url: 'mysql://localhost' })).toThrow(/does not begin with postgres/);
});

/** The migrations folder as it was when it had so many. */
async function firstMigrations(count: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stockpot-migrations-'));
  await cp(MIGRATIONS_FOLDER, folder, { recursive: true });
  const file = join(folder, 'meta', '_journal.json');
  const journal: { entries: unknown[] } = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, count) }));
  return folder;
}
