import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../graph/builder.js';
import { numbersOf, type Tensor, tensor } from '../../graph/tensor.js';
import { parameterValues } from '../../models/parameter-values.js';
import { linear } from '../../models/parameters.js';
import { visionModel } from '../../models/vision-model.js';
import { vitArchitectureSchema } from '../../models/vit/architecture.js';
import { linearRows } from '../../models/vit/layers.js';
import { keyed } from '../../random/index.js';
import { interpret } from '../../runtime/reference/index.js';
import { apart } from '../mixing.fixture.js';
import { diagonalFisher } from './diagonal-fisher.js';
import { fisher, fisherSchema } from './fisher.js';
import { gramMatrices } from './gram-matrices.js';
import { type MeasuredModel, measuredModel } from './measured-model.js';
import { regmean, regmeanSchema } from './regmean.js';
import { measuredStatistics } from './statistics.js';

const WIDTH = 3;
const CLASSES = 4;
const random = keyed(3, 'measuring');
const normal = (size: number, spread = 1) => Float32Array.from({ length: size }, () => spread * random.normal());

/** Logits W·x + b: everything that is measured of it has a closed form. */
const linearModel: MeasuredModel = {
  parameters: linear('fc', WIDTH, CLASSES),
  classes: CLASSES,
  inputs: (examples) => [{ name: 'examples', dtype: 'f32', shape: [examples, WIDTH] }],
  logits: (b, parameters, input) => linearRows(b, parameters, 'fc', input('examples')),
};
const weights = new Map<string, Tensor>([
  ['fc.weight', tensor('f32', [CLASSES, WIDTH], normal(CLASSES * WIDTH))],
  ['fc.bias', tensor('f32', [CLASSES], normal(CLASSES))],
]);
const options = { threads: 1 };

function probabilities(x: Float32Array): number[] {
  const [weight = [], bias = []] = [...weights.values()].map((values) => [...numbersOf(values)]);
  const powers = bias.map((value, k) =>
    Math.exp(x.reduce((sum, input, j) => sum + (weight[k * WIDTH + j] ?? 0) * input, value)),
  );
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

describe('The diagonal of the Fisher information', () => {
  const examples = normal(5 * WIDTH);

  test('of a linear classifier is x²·p·(1 − p)', async () => {
    const found = await diagonalFisher(linearModel, weights, examples, { ...options, labels: 'expected' });
    const expected = new Float64Array(CLASSES * WIDTH);
    const bias = new Float64Array(CLASSES);
    for (let at = 0; at < 5; at++) {
      const x = examples.subarray(at * WIDTH, (at + 1) * WIDTH);
      for (const [k, p] of probabilities(x).entries()) {
        bias[k] = (bias[k] ?? 0) + (p * (1 - p)) / 5;
        for (const [j, input] of x.entries()) {
          expected[k * WIDTH + j] = (expected[k * WIDTH + j] ?? 0) + (input ** 2 * p * (1 - p)) / 5;
        }
      }
    }
    expect(apart(found.get('fc.weight') ?? bias, expected)).toBeLessThan(1e-5);
    expect(apart(found.get('fc.bias') ?? expected, bias)).toBeLessThan(1e-5);
  });

  test('by drawn labels comes to the same, the more examples there are', async () => {
    const runs = 600;
    const one = examples.subarray(0, WIDTH);
    const many = Float32Array.from({ length: runs * WIDTH }, (_, at) => one[at % WIDTH] ?? 0);
    const exact = await diagonalFisher(linearModel, weights, one, { ...options, labels: 'expected' });
    const drawn = await diagonalFisher(linearModel, weights, many, { ...options, labels: keyed(8) });
    const bias = exact.get('fc.bias') ?? new Float64Array();
    // A square of at most 1: five standard errors of the mean.
    for (const [k, value] of (drawn.get('fc.bias') ?? new Float64Array()).entries()) {
      expect(Math.abs(value - (bias[k] ?? Number.NaN))).toBeLessThan((5 * 0.5) / Math.sqrt(runs));
    }
  });

  test('weighs two models by what they measured', async () => {
    const scaled = new Map(
      [...weights].map(([name, { shape, data }]) => [
        name,
        tensor(
          'f32',
          shape,
          Float32Array.from(numbersOf({ dtype: 'f32', shape, data }), (value) => 20 * value),
        ),
      ]),
    );
    const measured = await Promise.all(
      [weights, scaled].map((model) =>
        diagonalFisher(linearModel, model, examples, { ...options, labels: 'expected' }),
      ),
    );
    const members = [weights, scaled].map((model) =>
      numbersOf(model.get('fc.bias') ?? tensor('f32', [0], new Float32Array())),
    );
    const input = { name: 'fc.bias', shape: [CLASSES], base: null, members, random: keyed(1) };
    const mix = fisher.bind(fisherSchema.parse({}), 2, measuredStatistics(measured)).mix(input);
    // The scaled model is sure of nearly everything: small changes of it change nothing, so it gives way.
    for (const [at, value] of mix.entries()) {
      const [own = 0, other = 0] = members.map((member) => member[at] ?? 0);
      expect(Math.abs(value - own)).toBeLessThan(Math.abs(value - other));
    }
  });

  test('needs whole examples', async () => {
    const measure = (values: Float32Array) =>
      diagonalFisher(linearModel, weights, values, { ...options, labels: 'expected' });
    await expect(measure(new Float32Array())).rejects.toThrow('no whole number of examples of [3]');
    await expect(measure(new Float32Array(4))).rejects.toThrow('no whole number of examples');
  });
});

describe('Gram matrices', () => {
  const architecture = vitArchitectureSchema.parse({
    family: 'vit',
    image: 4,
    channels: 1,
    patch: 2,
    dim: 4,
    depth: 1,
    heads: 2,
    mlp: 6,
  });
  const model = measuredModel(architecture, 3);
  const vit = (seed: number) => {
    const stream = keyed(seed, 'vit');
    return new Map(
      model.parameters.map(({ name, shape }) => {
        const size = shape.reduce((product, length) => product * length, 1);
        return [
          name,
          tensor(
            'f32',
            shape,
            Float32Array.from({ length: size }, () => 0.5 * stream.normal()),
          ),
        ];
      }),
    );
  };
  const images = normal(5 * 16);

  test('of a transformer are there for each linear layer, and of its head XᵀX of its features', async () => {
    const tensors = vit(1);
    const found = await gramMatrices(model, tensors, images, { ...options, batch: 2 });
    expect([...found.keys()].sort()).toEqual(
      ['attn.proj', 'attn.qkv', 'mlp.fc1', 'mlp.fc2']
        .map((name) => `blocks.0.${name}.weight`)
        .concat('head.weight')
        .sort(),
    );

    const b = new GraphBuilder();
    const values = new Map([...tensors].map(([name, { shape }]) => [name, b.input(name, 'f32', shape)]));
    b.output(
      'features',
      visionModel(architecture).features(b, parameterValues(values), b.input('images', 'f32', [5, 1, 4, 4])),
    );
    const rows = interpret(b.build(), {
      ...Object.fromEntries(tensors),
      images: tensor('f32', [5, 1, 4, 4], images),
    }).features;
    const x = rows === undefined ? new Float64Array() : numbersOf(rows);
    const expected = Float64Array.from({ length: 16 }, (_, at) => {
      const [i, j] = [Math.floor(at / 4), at % 4];
      return [0, 1, 2, 3, 4].reduce((sum, row) => sum + (x[row * 4 + i] ?? 0) * (x[row * 4 + j] ?? 0), 0);
    });
    expect(apart(found.get('head.weight') ?? new Float64Array(), expected)).toBeLessThan(1e-5);
  });

  test('do not depend on the size of the batches', async () => {
    const [one, all] = await Promise.all(
      [1, 5].map((batch) => gramMatrices(model, vit(2), images, { ...options, batch })),
    );
    for (const [name, gram] of one ?? []) expect(apart(gram, all?.get(name) ?? new Float64Array())).toBeLessThan(1e-5);
  });

  test('make RegMean predict what two models predict on their own data better than the uniform soup does', async () => {
    const members = [vit(3), vit(4)];
    const data = [normal(40 * 16), normal(40 * 16, 3)];
    const measured = await Promise.all(
      members.map((tensors, i) => gramMatrices(model, tensors, data[i] ?? images, { ...options, batch: 40 })),
    );
    const weightsOf = members.map((tensors) =>
      numbersOf(tensors.get('head.weight') ?? tensor('f32', [0], new Float32Array())),
    );
    const input = { name: 'head.weight', shape: [3, 4], base: null, members: weightsOf, random: keyed(1) };
    const merged = (alpha: number) =>
      regmean.bind(regmeanSchema.parse({ alpha }), 2, measuredStatistics(measured)).mix(input);
    /** Σ over models and outputs of ‖X_i·w − X_i·w_i‖², by the Gram matrices. */
    const loss = (weight: Float64Array) =>
      measured.reduce((sum, grams, i) => {
        const gram = grams.get('head.weight') ?? new Float64Array();
        const away = weight.map((value, at) => value - (weightsOf[i]?.[at] ?? 0));
        for (let out = 0; out < 3; out++)
          for (let j = 0; j < 4; j++)
            for (let k = 0; k < 4; k++)
              sum += (away[out * 4 + j] ?? 0) * (gram[j * 4 + k] ?? 0) * (away[out * 4 + k] ?? 0);
        return sum;
      }, 0);
    const uniform = merged(1).map((_, at) => ((weightsOf[0]?.[at] ?? 0) + (weightsOf[1]?.[at] ?? 0)) / 2);
    expect(loss(merged(1))).toBeLessThan(loss(uniform));
    expect(loss(merged(1))).toBeLessThanOrEqual(loss(merged(0.9)));
  });
});
