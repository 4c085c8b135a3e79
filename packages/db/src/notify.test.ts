import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ChannelPayloads, listen, notify } from './notify.js';
import { type TestDatabase, testDatabase } from './testing/index.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const news = (runId: string) => ({ labId: 'lab_1', runId, event: 'queued' as const });

describe('listening', () => {
  test('hears what was committed, and never what was rolled back', async () => {
    const heard: string[] = [];
    const listener = await listen(database.db, 'stockpot_runs', ({ runId }) => heard.push(runId));
    const undone = database.db.drizzle.transaction(async (tx) => {
      await notify(tx, 'stockpot_runs', news('run_undone'));
      throw new Error('changed my mind');
    });
    await expect(undone).rejects.toThrow('changed my mind');
    await database.db.drizzle.transaction((tx) => notify(tx, 'stockpot_runs', news('run_done')));
    await vi.waitFor(() => expect(heard).toEqual(['run_done']));
    await listener.close();
  });

  test('goes on after its connection was cut, and says that it may have missed something', async () => {
    const heard: ChannelPayloads['stockpot_runs'][] = [];
    const connected = vi.fn();
    const broken = vi.fn();
    const listener = await listen(database.db, 'stockpot_runs', (payload) => heard.push(payload), {
      onConnect: connected,
      onError: broken,
    });
    expect(connected).toHaveBeenCalledTimes(1);
    await database.db.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like 'stockpot listen%'`,
    );
    await vi.waitFor(() => expect(connected).toHaveBeenCalledTimes(2), { timeout: 5000 });
    expect(broken).toHaveBeenCalled();
    await database.db.drizzle.transaction((tx) => notify(tx, 'stockpot_runs', news('run_later')));
    await vi.waitFor(() => expect(heard).toEqual([news('run_later')]));
    await listener.close();
  });
});
