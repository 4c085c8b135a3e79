import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tensor } from '../../graph/tensor.js';
import { keyed } from '../../random/index.js';
import { verifySoup } from '../verify-soup.js';
import { writeSoup } from './index.js';
import { openSoupFolder, type SoupFolder } from './soup-folder.fixture.js';

let place: SoupFolder;
beforeAll(async () => {
  place = await openSoupFolder();
});
afterAll(() => place[Symbol.asyncDispose]());

const vector = (data: Float32Array): Tensor => ({ dtype: 'f32', shape: [data.length], data });

/** Numbers in one tensor, or parted into some whose names keep the order. */
const whole = (data: Float32Array) => ({ all: vector(data) });
const parted = (data: Float32Array, at: readonly number[]) => ({
  a: vector(data.slice(0, at[0])),
  b: vector(data.slice(at[0], at[1])),
  c: vector(data.slice(at[1])),
});

test('TIES by the model does not see where one tensor ends and the next begins', async () => {
  const cases = fc.record({
    seed: fc.nat(10_000),
    size: fc.integer({ min: 3, max: 90 }),
    density: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    levels: fc.constantFrom(2, 5, 1e6),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ seed, size, density, levels }) => {
      const random = keyed(seed, 'ties');
      const draw = () => Float32Array.from({ length: size }, () => (random.integer(2 * levels + 1) - levels) / 8);
      const [base, one, two] = [draw(), draw(), draw()];
      const at = [random.integer(size), random.integer(size)].sort((a, b) => a - b);
      const cook = async (make: (data: Float32Array) => Record<string, Tensor>, parameters: object) => {
        const ingredients = [await place.model(make(one)), await place.model(make(two))];
        const soup = await place.cooked('ties', ingredients, { base: await place.model(make(base)), parameters });
        return Object.values(soup).join('');
      };
      // Of one tensor alone the two are the same, and trimming by tensor sorts magnitudes in a way of its own.
      const expected = await cook(whole, { density, trim: 'tensor' });
      expect(await cook((data) => parted(data, at), { density, trim: 'model' })).toBe(expected);
    }),
    { numRuns: 40 },
  );
});

test('It is cooked again from its certificate, and compat: mergekit trims each tensor by itself', async () => {
  const numbers = (scale: number) => Float32Array.from({ length: 10 }, (_, i) => scale * (i + 1));
  const base = await place.model({ large: vector(numbers(0)), small: vector(numbers(0)) });
  const ingredient = await place.model({ large: vector(numbers(1)), small: vector(numbers(1e-3)) });
  const order = { method: 'ties', ingredients: [ingredient], base, output: place.output() };
  const kept = async (parameters: { density: number; compat?: string }) => {
    const soup = await place.cooked('ties', [ingredient], { base, parameters });
    return Object.values(soup).map(
      (hex) => [...Buffer.from(hex, 'hex')].filter((_, i) => i % 4 === 3).filter(Boolean).length,
    );
  };
  expect(await kept({ density: 0.5 })).toEqual([10, 0]);
  expect(await kept({ density: 0.5, compat: 'mergekit' })).toEqual([5, 5]);
  await writeSoup({ ...order, parameters: { density: 0.5 } });
  expect((await verifySoup(order.output, [ingredient, base])).discrepancies).toEqual([]);
});
