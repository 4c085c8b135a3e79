import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { encodeSafetensors, readSafetensors } from '../checkpoints/safetensors.js';
import { openDataset } from '../data/dataset.js';
import { floatAttribute, floats, modelFile, nodeProto } from '../graph/onnx/model-file.fixture.js';
import { numbersOf, type Tensor, tensorOf } from '../graph/tensor.js';
import { architectureSchema } from '../models/architecture.js';
import { initialise } from '../models/initialise.js';
import { modelMetadata } from '../models/metadata.js';
import { importOnnx } from '../models/onnx/import-onnx.js';
import { visionModel } from '../models/vision-model.js';
import { keyed } from '../random/index.js';
import { compilePlan, parseRecipe } from '../recipe/index.js';
import { permute, verifyAlignment, vitSymmetries } from '../soups/alignment/index.js';
import { verifySoup } from '../soups/verify-soup.js';
import { type CookedStep, type CookFailedError, cook } from './cook.js';
import { cleanKitchen, folder } from './fixtures/kitchen.js';
import { LocalHome } from './home.js';
import { resolveSource } from './sources.js';

const CLASSES = 10;
const preprocessing = { mean: [0.1], std: [0.3] };
const vit = { family: 'vit' as const, image: 28, channels: 1, patch: 14, dim: 16, depth: 2, heads: 2, mlp: 32 };
const architecture = architectureSchema.parse(vit);

/** The weights of a small vision transformer with its head. */
function weights(seed: number, spread: number): Map<string, Tensor> {
  const model = visionModel(architecture);
  const table = [...model.parameters, ...model.head(CLASSES)];
  const stock = initialise(table, 7);
  return new Map(
    table.map(({ name, shape }): [string, Tensor] => {
      const random = keyed(seed, name);
      const data = (stock.get(name)?.data ?? new Float32Array()).map((value) => 3 * value + spread * random.normal());
      return [name, tensorOf('f32', shape, data)];
    }),
  );
}

/** The same weights with every group of units in an order that is drawn. */
function shuffled(tensors: ReadonlyMap<string, Tensor>, seed: number): Map<string, Tensor> {
  if (architecture.family !== 'vit') throw new Error('The miniature is a vision transformer.');
  const groups = vitSymmetries(architecture, CLASSES);
  return permute(
    tensors,
    groups,
    new Map(groups.map(({ name, units }) => [name, keyed(seed, name).permutation(units)])),
  );
}

/** x → 1×1 convolution to two channels → batch normalisation → mean over the image. */
const SCALE = [1.5, 0.5];
const SHIFT = [0.25, -1];
const EPSILON = 1e-3;
/** Convolutions of the soup of [2, −1] and [4, 2]. */
const WEIGHTS = [3, 0.5];
const networkWith = (mean: readonly number[], variance: readonly number[]) =>
  importOnnx(
    modelFile({
      nodes: [
        nodeProto('Conv', ['x', 'conv.weight'], ['wide']),
        nodeProto(
          'BatchNormalization',
          ['wide', 'norm.weight', 'norm.bias', 'norm.running_mean', 'norm.running_var'],
          ['even'],
          [floatAttribute('epsilon', EPSILON)],
        ),
        nodeProto('GlobalAveragePool', ['even'], ['pooled']),
        nodeProto('Flatten', ['pooled'], ['y']),
      ],
      inputs: { x: ['batch', 1, 28, 28] },
      outputs: ['y'],
      initialisers: [
        floats('conv.weight', [2, 1, 1, 1], [1, 1]),
        floats('norm.weight', [2], SCALE),
        floats('norm.bias', [2], SHIFT),
        floats('norm.running_mean', [2], mean),
        floats('norm.running_var', [2], variance),
      ],
    }),
    'net.onnx',
    { preprocessing },
  );
const network = networkWith([0, 0], [1, 1]);
const HEAD = tensorOf(
  'f32',
  [CLASSES, 2],
  Array.from({ length: 2 * CLASSES }, (_, at) => Math.sin(at)),
);
const net = (convolution: readonly number[]) =>
  new Map<string, Tensor>([
    ...network.tensors,
    ['onnx.conv.weight', tensorOf('f32', [2, 1, 1, 1], [...convolution])],
    ['head.weight', HEAD],
    ['head.bias', tensorOf('f32', [CLASSES], new Array<number>(CLASSES).fill(0))],
  ]);

const example = readFileSync(new URL('../../../../examples/recipes/sweep.yaml', import.meta.url), 'utf8')
  .replace('count: 2000', 'count: 200')
  .replaceAll('count: 1000', 'count: 20')
  .replace('batch: 100', 'batch: 50');

const base = folder();
let home: LocalHome;
let cooked: ReadonlyMap<string, CookedStep>;
const sources = { base, confined: true };
const cooking = (text: string) => cook(compilePlan(parseRecipe(text)), { place: home, sources, concurrency: 1 });
const hashOf = (step: string, output = 'checkpoint') => cooked.get(step)?.result.outputs[output]?.hash ?? '';
const pathOf = (step: string, output = 'checkpoint') => home.store.path(hashOf(step, output));
const tensorsOf = async (step: string) => (await readSafetensors(pathOf(step))).tensors;
const logitsOf = async (model: string) => {
  const { tensors } = await readSafetensors(pathOf(`evaluations/${model}/test`, 'logits'));
  return [...numbersOf(tensors.get('logits') ?? HEAD)];
};
const write = (
  name: string,
  tensors: ReadonlyMap<string, Tensor>,
  shape = modelMetadata({ architecture, preprocessing }),
) => writeFile(join(base, 'sweep', `${name}.safetensors`), encodeSafetensors(tensors, shape));

beforeAll(async () => {
  await mkdir(join(base, 'sweep'));
  const near = weights(1, 0.15);
  await write('a', near);
  await write('b', shuffled(near, 3));
  await write('c', shuffled(weights(2, 0.15), 5));
  const described = modelMetadata({ architecture: network.architecture, preprocessing });
  await write('one', net([2, -1]), described);
  // Its training left other statistics than that of the first.
  const other = networkWith([0.5, 1], [3, 1]).architecture;
  await write('other', net([4, 2]), modelMetadata({ architecture: other, preprocessing }));
  home = await LocalHome.open(folder());
  cooked = await cooking(example);
});
afterAll(async () => {
  await home.close();
  cleanKitchen();
});

describe('models that were put in another order, aligned in a recipe', () => {
  test('come back to the reference to the bit, the basin of which they say they lie in', async () => {
    expect(await tensorsOf('ingredients/aligned-theirs-01')).toEqual(await tensorsOf('ingredients/theirs-00'));
  });

  test('answer as before, by what the step says and by the scores that they get on real images', async () => {
    const summary = cooked.get('ingredients/aligned-theirs-02')?.result.summary;
    const [before, after] = [await logitsOf('theirs-02'), await logitsOf('aligned-theirs-02')];
    const difference = Math.max(...before.map((value, at) => Math.abs(value - (after[at] ?? Number.NaN))));
    expect(difference).toBeLessThan(1e-4);
    expect(summary).toMatchObject({
      converged: true,
      permutation: hashOf('ingredients/aligned-theirs-02', 'permutation'),
    });
    const { largestDifference, largestAnswer } = z
      .looseObject({ largestDifference: z.number(), largestAnswer: z.number() })
      .parse(summary);
    expect(largestDifference).toBeLessThan(1e-4);
    expect(largestAnswer).toBeGreaterThan(0.1);
    expect(await tensorsOf('ingredients/aligned-theirs-02')).not.toEqual(await tensorsOf('ingredients/theirs-02'));
  });

  test('are named by certificates, and follow from the recorded order and nothing else', async () => {
    const { certificate, discrepancies } = await verifySoup(
      pathOf('soups/rebasin'),
      ['theirs-00', 'aligned-theirs-01', 'aligned-theirs-02'].map((name) => pathOf(`ingredients/${name}`)),
      pathOf('soups/rebasin', 'certificate'),
    );
    expect(discrepancies).toEqual([]);
    expect(certificate.ingredients.map(({ content }) => content)).toEqual(
      ['theirs-00', 'aligned-theirs-01', 'aligned-theirs-02'].map((name) => hashOf(`ingredients/${name}`)),
    );
    const files = {
      aligned: pathOf('ingredients/aligned-theirs-02'),
      model: pathOf('ingredients/theirs-02'),
      reference: pathOf('ingredients/theirs-00'),
      permutation: pathOf('ingredients/aligned-theirs-02', 'permutation'),
    };
    expect(await verifyAlignment(files)).toEqual([]);
    expect(await verifyAlignment({ ...files, aligned: files.model })).toContainEqual(
      expect.stringMatching(/Tensor "blocks.0.mlp.fc1.weight" is not that of the model in the recorded order/),
    );
    expect(await verifyAlignment({ ...files, model: files.reference })).toEqual([
      'Its record is of another file than the model that was aligned.',
    ]);
  });
});

describe('statistics of a soup that are estimated again in a recipe', () => {
  test('are those of its own weights on the images: the closed form of a network of one convolution', async () => {
    const manifest = pathOf('datasets/mnist', 'manifest');
    const dataset = await openDataset(manifest, { resolveSource: (source) => resolveSource(source, sources) });
    const pixels = (split: string, positions: number[]) =>
      Array.from(dataset.split(split).images(positions), (byte) => (byte / 255 - 0.1) / 0.3);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const batches = [0, 1, 2, 3].map((index) =>
      pixels(
        'train',
        Array.from({ length: 50 }, (_, row) => 50 * index + row),
      ),
    );
    const of = batches.map((batch) => {
      const centre = mean(batch);
      return {
        mean: centre,
        variance: batch.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (batch.length - 1),
      };
    });
    const [centre, variance] = [mean(of.map((one) => one.mean)), mean(of.map((one) => one.variance))];
    const image = mean(pixels('test', [4]));
    // Of the soup: the mean of the two convolutions, by these statistics of what they give.
    const expected = (means: readonly number[], variances: readonly number[]) => {
      const [one = 0, two = 0] = WEIGHTS.map((weight, channel) => {
        const above = weight * image - (means[channel] ?? 0);
        return ((SCALE[channel] ?? 0) * above) / Math.sqrt((variances[channel] ?? 0) + EPSILON) + (SHIFT[channel] ?? 0);
      });
      const head = numbersOf(HEAD);
      return Array.from({ length: CLASSES }, (_, row) => (head[2 * row] ?? 0) * one + (head[2 * row + 1] ?? 0) * two);
    };
    const answersOf = async (model: string) => (await logitsOf(model)).slice(4 * CLASSES, 5 * CLASSES);
    const estimated = expected(
      WEIGHTS.map((weight) => weight * centre),
      WEIGHTS.map((weight) => weight ** 2 * variance),
    );
    for (const [row, logit] of (await answersOf('mixed-batchnorm')).entries()) {
      expect(logit).toBeCloseTo(estimated[row] ?? Number.NaN, 4);
    }
    // The soup itself has the mean of the statistics that its ingredients came with.
    const before = expected([0.25, 0.5], [2, 1]);
    for (const [row, logit] of (await answersOf('mixed')).entries()) {
      expect(logit).toBeCloseTo(before[row] ?? Number.NaN, 4);
    }
    expect(Math.abs((before[1] ?? 0) - (estimated[1] ?? 0))).toBeGreaterThan(0.1);
  });

  test('are a model of its own with the weights of the soup, whose certificate names the images', async () => {
    expect(await tensorsOf('soups/mixed-batchnorm')).toEqual(await tensorsOf('soups/mixed'));
    const { certificate, discrepancies, cookedAgain } = await verifySoup(
      pathOf('soups/mixed-batchnorm'),
      [pathOf('soups/mixed')],
      pathOf('soups/mixed-batchnorm', 'certificate'),
    );
    expect([discrepancies, cookedAgain]).toEqual([[], true]);
    expect(certificate.measured).toMatchObject({
      statistics: ['norm.running_mean', 'norm.running_var'],
      examples: { from: 'train', n: 200, protocol: null },
      batch: 50,
    });
    expect(certificate.effective?.map(({ content, coefficient }) => [content, coefficient])).toEqual([
      [hashOf('ingredients/nets-00'), 0.5],
      [hashOf('ingredients/nets-01'), 0.5],
    ]);
    expect(certificate.notes.join()).not.toMatch(/estimate them again/);
  });
});

test('what they are said to have seen is part of them: by another word all that is made of them is made and judged anew', async () => {
  const told = example.replace(
    'trained_on: [mnist/train]',
    'trained_on: [mnist/train]\n    seen_unlabelled: [mnist/train]',
  );
  expect(told).not.toBe(example);
  const again = await cooking(told);
  const other = (step: string) => again.get(step)?.result.outputs.checkpoint?.hash ?? '';
  expect((await readSafetensors(home.store.path(other('ingredients/nets-00')))).tensors).toEqual(
    await tensorsOf('ingredients/nets-00'),
  );
  for (const id of ['ingredients/nets-00', 'soups/mixed', 'soups/mixed-batchnorm']) {
    expect(again.get(id)?.key).not.toBe(cooked.get(id)?.key);
  }
  expect(again.get('ingredients/theirs-00')?.key).toBe(cooked.get('ingredients/theirs-00')?.key);
});

test('Checkpoints that cannot be what the recipe says are refused, each in a sentence', async () => {
  const { 'head.weight': _, 'head.bias': __, ...body } = Object.fromEntries(weights(1, 0.1));
  await write('headless', new Map(Object.entries(body)));
  await write('binary', new Map([...weights(1, 0.1), ['head.weight', tensorOf('f32', [2, 16], new Float32Array(32))]]));
  const strange = ['headless', 'binary', 'a', 'one'].map((name) => `{ path: ./sweep/${name}.safetensors }`);
  const groups = `
  - { name: strange, algorithm: imported, checkpoints: [${strange.slice(0, 2).join(', ')}] }
  - { name: even, algorithm: imported, checkpoints: [${strange.slice(2, 3).join(', ')}] }
  - { name: more, algorithm: aligned, align: [nets-00], to: theirs-00 }
  - { name: again, algorithm: aligned, align: [nets], to: nets-00 }`;
  const asked = example
    .replace(
      'soups:',
      `${groups.slice(1)}\nsoups:\n  one: { method: uniform, ingredients: [even], batchnorm: { split: mnist/train } }`,
    )
    .replace('[ensemble, best]', '[]');
  const failures = await cooking(asked).then(
    () => new Map(),
    (error: CookFailedError) => error.failures,
  );
  expect(Object.fromEntries([...failures].map(([id, { message }]) => [id, message]))).toEqual({
    'ingredients/strange-00': expect.stringMatching(/headless.safetensors: it has no classifier/),
    'ingredients/strange-01': expect.stringMatching(/its head answers 2 classes, and the data have 10/),
    'ingredients/even-00': expect.stringMatching(/is a vision transformer, which has no batch normalisation/),
    'ingredients/more-nets-00': expect.stringMatching(
      /^The model .* does not fit The reference .*its architecture differs/,
    ),
    'ingredients/again-nets-01': expect.stringMatching(/network from an ONNX file, whose symmetries are not known/),
  });
});
