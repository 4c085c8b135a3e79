import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from './connect.js';
import { type TestDatabase, testDatabase } from './testing/index.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

describe('a connection that is cut while it is in use', () => {
  test('rejects its next query, and neither ends the process nor spoils the pool', async () => {
    const db = connect({ url: database.url, max: 1 });
    const uncaught: unknown[] = [];
    const note = (error: unknown) => uncaught.push(error);
    process.on('uncaughtException', note);
    try {
      const client = await db.pool.connect();
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      await client.query('begin');
      const closed = new Promise((resolve) => client.once('end', resolve));
      await database.db.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await closed;
      await expect(client.query('select 1')).rejects.toThrow(/connection|terminat|queryable/i);
      client.release(true);
      expect((await db.pool.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }]);
      expect(uncaught).toEqual([]);
    } finally {
      process.off('uncaughtException', note);
      await db.close();
    }
  });

  test('is cut by the server when its transaction does nothing for ten seconds: it must not hold locks for ever', async () => {
    const db = connect({ url: database.url, max: 1 });
    const { rows } = await db.pool.query<{ timeout: string }>('show idle_in_transaction_session_timeout');
    expect(rows).toEqual([{ idle_in_transaction_session_timeout: '10s' }]);
    await db.close();
  });
});

test('an address that is none is refused with a sentence', () => {
  expect(() => connect({ url: 'mysql://here' })).toThrow(/does not begin with postgres:\/\//);
});
