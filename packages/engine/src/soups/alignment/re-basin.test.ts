import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../graph/builder.js';
import { numbersOf, type Tensor, tensor } from '../../graph/tensor.js';
import { parameterValues } from '../../models/parameter-values.js';
import { logitsOf, visionModel } from '../../models/vision-model.js';
import { type VitArchitecture, vitArchitectureSchema } from '../../models/vit/architecture.js';
import { keyed } from '../../random/index.js';
import { interpret } from '../../runtime/reference/index.js';
import { permute } from './permute.js';
import type { Permutations, SymmetryGroup } from './symmetries.js';
import { vitSymmetries } from './vit-symmetries.js';
import { weightMatching } from './weight-matching.js';

const CLASSES = 3;
const small = { family: 'vit', image: 4, channels: 2, patch: 2, dim: 8, depth: 2, heads: 4, mlp: 10 };
/** Vision transformers with every part that a symmetry has to go through. */
const architectures: Readonly<Record<string, VitArchitecture>> = {
  'a class token': vitArchitectureSchema.parse(small),
  'mean pooling, fc_norm, no bias of qkv': vitArchitectureSchema.parse({
    ...small,
    ...{ pooling: 'mean', finalNorm: 'after-pooling', qkvBias: false },
  }),
  'registers, LayerScale, gated perceptrons, class token and mean': vitArchitectureSchema.parse({
    ...small,
    ...{ registers: 2, layerScale: 0.5, gatedMlp: true, pooling: 'cls+mean' },
  }),
  'a norm before the blocks, a projection': vitArchitectureSchema.parse({
    ...small,
    ...{ preNorm: true, projection: 5, patchBias: false },
  }),
};

type Checkpoint = ReadonlyMap<string, Tensor>;

function checkpoint(architecture: VitArchitecture, seed: number): Checkpoint {
  const model = visionModel(architecture);
  const random = keyed(seed, 'weights');
  return new Map(
    [...model.parameters, ...model.head(CLASSES)].map(({ name, shape }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return [
        name,
        tensor(
          'f64',
          shape,
          Float64Array.from({ length: size }, () => random.normal() * 0.5),
        ),
      ];
    }),
  );
}

function logits(architecture: VitArchitecture, weights: Checkpoint): Float64Array {
  const b = new GraphBuilder();
  const random = keyed(1, 'images');
  const images = tensor(
    'f64',
    [3, 2, 4, 4],
    Float64Array.from({ length: 96 }, () => random.normal()),
  );
  const values = new Map([...weights].map(([name, { shape }]) => [name, b.input(name, 'f64', shape)]));
  b.output(
    'logits',
    logitsOf(visionModel(architecture), b, parameterValues(values), b.input('images', 'f64', images.shape)),
  );
  const { logits: found } = interpret(b.build(), { ...Object.fromEntries(weights), images });
  if (!(found?.data instanceof Float64Array)) throw new Error('The model gave no logits.');
  return found.data;
}

/** Random orders of all groups that are asked for. */
function shuffle(groups: readonly SymmetryGroup[], seed: number): Permutations {
  const random = keyed(seed, 'orders');
  return new Map(groups.map(({ name, units }) => [name, random.permutation(units)]));
}

function soup(left: Checkpoint, right: Checkpoint): Checkpoint {
  return new Map(
    [...left].map(([name, weights]) => {
      const other = numbersOf(right.get(name) ?? weights);
      const mean = numbersOf(weights).map((value, at) => (value + (other[at] ?? Number.NaN)) / 2);
      return [name, tensor('f64', weights.shape, mean)];
    }),
  );
}

const distance = (left: Float64Array, right: Float64Array) =>
  left.reduce((most, value, at) => Math.max(most, Math.abs(value - (right[at] ?? Number.NaN))), 0);
const hidden = (groups: readonly SymmetryGroup[]) => groups.filter(({ name }) => name !== 'residual stream');
const seeds = fc.integer({ min: 0, max: 2 ** 31 });

describe.each(Object.entries(architectures))('A transformer with %s', (_, architecture) => {
  const groups = vitSymmetries(architecture, CLASSES);

  test('computes the same with its hidden units, heads and channels in another order', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const model = checkpoint(architecture, seed);
        const before = logits(architecture, model);
        for (const some of [hidden(groups), groups]) {
          const after = logits(architecture, permute(model, some, shuffle(some, seed)));
          expect(distance(after, before)).toBeLessThan(1e-10);
        }
      }),
      { numRuns: 10 },
    );
  });

  test('is spoilt by a soup with itself in another order, and restored to the bit by re-basin', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const model = checkpoint(architecture, seed);
        const some = hidden(groups);
        const other = permute(model, some, shuffle(some, seed));
        expect(distance(logits(architecture, soup(model, other)), logits(architecture, model))).toBeGreaterThan(1e-3);
        const { permutations, converged } = weightMatching(groups, model, other);
        expect(converged).toBe(true);
        expect(permute(other, groups, permutations)).toEqual(model);
      }),
      { numRuns: 10 },
    );
  });

  test('is found again when the channels of the residual stream were in another order, too', () => {
    const model = checkpoint(architecture, 5);
    const other = permute(model, groups, shuffle(groups, 6));
    const { permutations } = weightMatching(groups, model, other);
    expect(permute(other, groups, permutations)).toEqual(model);
  });

  test('comes closer to another model with every sweep, and never changes what that computes', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [left, right] = [checkpoint(architecture, seed), checkpoint(architecture, seed + 1)];
        const { objective, permutations, converged } = weightMatching(groups, left, right);
        expect(converged).toBe(true);
        expect(objective.length).toBeGreaterThan(2);
        for (const [at, value] of objective.entries()) {
          expect(value).toBeGreaterThanOrEqual((objective[at - 1] ?? Number.NEGATIVE_INFINITY) - 1e-9);
        }
        const aligned = permute(right, groups, permutations);
        expect(distance(logits(architecture, aligned), logits(architecture, right))).toBeLessThan(1e-10);
      }),
      { numRuns: 5 },
    );
  });

  test('has all its tensors in some group, but the bias of its head and what follows a projection', () => {
    const known = new Set(groups.flatMap(({ axes }) => axes.map(({ tensor: name }) => name)));
    const left = [...checkpoint(architecture, 1).keys()].filter((name) => !known.has(name));
    expect(left).toEqual(architecture.projection === undefined ? ['head.bias'] : ['head.weight', 'head.bias']);
  });
});

describe('Permuting', () => {
  const groups: readonly SymmetryGroup[] = [
    { name: 'g', units: 2, axes: [{ tensor: 'w', axis: 0, outer: 2, inner: 1 }] },
  ];
  const orders = new Map([['g', Uint32Array.of(1, 0)]]);

  test('moves numbers of any type and copies no bits wrong', () => {
    const numbers = new Map([['w', tensor('i64', [4], BigInt64Array.of(1n, -(2n ** 62n), 3n, 4n))]]);
    expect(permute(numbers, groups, orders).get('w')?.data).toEqual(BigInt64Array.of(-(2n ** 62n), 1n, 4n, 3n));
  });

  test('stops after the sweeps that it was given, and says that it did', () => {
    const [architecture = vitArchitectureSchema.parse(small)] = Object.values(architectures);
    const all = vitSymmetries(architecture, CLASSES);
    const { objective, converged } = weightMatching(all, checkpoint(architecture, 1), checkpoint(architecture, 2), {
      maxSweeps: 1,
    });
    expect([objective.length, converged]).toEqual([2, false]);
  });

  test('refuses checkpoints of another architecture', () => {
    expect(() => permute(new Map(), groups, orders)).toThrow('no tensor "w"');
    const short = new Map([['w', tensor('f32', [2], Float32Array.of(1, 2))]]);
    expect(() => permute(short, groups, orders)).toThrow('axis 0 should be 4 long');
    expect(() => weightMatching(groups, new Map(), short)).toThrow('no tensor "w"');
  });
});
