import { StaleLeaseError } from '@stockpot/domain';
import { describe, expect, it } from 'vitest';
import { isTransient, pause, withRetry } from './retry.js';

const withCode = (code: string) => Object.assign(new Error(`failed with ${code}`), { code });
const never = new AbortController().signal;

describe('trying again', () => {
  it('is for a database that is away, restarting or contended, also below a wrapper', () => {
    for (const code of ['ECONNREFUSED', '08006', '57P01', '57P03', '40001', '53300']) {
      expect([code, isTransient(withCode(code))]).toEqual([code, true]);
    }
    expect(isTransient(new Error('query failed', { cause: withCode('ECONNRESET') }))).toBe(true);
    expect(isTransient(new Error('Connection terminated unexpectedly'))).toBe(true);
  });

  it('is not for what will fail again', () => {
    expect(isTransient(withCode('23505'))).toBe(false);
    expect(isTransient(new StaleLeaseError())).toBe(false);
    expect(isTransient(new TypeError('x is not a function'))).toBe(false);
  });

  it('comes to the result once the database answers', async () => {
    let calls = 0;
    const work = async () => {
      calls += 1;
      if (calls < 3) throw withCode('ECONNREFUSED');
      return 'stored';
    };
    expect(await withRetry(work, { signal: never })).toBe('stored');
    expect(calls).toBe(3);
  });

  it('gives up honestly when patience is over, and at once when the work is no longer wanted', async () => {
    const work = () => Promise.reject(withCode('ECONNREFUSED'));
    await expect(withRetry(work, { signal: never, patienceMs: 250 })).rejects.toThrow('ECONNREFUSED');
    const stopped = AbortSignal.abort();
    const before = Date.now();
    await expect(withRetry(work, { signal: stopped })).rejects.toThrow('ECONNREFUSED');
    expect(Date.now() - before).toBeLessThan(50);
  });

  it('waits no longer than the signal lets it', async () => {
    const controller = new AbortController();
    const before = Date.now();
    setTimeout(() => controller.abort(), 30);
    await pause(10_000, controller.signal);
    expect(Date.now() - before).toBeLessThan(1_000);
  });
});
