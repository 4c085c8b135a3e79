import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cells, meanCorruptionError } from '../cells.js';
import { corruptionErrors, worstCell } from './corruption-error.js';
import { alexnetOnImageNetC } from './reference-errors.js';

const names = Object.keys(alexnetOnImageNetC.errors);

/** Cells in any order of corruptions, severity-major inside one. */
function cells(error: (corruption: string, severity: number) => number, order: readonly string[] = names): Cells {
  const places = order.flatMap((corruption) => [1, 2, 3, 4, 5].map((severity) => ({ corruption, severity })));
  return {
    corruption: places.map(({ corruption }) => corruption),
    severity: places.map(({ severity }) => severity),
    n: places.map(() => 100),
    top1: places.map(({ corruption, severity }) => 1 - error(corruption, severity)),
  };
}

const alexnet = (corruption: string) => alexnetOnImageNetC.errors[corruption] ?? Number.NaN;

describe('mCE', () => {
  test('of AlexNet is 100 by construction, whatever the order of the corruptions, and so is its relative mCE', () => {
    for (const order of [names, [...names].reverse(), [...names].sort()]) {
      const { ce, mce, relativeMce, reference } = corruptionErrors(cells(alexnet, order), 0.4348, alexnetOnImageNetC);
      expect(mce).toBeCloseTo(100, 10);
      expect(relativeMce).toBeCloseTo(100, 10);
      expect(Object.values(ce).every((value) => Math.abs(value - 100) < 1e-9)).toBe(true);
      expect(reference).toBe('AlexNet on ImageNet-C');
    }
  });

  test('has the normaliser whose mean the papers print', () => {
    expect(names).toHaveLength(15);
    expect(names.reduce((sum, name) => sum + alexnet(name), 0) / 15).toBeCloseTo(0.788993, 6);
  });

  test('sums over severities before it divides, and scales with the errors', () => {
    const rising = (corruption: string, severity: number) => (alexnet(corruption) * severity) / 5;
    expect(corruptionErrors(cells(rising), 0.1, alexnetOnImageNetC).mce).toBeCloseTo((100 * 3) / 5, 10);
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1, noNaN: true }), (factor) => {
        const found = corruptionErrors(
          cells((name) => factor * alexnet(name)),
          0,
          alexnetOnImageNetC,
        );
        expect(found.mce).toBeCloseTo(100 * factor, 9);
      }),
    );
  });

  test('a model that loses nothing by corruption has a relative mCE of 0', () => {
    const { mce, relativeMce } = corruptionErrors(
      cells(() => 0.25),
      0.25,
      alexnetOnImageNetC,
    );
    expect(relativeMce).toBeCloseTo(0, 10);
    expect(mce).toBeGreaterThan(30);
  });

  test('over 19 corruptions, over 14, or without a severity is refused', () => {
    const of = (order: readonly string[]) =>
      corruptionErrors(
        cells(() => 0.5, order),
        0.2,
        alexnetOnImageNetC,
      );
    expect(() => of([...names, 'speckle_noise'])).toThrow(/knows no error for speckle_noise at severity 1/);
    expect(() => of(names.slice(1))).toThrow(/lacks 5 of the cells .* first gaussian_noise at 1/);
    expect(() => of([...names, 'fog'])).toThrow('The benchmark has fog at severity 1 twice.');
  });

  test('beside it stand the plain mean error and the worst cell', () => {
    const some = cells((corruption, severity) => (corruption === 'fog' && severity === 4 ? 0.9 : 0.3));
    expect(worstCell(some)).toEqual({ corruption: 'fog', severity: 4, top1: expect.closeTo(0.1, 12), n: 100 });
    expect(meanCorruptionError(some)).toBeCloseTo((74 * 0.3 + 0.9) / 75, 12);
    expect(() => worstCell({ corruption: [], severity: [], n: [], top1: [] })).toThrow(/no cells/);
  });
});
