import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bar, duration, rate, size } from './format.js';

describe('what people read', () => {
  test.each([
    [0.04, '0.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1:00'],
    [187, '3:07'],
    [3765, '1:02:45'],
    [Number.POSITIVE_INFINITY, '?'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });

  test('rates and sizes', () => {
    expect(rate(3912.4, 'images')).toBe('3,912 img/s');
    expect(rate(12, 'steps')).toBe('12 steps/s');
    expect([size(0), size(999), size(1000), size(2_345_678), size(5e12)]).toEqual([
      '0 B',
      '999 B',
      '1.00 kB',
      '2.35 MB',
      '5.00 TB',
    ]);
  });

  test('a bar always has its width, and is full only when all is done', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 2, noNaN: true }), fc.integer({ min: 1, max: 60 }), (share, width) => {
        const { filled, rest } = bar(share, width);
        expect([...filled].length + [...rest].length).toBe(width);
      }),
    );
    expect(bar(0, 4)).toEqual({ filled: '', rest: '░░░░' });
    expect(bar(0.5, 4)).toEqual({ filled: '██', rest: '░░' });
    expect(bar(1, 4)).toEqual({ filled: '████', rest: '' });
  });
});
