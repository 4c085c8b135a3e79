import { expect, test } from 'vitest';
import { nextUp } from './leaderboard/next-up.js';
import { Remembered } from './remembered.js';

test('what was made of a content is made once, until others push it out; null is never kept', async () => {
  const [kept, db] = [new Remembered<{ readonly of: string }>(2), {}];
  const made: string[] = [];
  const ask = (content: string) =>
    kept.of(db, content, async () => {
      made.push(content);
      return content === 'nothing' ? null : { of: content };
    });
  expect(await ask('a')).toEqual({ of: 'a' });
  await ask('b');
  await ask('a');
  await ask('c'); // pushes out b, which was asked for longer ago than a
  await ask('a');
  await ask('b');
  expect(made).toEqual(['a', 'b', 'c', 'b']);
  expect([await ask('nothing'), await ask('nothing')]).toEqual([null, null]);
  expect(made.filter((content) => content === 'nothing')).toHaveLength(2);
});

test('those who ask while it is made wait for it, and make it themselves where that fails', async () => {
  const [kept, db] = [new Remembered<{ readonly of: number }>(2), {}];
  let made = 0;
  const ask = () =>
    kept.of(db, 'board', async () => {
      const of = ++made;
      await new Promise(setImmediate);
      return { of };
    });
  expect(await Promise.all([ask(), ask(), ask()])).toEqual([{ of: 1 }, { of: 1 }, { of: 1 }]);
  const [other, otherDb] = [new Remembered<{ readonly of: string }>(2), {}];
  const first = other.of(otherDb, 'board', () => Promise.reject(new Error('the transaction was given up')));
  const second = other.of(otherDb, 'board', async () => ({ of: 'mine' }));
  await expect(first).rejects.toThrow('given up');
  expect(await second).toEqual({ of: 'mine' });
  expect(await other.of(otherDb, 'board', async () => ({ of: 'another' }))).toEqual({ of: 'mine' });
});

test('databases do not share what was made', async () => {
  const kept = new Remembered<{ readonly of: number }>(2);
  const [one, other] = [{}, {}];
  expect(await kept.of(one, 'same', async () => ({ of: 1 }))).toEqual({ of: 1 });
  expect(await kept.of(other, 'same', async () => ({ of: 2 }))).toEqual({ of: 2 });
});

test.each([0, 0.5, 0.904, 1, -0.25, 1e-300])('nothing lies between %d and the next number above it', (value) => {
  const above = nextUp(value);
  expect(above).toBeGreaterThan(value);
  const middle = (value + above) / 2;
  expect(middle === value || middle === above).toBe(true);
});
