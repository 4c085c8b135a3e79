import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSafetensors } from '../../checkpoints/safetensors.js';
import { numbersOf, type Tensor } from '../../graph/tensor.js';
import { diagonalFisher } from '../informed/diagonal-fisher.js';
import { gramMatrices } from '../informed/gram-matrices.js';
import { measuredModel } from '../informed/measured-model.js';
import { writeSoup } from '../streaming/index.js';
import { verifySoup } from '../verify-soup.js';
import { cookOnData } from './index.js';
import { architecture, CLASSES, type ExamplePantry, examplePantry, images, weights } from './pantry.fixture.js';

let pantry: ExamplePantry;
let ingredients: readonly string[];
beforeAll(async () => {
  pantry = await examplePantry();
  ingredients = await Promise.all([1, 2, 3].map((seed) => pantry.ingredient(`model ${seed}`, seed)));
});
afterAll(() => pantry[Symbol.asyncDispose]());

let soups = 0;
async function cook(method: 'fisher' | 'regmean', paths: readonly string[], parameters: object = {}) {
  const output = pantry.path(`soup ${soups++}.safetensors`);
  const order = {
    method,
    parameters: { ...parameters },
    ingredients: paths,
    output,
    data: pantry.data,
    examples: 'val',
  };
  const signal = new AbortController().signal;
  const soup = await cookOnData(order, { home: pantry.home, threads: 1, device: 'cpu', signal });
  const { tensors } = await readSafetensors(output);
  return { ...soup, output, tensors };
}

const model = measuredModel(architecture, CLASSES);
/** The images of `val` as the model sees them. */
const shown = Float32Array.from(images(60, 'val'.length).pixels, (byte) => (byte / 255 - 0.5) / 0.5);
const numbers = (tensor: Tensor | undefined) => (tensor === undefined ? new Float64Array() : numbersOf(tensor));

test('Fisher-weighted soups of files follow the formula, with what is measured of each model by itself', async () => {
  const two = [weights(1, 0.15), weights(2, 0.15)];
  const information = await Promise.all(
    two.map((tensors) => diagonalFisher(model, tensors, shown, { threads: 1, labels: 'expected' })),
  );
  const { tensors, certificate } = await cook('fisher', ingredients.slice(0, 2), { weights: [1, 3], floor: 1e-9 });
  for (const { name } of model.parameters) {
    const [first, second] = two.map((one) => numbers(one.get(name)));
    const [f, g] = information.map((one) => one.get(name) ?? new Float64Array());
    const expected = Float32Array.from(first ?? [], (value, at) => {
      const [a, b] = [0.25 * Math.max(f?.[at] ?? 0, 1e-9), 0.75 * Math.max(g?.[at] ?? 0, 1e-9)];
      return (a * value + b * (second?.[at] ?? 0)) / (a + b);
    });
    const found = numbers(tensors.get(name));
    // The examples come in another order here, in which f32 sums round otherwise.
    for (const [at, value] of expected.entries()) expect(found[at]).toBeCloseTo(value, 5);
  }
  expect(certificate).toMatchObject({ method: 'fisher', mixing: 'nominal', statistics: { length: 2 } });
});

test('RegMean of files fulfils its normal equations, and leaves everything else the mean', async () => {
  const two = [weights(1, 0.15), weights(2, 0.15)];
  const grams = await Promise.all(two.map((one) => gramMatrices(model, one, shown, { threads: 1, batch: 60 })));
  const { tensors } = await cook('regmean', ingredients.slice(0, 2), { alpha: 0.8 });
  const name = 'blocks.0.mlp.fc1.weight';
  const [outputs = 0, width = 0] = tensors.get(name)?.shape ?? [];
  const scaled = grams.map((one) => {
    const gram = one.get(name) ?? new Float64Array();
    return gram.map((value, at) => (Math.floor(at / width) === at % width ? value : 0.8 * value));
  });
  const product = (weight: Float64Array, gram: Float64Array, row: number, column: number) =>
    Array.from({ length: width }, (_, k) => (weight[row * width + k] ?? 0) * (gram[k * width + column] ?? 0)).reduce(
      (sum, value) => sum + value,
      0,
    );
  const soup = numbers(tensors.get(name));
  for (let row = 0; row < outputs; row++) {
    for (let column = 0; column < width; column++) {
      const left = scaled.reduce((sum, gram) => sum + product(soup, gram, row, column), 0);
      const right = two.reduce(
        (sum, one, index) => sum + product(numbers(one.get(name)), scaled[index] ?? new Float64Array(), row, column),
        0,
      );
      expect(left / right).toBeCloseTo(1, 2);
    }
  }
  const uniform = pantry.path('uniform.safetensors');
  await writeSoup({ method: 'uniform', ingredients: ingredients.slice(0, 2), output: uniform });
  const mean = (await readSafetensors(uniform)).tensors;
  expect(tensors.get('norm.weight')).toEqual(mean.get('norm.weight'));
  expect(tensors.get(name)).not.toEqual(mean.get(name));
});

test('A model is measured once on the same examples, and the soup can be cooked again from what was measured', async () => {
  const { output } = await cook('fisher', ingredients.slice(0, 2));
  const folder = join(pantry.home, 'measured');
  const written = () => new Map(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mtimeMs]));
  const before = written();
  await cook('fisher', ingredients);
  const after = written();
  expect([...after.keys()].filter((name) => !before.has(name))).toHaveLength(1);
  for (const [name, time] of before) expect(after.get(name)).toBe(time);
  const measured = [...after.keys()].map((name) => join(folder, name));
  expect(await verifySoup(output, [...ingredients, ...measured])).toMatchObject({
    discrepancies: [],
    cookedAgain: true,
  });
  await expect(verifySoup(output, ingredients)).rejects.toThrow(/None of the given files is .*fisher-/);
});

test('What was measured in batches of another size is measured again', async () => {
  const written = () => readdirSync(join(pantry.home, 'measured')).length;
  const two = ingredients.slice(0, 2);
  await cook('regmean', two, { batch: 60 });
  const before = written();
  await cook('regmean', two, { batch: 60, alpha: 0.5 });
  expect(written()).toBe(before);
  // Products of a batch are summed in f32: another batch rounds otherwise.
  await cook('regmean', two, { batch: 7 });
  expect(written()).toBe(before + 2);
});

test('Copies of a model are that model', async () => {
  const copy = await pantry.ingredient('copy', 1);
  const { tensors } = await cook('fisher', [ingredients[0] ?? '', copy], { labels: 'sampled', normalise: true });
  expect(tensors).toEqual((await readSafetensors(copy)).tensors);
});
