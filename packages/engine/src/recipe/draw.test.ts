import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { draw, drawSeed } from './draw.js';

const many = Array.from({ length: 4000 }, (_, index) => index);

describe('a drawn value', () => {
  test('depends on seed, index and parameter, and on nothing else', () => {
    const range = { loguniform: [1e-4, 2e-3] } as const;
    expect(draw(range, 5, 3, 'lr')).toBe(draw(range, 5, 3, 'lr'));
    expect(draw(range, 6, 3, 'lr')).not.toBe(draw(range, 5, 3, 'lr'));
    expect(draw(range, 5, 4, 'lr')).not.toBe(draw(range, 5, 3, 'lr'));
    expect(draw(range, 5, 3, 'weight_decay')).not.toBe(draw(range, 5, 3, 'lr'));
    expect(new Set(many.map((index) => drawSeed(5, index))).size).toBe(many.length);
  });

  test('has at most six significant digits and stays inside its range', () => {
    const finite = fc.double({ min: 1e-9, max: 10, noNaN: true });
    fc.assert(
      fc.property(finite, finite, fc.nat(), (a, b, index) => {
        fc.pre(a !== b);
        const range: [number, number] = [Math.min(a, b), Math.max(a, b)];
        for (const drawn of [draw({ uniform: range }, 1, index, 'x'), draw({ loguniform: range }, 1, index, 'x')]) {
          expect(drawn).toBeGreaterThanOrEqual(range[0]);
          expect(drawn).toBeLessThanOrEqual(range[1]);
          if (!range.includes(Number(drawn))) expect(Number(Number(drawn).toPrecision(6))).toBe(drawn);
        }
      }),
    );
  });

  test('follows its distribution', () => {
    const mean = (values: readonly (number | string)[]) =>
      values.reduce((sum: number, value) => sum + Number(value), 0) / values.length;
    // Standard errors over 4000 draws: 0.0046 of the unit range; four of them.
    const uniform = many.map((index) => draw({ uniform: [0, 1] }, 2, index, 'u'));
    expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(0.0184);
    const logs = many.map((index) => Math.log10(Number(draw({ loguniform: [1e-6, 1e-4] }, 2, index, 'l'))));
    expect(Math.abs((mean(logs) + 6) / 2 - 0.5)).toBeLessThan(0.0184);
    const maybe = { maybe: { probability: 0.5, otherwise: 0, value: { uniform: [0.1, 0.2] } } } as const;
    const zeros = many.filter((index) => draw(maybe, 2, index, 'm') === 0).length;
    expect(Math.abs(zeros / many.length - 0.5)).toBeLessThan(0.032);
    const integers = new Set(many.map((index) => draw({ integer: [4, 16] }, 2, index, 'i')));
    expect([...integers].sort((a, b) => Number(a) - Number(b))).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
    const choices = new Set(many.map((index) => draw({ choice: ['none', 'shift'] }, 2, index, 'c')));
    expect(choices).toEqual(new Set(['none', 'shift']));
  });

  test('is written into recipes’ keys for good: these never change', () => {
    expect([0, 1, 2].map((index) => draw({ loguniform: [1e-4, 2e-3] }, 5, index, 'lr'))).toEqual([
      0.000107233, 0.00173294, 0.00115487,
    ]);
    expect(drawSeed(5, 0)).toBe(3824541009);
  });
});
