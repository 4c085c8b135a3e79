import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { DataFileError } from '../errors.js';
import { LoaderError } from './errors.js';
import { Pool, type PoolOptions } from './pool.js';
import type { FixtureParameters, FixtureResult } from './work.fixture.js';

const module = new URL('./work.fixture.ts', import.meta.url).href;
const pools: Pool<FixtureResult>[] = [];

function pool(parameters: FixtureParameters = {}, options: Partial<PoolOptions> = {}): Pool<FixtureResult> {
  const made = new Pool<FixtureResult>({ module, parameters }, { threads: 2, ahead: 3, count: 12, ...options });
  pools.push(made);
  return made;
}

/** Threads of this process that still run, as Node counts them. */
const running = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
const idle = running();

afterEach(async () => {
  for (const one of pools.splice(0)) await one.dispose();
  expect(running()).toBe(idle);
});

describe('a pool of threads', () => {
  test('gives each result under its number, from several threads, in whatever order it is asked', async () => {
    const one = pool();
    const threads = new Set<number>();
    for (const index of [0, 1, 2, 7, 3, 11, 0]) {
      const { square, thread } = await one.get(index);
      expect([...square]).toEqual([index * index]);
      threads.add(thread);
    }
    expect(threads.size).toBe(2);
    expect(running()).toBeGreaterThan(idle);
    await expect(one.get(12)).rejects.toThrow('Result 12 was asked for of 12.');
  });

  test('works ahead while this thread is blocked, as it is inside a native call', async () => {
    const made = new Int32Array(new SharedArrayBuffer(4));
    const one = pool({ made }, { threads: 1, ahead: 4 });
    await one.get(0);
    const deadline = Date.now() + 20_000;
    while (Atomics.load(made, 0) < 5 && Date.now() < deadline);
    expect(Atomics.load(made, 0)).toBe(5);
    expect([...(await one.get(4)).square]).toEqual([16]);
  });

  test('makes no more than was asked for and what lies ahead of it', async () => {
    const one = pool({ at: 5, mishap: 'exit' }, { threads: 1, ahead: 3 });
    for (const index of [0, 1]) await one.get(index);
    await sleep(100);
    expect([...(await one.get(1)).square]).toEqual([1]);
    await expect(one.get(5)).rejects.toThrow(LoaderError);
  });
});

describe('when a thread fails', () => {
  test('an error of the work comes with its class, where it belongs, and the next result comes all the same', async () => {
    const one = pool({ at: 2, mishap: 'throw' });
    await one.get(1);
    const error = await one.get(2).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DataFileError);
    expect(error).toMatchObject({ file: 'cat.jpg', message: 'cat.jpg: it is no cat.', advice: 'Show a cat.' });
    expect([...(await one.get(3)).square]).toEqual([9]);
  });

  test.each([
    ['crash', /A thread that makes batches stopped: a bug in a library/],
    ['exit', /A thread that makes batches stopped: it ended with code 3/],
  ] as const)('%s: whoever waits is told, and everybody after', async (mishap, message) => {
    const one = pool({ at: 1, mishap });
    const [first, second] = await Promise.allSettled([one.get(1), one.get(2)]);
    expect(first).toMatchObject({ status: 'rejected', reason: expect.any(LoaderError) });
    expect(second?.status === 'fulfilled' || second?.reason instanceof LoaderError).toBe(true);
    await expect(one.get(4)).rejects.toThrow(message);
  });

  test('a module that cannot be opened is an error of the first result', async () => {
    const broken = new Pool<FixtureResult>(
      { module: new URL('./no-such-work.ts', import.meta.url).href, parameters: {} },
      { threads: 1, ahead: 1, count: 2 },
    );
    pools.push(broken);
    await expect(broken.get(0)).rejects.toThrow(/A thread that makes batches failed: Error: Cannot find module/);
  });

  test('a thread that hangs is ended by dispose, and whoever waits for it is told', async () => {
    const one = pool({ at: 1, mishap: 'hang' });
    const waiting = one.get(1).catch((error: unknown) => error);
    await sleep(20);
    await one.dispose();
    expect(await waiting).toMatchObject({ name: 'LoaderError', message: 'The loader of batches was disposed of.' });
    await expect(one.get(2)).rejects.toThrow('disposed of');
    expect(running()).toBe(idle);
  });
});
