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

test('Where changes cancel out, the majority is that of the whole model, as in the code of the paper; others look at the element', async () => {
  // Changes by hand. In `few` the first cancels and one falls: that tensor's own majority is negative. In `many` three rise: of the
  // model's four elements that have a sign three are positive.
  const base = await place.model({ few: vector(Float32Array.of(1, 1)), many: vector(Float32Array.of(0, 0, 0)) });
  const ingredients = [
    await place.model({ few: vector(Float32Array.of(1.5, 0)), many: vector(Float32Array.of(1, 2, 3)) }),
    await place.model({ few: vector(Float32Array.of(0.5, 0)), many: vector(Float32Array.of(1, 2, 3)) }),
  ];
  const first = async (method: string, tie: string, parameters: object = {}) => {
    const soup = await place.cooked(method, ingredients, { base, parameters: { density: 1, tie, ...parameters } });
    return Buffer.from(soup.few ?? '', 'hex').readFloatLE(0);
  };
  expect(await first('ties', 'majority')).toBe(1.5);
  expect(await first('ties', 'none')).toBe(1);
  expect(await first('ties', 'positive')).toBe(1.5);
  expect(await first('breadcrumbs-ties', 'majority', { gamma: 0 })).toBe(1.5);
  expect(await first('dare-ties', 'majority')).toBe(1.5);
  expect(await first('della', 'majority')).toBe(1.5);
  // Turned round, the model falls, and the element goes with it.
  const [one = '', two = ''] = ingredients;
  const fallen = await place.model({ few: vector(Float32Array.of(1.5, 2)), many: vector(Float32Array.of(-1, -2, -3)) });
  const too = await place.model({ few: vector(Float32Array.of(0.5, 2)), many: vector(Float32Array.of(-1, -2, -3)) });
  const turned = await place.cooked('ties', [fallen, too], { base, parameters: { density: 1, tie: 'majority' } });
  expect(Buffer.from(turned.few ?? '', 'hex').readFloatLE(0)).toBe(0.5);
  // It is proven as it was cooked.
  const order = { method: 'ties', parameters: { density: 1, tie: 'majority' }, ingredients: [one, two], base };
  const output = place.output();
  await writeSoup({ ...order, output });
  expect((await verifySoup(output, [one, two, base])).discrepancies).toEqual([]);
});
