import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyed } from '../random/index.js';
import { averageLogits, findSoup } from './index.js';
import { f32, kitchenOf, openPantry } from './pantry.fixture.js';

describe('the logit ensemble', () => {
  test('mixes no weights', async () => {
    await using pantry = await openPantry();
    const ingredients = [await pantry.ingredient({ a: f32(1) }), await pantry.ingredient({ b: f32(2) })];
    const soup = await findSoup('logit-ensemble', { method: 'logit-ensemble' }, kitchenOf(ingredients));
    expect(soup).toEqual({ mixture: null, trace: [], rule: null });
  });

  test('averages raw logits, in any order the same bits, and refuses what is no number', () => {
    const members = [1, 2, 3].map((seed) => Float32Array.from({ length: 30 }, () => keyed(seed, 'logits').normal()));
    const mean = averageLogits(members);
    expect(averageLogits([...members].reverse())).toEqual(mean);
    expect(mean[0]).toBeCloseTo(((members[0]?.[0] ?? 0) + (members[1]?.[0] ?? 0) + (members[2]?.[0] ?? 0)) / 3, 6);
    expect(() => averageLogits([Float32Array.of(1), Float32Array.of(Number.NaN)])).toThrow(/Member 1 .* NaN/);
    expect(() => averageLogits([Float32Array.of(1), Float32Array.of(1, 2)])).toThrow(/1, 2 logits/);
  });

  test('of linear models is the soup: mean of logits equals logits of the mean', () => {
    // Weights and inputs are small integers, so that every product and sum is exact.
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }), {
          minLength: 4,
          maxLength: 4,
        }),
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }),
        (models, x) => {
          const dot = (w: readonly number[]) => w.reduce((sum, value, at) => sum + value * (x[at] ?? 0), 0);
          const ensemble = averageLogits(models.map((w) => Float32Array.of(dot(w))));
          const soup = averageLogits(models.map((w) => Float32Array.from(w)));
          expect(dot([...soup])).toBe(ensemble[0]);
        },
      ),
    );
  });
});
