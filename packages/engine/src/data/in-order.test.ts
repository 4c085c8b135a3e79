import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inOrder } from './in-order.js';

test('what fails before its turn ends the work at its turn, and is no unhandled rejection', async () => {
  const seen: number[] = [];
  const work = async (index: number) => {
    if (index === 2) throw new Error('the third is damaged');
    await sleep(index === 0 ? 30 : 0);
    return index;
  };
  const all = async () => {
    for await (const result of inOrder(5, 4, work)) seen.push(result);
  };
  // Vitest itself fails when a rejection stays unhandled.
  await expect(all()).rejects.toThrow('the third is damaged');
  expect(seen).toEqual([0, 1]);
});
