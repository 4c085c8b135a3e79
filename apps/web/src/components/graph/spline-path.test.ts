import { expect, it } from 'vitest';
import { splinePath } from './spline-path';

const points = (n: number) => Array.from({ length: n }, (_, i) => ({ x: i, y: 2 * i }));

it('draws two points as a line, four as a cubic curve, seven as two that join', () => {
  expect(splinePath(points(2))).toBe('M 0,0 L 1,2');
  expect(splinePath(points(4))).toBe('M 0,0 C 1,2 2,4 3,6');
  expect(splinePath(points(7))).toBe('M 0,0 C 1,2 2,4 3,6 C 4,8 5,10 6,12');
});

it('uses every point and ends at the last, whatever their number', () => {
  for (let n = 1; n < 20; n += 1) {
    const path = splinePath(points(n));
    expect(path.match(/\d+,\d+/g)).toHaveLength(n);
    expect(path.endsWith(`${n - 1},${2 * (n - 1)}`)).toBe(true);
  }
  expect(splinePath([])).toBe('');
});
