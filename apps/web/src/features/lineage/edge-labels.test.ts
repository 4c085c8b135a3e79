import { expect, it } from 'vitest';
import { crowded, labelPlace } from './edge-labels';

it('places a number on its curve, between the ends', () => {
  expect(labelPlace({ x: 0, y: 0 }, { x: 100, y: 40 }, 0)).toEqual({ x: 0, y: 0 });
  expect(labelPlace({ x: 0, y: 0 }, { x: 100, y: 40 }, 0.5)).toEqual({ x: 50, y: 20 });
  expect(labelPlace({ x: 0, y: 0 }, { x: 100, y: 40 }, 1)).toEqual({ x: 100, y: 40 });
});

it('finds numbers that lie on each other, and only those', () => {
  const column = (step: number) => [0, 1, 2, 3].map((row) => ({ x: 10, y: row * step }));
  expect(crowded(column(20))).toBe(false);
  expect(crowded(column(10))).toBe(true);
  expect(crowded([...column(20), { x: 60, y: 20 }])).toBe(false);
  expect(crowded([...column(20), { x: 40, y: 25 }])).toBe(true);
  expect(crowded([])).toBe(false);
});
