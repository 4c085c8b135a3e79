import { expect, test } from 'vitest';
import { pairsInTurns } from './pairs-in-turns.js';

test('each pair is compared once, and others have their turn while a large board is', async () => {
  const compared: string[] = [];
  const compare = (i: number, j: number) => {
    compared.push(`${i} ${j}`);
    return { sum: 10 * i + j };
  };
  let seen = 0;
  setImmediate(() => {
    seen = compared.length;
  });
  const known = await pairsInTurns(5, 600_000, compare);
  expect(seen).toBeGreaterThan(0);
  expect(seen).toBeLessThan(10);
  expect(compared).toEqual(['0 1', '0 2', '0 3', '0 4', '1 2', '1 3', '1 4', '2 3', '2 4', '3 4']);
  for (let i = 0; i < 5; i++) for (let j = i + 1; j < 5; j++) expect(known(i, j)).toEqual({ sum: 10 * i + j });
  expect(compared).toHaveLength(10);
});
