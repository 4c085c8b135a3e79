import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { numbersOf, tensor } from '../graph/tensor.js';
import { vitArchitectureSchema } from '../models/vit/architecture.js';
import { keyed } from '../random/index.js';
import { permute, vitSymmetries, weightMatching } from './alignment/index.js';
import { gramMatrices, measuredModel, measuredStatistics, regmean, regmeanSchema } from './informed/index.js';
import { methodDefaults } from './method-defaults.fixture.js';

const page = readFileSync(new URL('../../../../docs/mixing-methods.md', import.meta.url), 'utf8');
const source = readFileSync(new URL(import.meta.url), 'utf8').replaceAll(/^ {2}/gm, '');
const examples = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text]) => text ?? '');

const classes = 3;
const architecture = vitArchitectureSchema.parse({
  ...{ family: 'vit', image: 4, channels: 1, patch: 2, dim: 4, depth: 1, heads: 2, mlp: 6 },
});
const model = measuredModel(architecture, classes);
const images = Float32Array.from({ length: 6 * 16 }, (_, at) => Math.sin(at * 1.7));
const checkpoints = [1, 2].map((seed) => {
  const random = keyed(seed, 'example');
  return new Map(
    model.parameters.map(({ name, shape }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return [
        name,
        tensor(
          'f32',
          shape,
          Float32Array.from({ length: size }, () => random.normal()),
        ),
      ] as const;
    }),
  );
});
const [reference = new Map(), other = new Map()] = checkpoints;

test('The examples of docs/mixing-methods.md are the lines that the tests below run', () => {
  expect(examples).toHaveLength(2);
  for (const example of examples) expect(source).toContain(example);
});

test('RegMean by Gram matrices', async () => {
  const measured = await Promise.all(
    checkpoints.map((tensors) => gramMatrices(model, tensors, images, { batch: 4, threads: 1 })),
  );
  const mix = regmean.bind(regmeanSchema.parse({ alpha: 0.9 }), 2, measuredStatistics(measured));
  const members = checkpoints.map((tensors) =>
    numbersOf(tensors.get('head.weight') ?? tensor('f32', [0], new Float32Array())),
  );
  const mixed = mix.mix({ name: 'head.weight', shape: [3, 4], base: null, members, random: keyed(1) });
  expect(mixed).toHaveLength(12);
  expect(mixed.every(Number.isFinite)).toBe(true);
});

test('Alignment', () => {
  const groups = vitSymmetries(architecture, classes);
  const { permutations } = weightMatching(groups, reference, other);
  const aligned = permute(other, groups, permutations);
  expect([...aligned.keys()]).toEqual([...other.keys()]);
});

test('The table of defaults says what the methods take when they are told nothing', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (.*?) \| (.*?) \|$/gm)];
  expect(rows).toHaveLength(12);
  for (const [, name = '', paper = '', mergekit = ''] of rows) {
    const { paper: ofPaper, differences } = methodDefaults(name);
    if (ofPaper !== null) expect([name, paper, mergekit]).toEqual([name, ofPaper, differences]);
  }
});
