import { expect, test } from 'vitest';
import { inTurns } from './in-turns.js';

test('others have their turn while long work is done, as often as it has gone on for some milliseconds', async () => {
  let [time, done] = [0, 0];
  function* work() {
    for (; done < 20; done++) {
      time += 2;
      yield;
    }
  }
  const seen: number[] = [];
  const look = () => {
    seen.push(done);
    if (done < 20) setImmediate(look);
  };
  setImmediate(look);
  await inTurns(work(), () => time);
  // Every third rest of 2 ms each is past 5 ms; whoever waits looks in between.
  expect(seen.slice(0, 3)).toEqual([2, 5, 8]);
  expect(done).toBe(20);
});
