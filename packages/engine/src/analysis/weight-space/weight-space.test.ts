import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { numbersOf, type Tensor, tensorOf } from '../../graph/tensor.js';
import { keyed } from '../../random/index.js';
import { f32, i64, openPantry, type Pantry } from '../../soups/pantry.fixture.js';
import { spreadAtStock } from '../diversity/predicted-gain.js';
import { angleOfSides } from './angle.js';
import { geometryOf } from './geometry.js';
import { GeometrySums } from './geometry-sums.js';
import { layerOfName } from './layer-of.js';
import { weightSpace } from './weight-space.js';

let pantry: Pantry;
beforeAll(async () => {
  pantry = await openPantry();
});
afterAll(async () => pantry[Symbol.asyncDispose]());

const vectors = fc.array(fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 5, maxLength: 5 }), {
  minLength: 3,
  maxLength: 4,
});

describe('angles', () => {
  test('of right triangles, of parallel and of opposite ways', () => {
    expect(angleOfSides(3, 4, 5)).toBeCloseTo(Math.PI / 2, 14);
    expect(angleOfSides(2, 2, 2)).toBeCloseTo(Math.PI / 3, 14);
    expect(angleOfSides(1, 2, 1)).toBe(0);
    expect(angleOfSides(1, 2, 3)).toBeCloseTo(Math.PI, 14);
    expect(angleOfSides(0, 2, 2)).toBeNull();
  });

  test('keep their digits where the arc cosine has none left', () => {
    const [tiny, far] = [1e-9, 7];
    // Two ways of one length with 1e-9 between their ends: the angle is 2·asin(d / 2r).
    expect(angleOfSides(far, far, tiny)).toBeCloseTo(tiny / far, 22);
    expect(Math.acos(1 - (tiny / far) ** 2 / 2)).toBe(0);
  });
});

describe('the geometry of sums', () => {
  test('is symmetric, obeys the triangle inequality, and adding in parts changes nothing but rounding', () => {
    fc.assert(
      fc.property(vectors, fc.integer({ min: 1, max: 4 }), ([stock = [], ...models], cut) => {
        const [whole, parts] = [new GeometrySums(models.length), new GeometrySums(models.length)];
        whole.addWeights(models, stock);
        for (const [from, to] of [
          [0, cut],
          [cut, 5],
        ]) {
          const part = new GeometrySums(models.length);
          part.addWeights(
            models.map((model) => model.slice(from, to)),
            stock.slice(from, to),
          );
          parts.addSums(part);
        }
        const [found, again] = [geometryOf(whole), geometryOf(parts)];
        expect(again.elements).toBe(5);
        for (const [i, row] of found.distance.entries()) {
          for (const [j, distance] of row.entries()) {
            expect(distance).toBe(found.distance[j]?.[i]);
            expect(again.distance[i]?.[j]).toBeCloseTo(distance, 12);
            const [a = 0, b = 0] = [found.fromStock?.distance[i], found.fromStock?.distance[j]];
            expect(distance).toBeLessThanOrEqual(a + b + 1e-12);
            expect(Math.abs(found.cosine[i]?.[j] ?? 0)).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  test('of models that went at right angles from the stock: φ is π/2, the spread ½', () => {
    const sums = new GeometrySums(2);
    sums.addWeights(
      [
        [2, 1, 1],
        [1, 2, 1],
      ],
      [1, 1, 1],
    );
    const { fromStock, distance } = geometryOf(sums);
    expect(fromStock?.angle[0]?.[1]).toBeCloseTo(Math.PI / 2, 14);
    expect(fromStock?.angle[0]?.[0]).toBe(0);
    expect(fromStock?.distance).toEqual([1, 1]);
    expect(fromStock?.relativeDistance[0]).toBeCloseTo(1 / Math.sqrt(3), 14);
    expect(distance[0]?.[1]).toBeCloseTo(Math.SQRT2, 14);
    expect(spreadAtStock(fromStock?.products ?? [])).toBe(0.5);
  });

  test('what did not move has no direction', () => {
    const sums = new GeometrySums(2);
    sums.addWeights(
      [
        [0, 0],
        [1, 0],
      ],
      [0, 0],
    );
    const { fromStock, cosine } = geometryOf(sums);
    expect(fromStock).toMatchObject({
      angle: [
        [null, null],
        [null, 0],
      ],
      relativeDistance: [null, null],
      cosine: [null, null],
    });
    expect(cosine).toEqual([
      [null, null],
      [null, 1],
    ]);
  });
});

describe('checkpoints in weight space', () => {
  const draw = (seed: number, size: number): Tensor => {
    const random = keyed(seed, 'weights');
    return tensorOf(
      'f32',
      [size],
      Array.from({ length: size }, () => random.normal()),
    );
  };
  const near = (tensor: Tensor, seed: number): Tensor => {
    const random = keyed(seed, 'step');
    return tensorOf(
      'f32',
      tensor.shape,
      numbersOf(tensor).map((value) => value + 0.01 * random.normal()),
    );
  };

  test('are streamed tensor by tensor, summed by layer, and the head counts between them only', async () => {
    // Larger than a chunk of the stream, and of another length than its multiple.
    const backbone = {
      'blocks.0.weight': draw(1, 300_001),
      'blocks.0.bias': draw(2, 5),
      'blocks.1.weight': draw(3, 7),
    };
    const stock = await pantry.ingredient({ ...backbone, counter: i64(1n) });
    const models = [1, 2].map(
      (seed): Record<string, Tensor> => ({
        ...Object.fromEntries(Object.entries(backbone).map(([name, tensor]) => [name, near(tensor, seed)])),
        'head.weight': draw(10 + seed, 3),
        counter: i64(2n),
      }),
    );
    const ingredients = [];
    for (const model of models) ingredients.push(await pantry.ingredient(model));
    const progress: number[] = [];
    const found = await weightSpace(ingredients, { stock, onProgress: (done) => progress.push(done) });

    expect([...found.tensors.keys()]).toEqual(['blocks.0.bias', 'blocks.0.weight', 'blocks.1.weight', 'head.weight']);
    expect([...found.layers.keys()]).toEqual(['blocks.0', 'blocks.1', 'head']);
    expect(found.missingInStock).toEqual(['head.weight']);
    expect(found.notWeights).toEqual(['counter']);
    expect(progress.at(-1)).toBe(5);
    expect(found.layers.get('head')?.fromStock).toBeNull();
    expect(found.all.elements).toBe(300_001 + 5 + 7 + 3);
    expect(found.all.fromStock?.elements).toBe(300_001 + 5 + 7);

    const wide = found.tensors.get('blocks.0.weight');
    const [one, two, base] = [...models, backbone].map((model) => numbersOf(model['blocks.0.weight'] ?? f32()));
    const distance = (a: Float64Array = new Float64Array(), b: Float64Array = a) =>
      Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0));
    expect(wide?.distance[0]?.[1]).toBeCloseTo(distance(one, two), 10);
    expect(wide?.fromStock?.distance[0]).toBeCloseTo(distance(one, base), 10);
    // Independent small steps: at right angles in 300,000 dimensions, and their cosine to the stock next to 1.
    expect(wide?.fromStock?.angle[0]?.[1]).toBeCloseTo(Math.PI / 2, 1);
    expect(wide?.fromStock?.cosine[0]).toBeCloseTo(1, 3);
    const squares = [...found.tensors.values()].map((tensor) => (tensor.distance[0]?.[1] ?? 0) ** 2);
    expect((found.all.distance[0]?.[1] ?? 0) ** 2).toBeCloseTo(
      squares.reduce((a, b) => a + b, 0),
      8,
    );
  });

  test('of 16 bits are decoded; without a stock there are no distances from it', async () => {
    const halves = (...values: number[]) => ({ w: tensorOf('f16', [values.length], values) });
    const { all, tensors } = await weightSpace([
      await pantry.ingredient(halves(3, 0)),
      await pantry.ingredient(halves(0, 4)),
    ]);
    expect(all).toMatchObject({
      norm: [3, 4],
      distance: [
        [0, 5],
        [5, 0],
      ],
      cosine: [
        [1, 0],
        [0, 1],
      ],
      fromStock: null,
    });
    expect(tensors.get('w')).toEqual(all);
  });

  test('that do not fit, or hold a number that is none, are refused by name', async () => {
    const one = await pantry.ingredient({ w: f32(1, 2) });
    await expect(weightSpace([one, await pantry.ingredient({ w: f32(1) })])).rejects.toThrow(/"w"/);
    await expect(weightSpace([one], { stock: await pantry.ingredient({ w: f32(1) }) })).rejects.toThrow(
      /tensor "w" has the shape \[1\], where the ingredients have \[2\]/,
    );
    const broken = await pantry.ingredient({ w: f32(1, Number.NaN) });
    await expect(weightSpace([one, broken])).rejects.toThrow(`${broken.name}: tensor "w" holds NaN at element 1.`);
    await expect(weightSpace([])).rejects.toThrow(/no ingredients/);
  });
});

test('the layer of a tensor is what comes up to the first number of its name', () => {
  expect(
    ['blocks.3.attn.qkv.weight', 'vit.encoder.layer.11.output.dense.bias', 'cls_token', 'head.weight'].map(layerOfName),
  ).toEqual(['blocks.3', 'vit.encoder.layer.11', 'cls_token', 'head']);
});
