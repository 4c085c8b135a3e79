import { describe, expect, test } from 'vitest';
import { vitArchitectureSchema } from '../models/vit/architecture.js';
import { keyed } from '../random/index.js';
import { fixture, lossOf, trainedNames } from './methods.fixture.js';
import { sslMethods } from './methods.js';
import { cosineMomentum } from './momentum.js';

// That losses and gradients are torch's is a row of the fidelity table: fidelity/self-supervision.fixture.ts.
test.each(fixture.cases.map((one) => [one.name, one] as const))(
  '%s trains the tensors that the original trains',
  (_, one) => {
    expect(trainedNames(lossOf(one)).sort()).toEqual([...one.gradients.keys()].sort());
  },
);

const architecture = vitArchitectureSchema.parse({
  family: 'vit',
  image: 224,
  channels: 3,
  patch: 16,
  dim: 8,
  depth: 1,
  heads: 2,
  mlp: 8,
});
const binding = { batch: 64, seed: 1 };

describe('the views that a method asks for', () => {
  const views = (algorithm: keyof typeof sslMethods, options: object) =>
    sslMethods[algorithm].bind(architecture, options, binding).views.map(({ pipeline, size }) => `${pipeline} ${size}`);

  test('are those of its own programs', () => {
    expect(views('mae', { mask: 0.9, decoder: { dim: 8, depth: 1, heads: 2 } })).toEqual(['none 224']);
    expect(views('mocov3', { variant: 'official' })).toEqual(['moco-v3-first 224', 'moco-v3-second 224']);
    expect(views('mocov3', { variant: 'self-soup' })).toEqual(['three-augment 224', 'three-augment 224']);
    expect(views('mmcr', { variant: 'official' })).toEqual(['mmcr-first 224', 'mmcr-second 224']);
    expect(views('lejepa', { local_views: 1 })).toEqual(['lejepa-global 224', 'lejepa-global 224', 'lejepa-local 96']);
    expect(views('massl', { local_views: 1 })).toEqual(['massl-first 224', 'massl-second 224', 'massl-local 96']);
  });

  test('are made in another way where the recipe says so, at the size it says', () => {
    expect(views('lejepa', { global_views: 1, local_views: 1, local_image: 64, views: 'affine' })).toEqual([
      'affine 224',
      'affine 64',
    ]);
    expect(() => views('lejepa', { local_image: 50 })).toThrow('Local views of 50 pixels');
  });
});

test('MAE is refused for a model whose decoder would not know where the patches begin', () => {
  const options = { mask: 0.75, decoder: { dim: 8, depth: 1, heads: 2 } };
  expect(() => sslMethods.mae.bind({ ...architecture, registers: 4 }, options, binding)).toThrow('this model has 5');
  const patchesOnly = { ...architecture, classToken: false, pooling: 'mean' } as const;
  expect(() => sslMethods.mae.bind(patchesOnly, options, binding)).toThrow('this model has 0');
});

describe('MaSSL', () => {
  const massl = sslMethods.massl.bind(architecture, { memory: 128, block: 64, width: 4 }, binding);
  const at = (step: number) => {
    return massl.draw([], { step, steps: 1000, random: keyed(1, step) });
  };

  test('begins with a memory of random directions, the same for the same seed', () => {
    const [slot] = massl.memory ?? [];
    const first = slot?.initial() ?? new Float32Array();
    expect(slot?.shape).toEqual([128, 4]);
    for (let row = 0; row < 128; row++) expect(Math.hypot(...first.subarray(row * 4, row * 4 + 4))).toBeCloseTo(1, 6);
    expect(slot?.initial()).toEqual(first);
  });

  test('lets the temperature of the teacher rise in 3.75 % of the steps', () => {
    const temperature = (step: number) => Number(at(step).teacher_temperature?.data[0]);
    expect(temperature(0)).toBeCloseTo(0.04, 6);
    expect(temperature(19)).toBeGreaterThan(0.05);
    expect(temperature(37)).toBeCloseTo(0.07, 6);
    expect(temperature(900)).toBeCloseTo(0.07, 6);
  });

  test('refuses a memory that the batch does not fill evenly', () => {
    expect(() => sslMethods.massl.bind(architecture, { memory: 100, block: 50 }, binding)).toThrow(
      "MaSSL's memory of 100 embeddings is no multiple of the batch, 64.",
    );
  });
});

test('the momentum of a teacher rises from its first value to 1 by a cosine', () => {
  const momentum = cosineMomentum(0.99);
  expect(momentum(0, 100)).toBeCloseTo(0.99, 12);
  expect(momentum(50, 100)).toBeCloseTo(0.995, 12);
  expect(momentum(100, 100)).toBe(1);
});
