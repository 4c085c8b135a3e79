import { describe, expect, it } from 'vitest';
import { KeyTurns } from './key-turns.js';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('turns by key', () => {
  it('runs equal keys one after the other and different keys together', async () => {
    const turns = new KeyTurns();
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} begins`);
      await pause(10);
      events.push(`${name} ends`);
    };
    await Promise.all([turns.run('a', work('a1')), turns.run('a', work('a2')), turns.run('b', work('b1'))]);
    expect(events.indexOf('a1 ends')).toBeLessThan(events.indexOf('a2 begins'));
    expect(events.indexOf('b1 begins')).toBeLessThan(events.indexOf('a1 ends'));
  });

  it('goes on after work that failed', async () => {
    const turns = new KeyTurns();
    const first = turns.run('a', () => Promise.reject(new Error('it broke')));
    const second = turns.run('a', async () => 'fine');
    await expect(first).rejects.toThrow('it broke');
    await expect(second).resolves.toBe('fine');
  });
});
