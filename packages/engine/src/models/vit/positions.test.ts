import { expect, test } from 'vitest';
import { sinCosPositions } from './positions.js';

test('the golden row of MAE: width 8, grid 2, the patch in row 0 and column 1', () => {
  const golden = [0.8414709848, 0.0099998333, 0.5403023059, 0.9999500004, 0, 0, 1, 1];
  const token = 1; // among the patches; the class token comes before them
  const row = sinCosPositions(8, 2).subarray((1 + token) * 8, (2 + token) * 8);
  for (const [index, expected] of golden.entries()) expect(row[index]).toBeCloseTo(expected, 7);
});

test('the class token has no position', () => {
  expect([...sinCosPositions(8, 3).subarray(0, 8)]).toEqual(new Array(8).fill(0));
});

test('patches of one column share their first half, patches of one row their second', () => {
  const dim = 16;
  const grid = 3;
  const positions = sinCosPositions(dim, grid);
  const half = (row: number, column: number, which: 0 | 1) => {
    const start = (1 + row * grid + column) * dim + (which * dim) / 2;
    return [...positions.subarray(start, start + dim / 2)];
  };
  expect(half(0, 1, 0)).toEqual(half(2, 1, 0));
  expect(half(2, 0, 1)).toEqual(half(2, 2, 1));
  expect(half(0, 1, 0)).not.toEqual(half(0, 2, 0));
});
