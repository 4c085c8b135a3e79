import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeSafetensors } from '../../checkpoints/safetensors.js';
import { numbersOf, type Tensor, tensor } from '../../graph/tensor.js';
import { imageArchitectureSchema } from '../../models/architecture.js';
import { initialise } from '../../models/initialise.js';
import { visionModel } from '../../models/vision-model.js';
import { keyed } from '../../random/index.js';
import type { Ingredient } from '../method.js';
import { cooked, f32, kitchenOf, openPantry, type Pantry, type Tensors } from '../pantry.fixture.js';
import { shownImages } from '../shown/images.js';
import type { Shown } from '../shown/shown.js';
import { coefficientSlopes, type Logarithms, learnCoefficients, softmax, uniformLogarithms } from './learn.js';
import { learned, selfSeasoning } from './learned.js';
import type { Lesson } from './lesson.js';
import { entropyLesson, selectionLesson } from './lessons.js';
import { learnedCases, learnedDifference } from './oracle.fixture.js';
import { WeightMixer } from './weight-mixer.js';

const digest = (bytes: Uint8Array) => hash('sha256', bytes);
let pantry: Pantry;
beforeAll(async () => {
  pantry = await openPantry();
});
afterAll(async () => pantry[Symbol.asyncDispose]());

async function stocked(models: readonly Tensors[]): Promise<Ingredient[]> {
  const ingredients: Ingredient[] = [];
  for (const model of models) ingredients.push(await pantry.ingredient(model));
  return ingredients;
}

/** Largest |analytic − central difference| over every logarithm and the scale, relative to the largest slope. */
async function slopeError(mixer: WeightMixer, lesson: Lesson, byTensor: boolean, step: number): Promise<number> {
  const random = keyed(7, 'logarithms');
  const at = new Map(
    [...uniformLogarithms(mixer, byTensor)].map(([name, row]) => [name, row.map(() => random.normal())]),
  );
  const scale = 1.3;
  const look = (logarithms: Logarithms, by: number) =>
    coefficientSlopes(mixer, lesson, { logarithms, scale: by, epoch: 0, batch: 0 });
  const analytic = await look(at, scale);
  const pairs: [number, number][] = [];
  for (const [name, row] of at) {
    for (const index of row.keys()) {
      const moved = (by: number) => new Map(at).set(name, row.with(index, (row[index] ?? 0) + by));
      const rise = (await look(moved(step), scale)).loss - (await look(moved(-step), scale)).loss;
      pairs.push([analytic.logarithms.get(name)?.[index] ?? Number.NaN, rise / (2 * step)]);
    }
  }
  if (analytic.scale !== null) {
    const rise = (await look(at, scale + step)).loss - (await look(at, scale - step)).loss;
    pairs.push([analytic.scale, rise / (2 * step)]);
  }
  const size = Math.max(...pairs.map(([slope]) => Math.abs(slope)));
  expect(size).toBeGreaterThan(1e-4);
  return Math.max(...pairs.map(([slope, difference]) => Math.abs(slope - difference) / size));
}

/** The loss (scale · Σ a·b + c − 1)² of three vectors, its slopes worked out by hand. */
const byHand: Lesson = {
  batches: 1,
  async look(model, scale) {
    const of = (name: string) => numbersOf(model.get(name) ?? tensor('f64', [0], new Float64Array(0)));
    const [a, b, [c = 0]] = [of('a'), of('b'), of('c')];
    const dot = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
    const miss = scale * dot + c - 1;
    const slopes = new Map([
      ['a', b.map((value) => 2 * miss * scale * value)],
      ['b', a.map((value) => 2 * miss * scale * value)],
      ['c', Float64Array.of(2 * miss)],
    ]);
    return { loss: miss ** 2, slopes, scaleSlope: 2 * miss * dot };
  },
};

const CLASSES = 3;
const shape = { family: 'vit', image: 8, channels: 1, patch: 4, dim: 8, depth: 1, heads: 2, mlp: 16 };
const architecture = imageArchitectureSchema.parse(shape);
const model = visionModel(architecture);
const table = [...model.parameters, ...model.head(CLASSES)];

/** Miniature networks around one stock. */
function network(seed: number, spread = 0.5): Tensors {
  return Object.fromEntries(
    [...initialise(table, 1)].map(([name, { shape, data }]): [string, Tensor] => {
      const random = keyed(seed, name);
      return [name, { dtype: 'f32', shape, data: data.map((value) => value + spread * random.normal()) }];
    }),
  );
}

function shown(count: number): Shown & { readonly labels: number[] } {
  const pixels = (place: number) => {
    const random = keyed(place, 'pixels');
    return Array.from({ length: 64 }, () => random.normal());
  };
  const images = async (places: readonly number[]) => Float32Array.from(places.flatMap(pixels));
  const labels = Array.from({ length: count }, (_, place) => place % CLASSES);
  return { ...shownImages(architecture, { count, images }), labels };
}

const plan = (batch: number) => ({ batch, seed: 3, threads: 1 });
const lessonOn = (count: number, batch: number, turns = 1) => {
  const examples = shown(count);
  return selectionLesson(examples, { ...plan(batch), classes: CLASSES, labels: examples.labels, turns });
};

describe('slopes by the coefficients', () => {
  test.each([false, true])('are the finite differences of the loss, by tensor: %s', async (byTensor) => {
    const random = keyed(1, 'vectors');
    const wide = (size: number): Tensor =>
      tensor(
        'f64',
        [size],
        Float64Array.from({ length: size }, () => random.normal()),
      );
    const ingredients = await stocked([0, 1, 2].map(() => ({ a: wide(5), b: wide(5), c: wide(1) })));
    await using mixer = await WeightMixer.open(ingredients);
    expect(await slopeError(mixer, byHand, byTensor, 1e-5)).toBeLessThan(1e-8);
  });

  test.each([false, true])('of a network too, by tensor: %s', async (byTensor) => {
    await using mixer = await WeightMixer.open(await stocked([2, 3].map((seed) => network(seed))));
    await using lesson = await lessonOn(6, 4);
    // In f32, so with a long step.
    expect(await slopeError(mixer, lesson, byTensor, 0.02)).toBeLessThan(5e-3);
  });

  test('of the entropy of self-seasoning, which has no logits to scale', async () => {
    const headless = [2, 3, 4].map((seed) => {
      const { 'head.weight': _, 'head.bias': __, ...features } = network(seed);
      return features;
    });
    await using mixer = await WeightMixer.open(await stocked(headless));
    await using lesson = await entropyLesson(shown(9), { ...plan(8), k: 3, temperature: 0.2 });
    expect(lesson.batches).toBe(1);
    expect(await slopeError(mixer, lesson, false, 0.01)).toBeLessThan(1e-2);
  });
});

test.each(learnedCases)('torch learns the same coefficients with everything in memory: %s', async (name) => {
  expect(await learnedDifference(name)).toBeLessThan(1e-9);
});

describe('learning', () => {
  test('finds the mixture that the loss asks for', async () => {
    // One weight: 0 and 1 are to become 0.25.
    const lesson: Lesson = {
      batches: 40,
      async look(tensors) {
        const miss = Number(tensors.get('w')?.data[0]) - 0.25;
        return { loss: miss ** 2, slopes: new Map([['w', Float64Array.of(2 * miss)]]), scaleSlope: null };
      },
    };
    const ingredients = await stocked([{ w: f32(0) }, { w: f32(1) }]);
    const parameters = { method: 'learned', by: 'model', epochs: 5, lr: 0.05 } as const;
    const soup = await learned.cook(parameters, { ...kitchenOf(ingredients), lesson });
    const { certificate, file } = await cooked(soup.mixture, ingredients);
    expect(certificate.coefficients.map((coefficient) => coefficient.toFixed(2))).toEqual(['0.75', '0.25']);
    const weight = decodeSafetensors(file).tensors.get('w')?.data[0];
    expect(weight).toBeCloseTo(0.25, 2);
    expect(soup.learned).toMatchObject({ scale: 1, kept: 4 });
    expect(soup.learned?.losses).toHaveLength(5);
    expect(soup.learned?.losses.at(-1)).toBeLessThan(soup.learned?.losses[0] ?? 0);
  });

  test('on images: the loss falls, twice the same bytes, and coefficients add up to 1', async () => {
    const ingredients = await stocked([2, 3, 4].map((seed) => network(seed)));
    await using lesson = await lessonOn(20, 8);
    const cook = (by: 'model' | 'tensor') =>
      learned.cook({ method: 'learned', by, epochs: 4, lr: 0.05 }, { ...kitchenOf(ingredients), lesson });
    for (const by of ['model', 'tensor'] as const) {
      const soup = await cook(by);
      const { losses = [], scale } = soup.learned ?? {};
      expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
      expect(scale).not.toBe(1);
      const { certificate, file } = await cooked(soup.mixture, ingredients);
      expect(certificate.mixing).toBe(by === 'tensor' ? 'by tensor' : 'linear');
      expect(certificate.coefficients.reduce((sum, coefficient) => sum + coefficient, 0)).toBeCloseTo(1, 12);
      expect(Object.keys(certificate.shares ?? {})).toHaveLength(by === 'tensor' ? table.length : 0);
      const again = await cook(by);
      expect(again.mixture).toEqual(soup.mixture);
      expect(digest((await cooked(again.mixture, ingredients)).file)).toBe(digest(file));
    }
  });

  test('a short last batch weighs what its examples weigh', async () => {
    await using mixer = await WeightMixer.open(await stocked([network(2)]));
    const tensors = (await mixer.mix(() => [1])).tensors;
    await using inTwo = await lessonOn(10, 6);
    await using atOnce = await lessonOn(10, 10);
    expect([inTwo.batches, atOnce.batches]).toEqual([2, 1]);
    const [first, second] = [await inTwo.look(tensors, 1, 0, 0), await inTwo.look(tensors, 1, 0, 1)];
    const whole = await atOnce.look(tensors, 1, 0, 0);
    expect(0.6 * first.loss + 0.4 * second.loss).toBeCloseTo(whole.loss, 5);
    const bias = ({ slopes }: typeof whole) => [...(slopes.get('head.bias') ?? [])];
    for (const [index, slope] of bias(whole).entries()) {
      expect(0.6 * (bias(first)[index] ?? 0) + 0.4 * (bias(second)[index] ?? 0)).toBeCloseTo(slope, 5);
    }
  });

  test('a batch that is taken in turns has the same slopes', async () => {
    await using mixer = await WeightMixer.open(await stocked([network(2)]));
    const tensors = (await mixer.mix(() => [1])).tensors;
    await using inTurns = await lessonOn(8, 6, 3);
    await using atOnce = await lessonOn(8, 6);
    for (const batch of [0, 1]) {
      const [few, all] = [await inTurns.look(tensors, 1.5, 0, batch), await atOnce.look(tensors, 1.5, 0, batch)];
      expect(few.loss).toBeCloseTo(all.loss, 5);
      expect(few.scaleSlope).toBeCloseTo(all.scaleSlope ?? Number.NaN, 5);
      for (const [name, slope] of all.slopes) {
        const differences = [...slope].map((value, i) => Math.abs(value - (few.slopes.get(name)?.[i] ?? 9)));
        expect(Math.max(...differences)).toBeLessThan(1e-5);
      }
    }
  });

  test('self-seasoning keeps the epoch of the lowest entropy, not the last', async () => {
    const losses = [0.9, 0.3, 0.3, 0.8];
    const lesson: Lesson = {
      batches: 1,
      look: async (_, __, epoch) => ({
        loss: losses[epoch] ?? 1,
        slopes: new Map([['w', Float64Array.of(1)]]),
        scaleSlope: null,
      }),
    };
    const ingredients = await stocked([{ w: f32(0) }, { w: f32(1) }]);
    await using mixer = await WeightMixer.open(ingredients);
    const options = { byTensor: false, epochs: 4, lr: () => 0.1, keep: 'lowest' } as const;
    const { kept, epochs } = await learnCoefficients(mixer, lesson, options);
    expect(epochs.indexOf(kept)).toBe(1);
    // Adam's first step is as long as its learning rate.
    expect(epochs[0]?.shares.get('')?.[0]).toBeCloseTo(softmax([0.1, -0.1])[0] ?? 0, 6);
    const parameters = { method: 'self-seasoning', epochs: 4, lr: [0.1, 0.01] } as const;
    const soup = await selfSeasoning.cook(parameters, { ...kitchenOf(ingredients), lesson });
    expect(soup.learned).toMatchObject({ kept: 1, losses });
  });

  test('is refused without images, with too few of them, and when the loss is no number', async () => {
    const ingredients = await stocked([{ w: f32(0) }, { w: f32(1) }]);
    const parameters = { method: 'learned', by: 'model', epochs: 1, lr: 0.05 } as const;
    await expect(learned.cook(parameters, kitchenOf(ingredients))).rejects.toThrow(/nothing to learn/);
    await expect(entropyLesson(shown(16), plan(256))).rejects.toThrow(/16 nearest/);
    const look = async () => ({ loss: Number.NaN, slopes: new Map(), scaleSlope: null });
    const kitchen = { ...kitchenOf(ingredients), lesson: { batches: 1, look } };
    await expect(learned.cook(parameters, kitchen)).rejects.toThrow(/loss of NaN at batch 0 of epoch 0/);
  });
});
