import { afterAll, expect, test } from 'vitest';
import { SCHEMA_VERSION, schemaVersion } from '../migrate.js';
import { testDatabase } from './test-database.js';

const made: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const drop of made) await drop();
});

test('a test gets a migrated database that no other test sees', async () => {
  const [mine, yours] = await Promise.all([testDatabase(), testDatabase()]);
  made.push(mine.drop, yours.drop);
  expect(await schemaVersion(mine.db.pool)).toBe(SCHEMA_VERSION);
  await mine.db.pool.query(
    `insert into labs (id, slug, name) values ('lab_01h455vb4pex5vsknk084sn02q', 'mine', 'Mine')`,
  );
  expect((await yours.db.pool.query('select * from labs')).rows).toEqual([]);
});

test('a database for migration tests is empty', async () => {
  const empty = await testDatabase({ from: 'empty' });
  made.push(empty.drop);
  expect(await schemaVersion(empty.db.pool)).toBe(0);
});
