import { connect, type Db } from '@stockpot/db';
import { type TestDatabase, testDatabase } from '@stockpot/db/testing';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MachineTurns } from './machine-turns.js';

let database: TestDatabase;
let workers: readonly Db[];
beforeAll(async () => {
  database = await testDatabase();
  workers = [1, 2].map(() => connect({ url: database.url, max: 4 }));
});
afterAll(async () => {
  await Promise.all(workers.map((db) => db.close()));
  await database.drop();
});

const logger = pino({ level: 'silent' });
const never = new AbortController().signal;

/** A worker process on a machine: turns over connections of its own. */
function worker(index: number, hostname: string, patienceMs = 60_000): MachineTurns {
  const db = workers[index];
  if (db === undefined) throw new Error('There is no such worker.');
  return new MachineTurns({ db, hostname, logger, patienceMs });
}

/** Work that ends when it is told to. */
function work() {
  let begin = (): void => undefined;
  let end = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = async () => {
    begin();
    await ended;
  };
  return { begun, end: () => end(), run };
}

/** Whether it has begun although it should wait: half a second is two looks. */
const early = (one: { readonly begun: Promise<void> }) =>
  Promise.race([one.begun.then(() => true), new Promise((resolve) => setTimeout(() => resolve(false), 500))]);

describe('turns on a machine', () => {
  it('lets steps of all workers compute together, and one that takes times when they have ended', async () => {
    const [here, there] = [worker(0, 'kitchen'), worker(1, 'kitchen')];
    const [first, second, timed, later] = [work(), work(), work(), work()];
    const together = [here.run('shared', never, first.run), there.run('shared', never, second.run)];
    await Promise.all([first.begun, second.begun]);
    const alone = here.run('alone', never, timed.run);
    expect(await early(timed)).toBe(false);
    first.end();
    expect(await early(timed)).toBe(false);
    second.end();
    await timed.begun;
    // While it takes its times nobody on this machine begins, and on another machine everybody does.
    const waiting = there.run('shared', never, later.run);
    const elsewhere = work();
    const other = worker(1, 'pantry').run('shared', never, elsewhere.run);
    await elsewhere.begun;
    expect(await early(later)).toBe(false);
    timed.end();
    await later.begun;
    for (const one of [later, elsewhere]) one.end();
    await Promise.all([...together, alone, waiting, other]);
  });

  it('waits no longer than its patience: then times are taken all the same', async () => {
    const busy = work();
    const running = worker(0, 'busy').run('shared', never, busy.run);
    await busy.begun;
    const timed = work();
    const alone = worker(1, 'busy', 300).run('alone', never, timed.run);
    await timed.begun;
    for (const one of [busy, timed]) one.end();
    await Promise.all([running, alone]);
  });

  it('makes nobody wait for ever for times that do not end', async () => {
    const stuck = work();
    const alone = worker(0, 'stuck').run('alone', never, stuck.run);
    await stuck.begun;
    const next = work();
    const shared = worker(1, 'stuck', 300).run('shared', never, next.run);
    await next.begun;
    for (const one of [stuck, next]) one.end();
    await Promise.all([alone, shared]);
  });

  it('gives a turn back when the work fails, and stops waiting when it is told to', async () => {
    const machine = worker(0, 'failing');
    await expect(machine.run('alone', never, () => Promise.reject(new Error('burnt')))).rejects.toThrow('burnt');
    const next = work();
    const holding = worker(1, 'failing').run('alone', never, next.run);
    await next.begun;
    const told = new AbortController();
    const stopped = machine.run('shared', told.signal, async () => told.signal.aborted);
    told.abort();
    expect(await stopped).toBe(true);
    next.end();
    await holding;
  });

  it('needs no database to work: a step runs although no turn can be asked for', async () => {
    const gone = connect({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
    const machine = new MachineTurns({ db: gone, hostname: 'lonely', logger });
    expect(await machine.run('shared', never, async () => 'cooked')).toBe('cooked');
    await gone.close();
  });
});
