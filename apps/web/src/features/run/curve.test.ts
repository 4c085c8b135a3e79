import { expect, it } from 'vitest';
import { appendPoints } from './curve';

const curve = { series: 'loss', steps: [1, 2, 3], values: [3, 2, 1], points: 3 };

it('grows by what comes after its end', () => {
  expect(appendPoints(curve, { series: 'loss', steps: [4, 5], values: [0.5, null] })).toEqual({
    series: 'loss',
    steps: [1, 2, 3, 4, 5],
    values: [3, 2, 1, 0.5, null],
    points: 5,
  });
});

it('takes a repeated batch once', () => {
  const once = appendPoints(curve, { series: 'loss', steps: [3, 4], values: [1, 0.5] });
  expect(once.steps).toEqual([1, 2, 3, 4]);
  expect(appendPoints(once, { series: 'loss', steps: [3, 4], values: [1, 0.5] })).toBe(once);
});

it('starts from nothing', () => {
  expect(appendPoints({ ...curve, steps: [], values: [], points: 0 }, curve).steps).toEqual([1, 2, 3]);
});
