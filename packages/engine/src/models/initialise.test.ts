import { describe, expect, test } from 'vitest';
import { initialise } from './initialise.js';
import { decays, parameterCount } from './parameters.js';
import { visionModel } from './vision-model.js';

const vitBase = visionModel({
  family: 'vit',
  image: 224,
  channels: 3,
  patch: 16,
  dim: 768,
  depth: 12,
  heads: 12,
  mlp: 3072,
  pooling: 'cls',
  layerNormEpsilon: 1e-6,
});
const small = visionModel({
  family: 'vit',
  image: 28,
  channels: 1,
  patch: 7,
  dim: 64,
  depth: 2,
  heads: 4,
  mlp: 256,
  pooling: 'cls',
  layerNormEpsilon: 1e-6,
});

describe('the parameter table', () => {
  test('of ViT-B/16 has the published number of parameters, without and with its head', () => {
    expect(parameterCount(vitBase.parameters)).toBe(85_798_656);
    expect(parameterCount([...vitBase.parameters, ...vitBase.head(1000)])).toBe(86_567_656);
  });

  test('decays matrices and the patch kernel; not biases, norms, the class token or positions', () => {
    const decayed = small.parameters.filter(decays).map(({ name }) => name);
    expect(decayed.filter((name) => !name.startsWith('blocks.1.'))).toEqual([
      'patch_embed.proj.weight',
      'blocks.0.attn.qkv.weight',
      'blocks.0.attn.proj.weight',
      'blocks.0.mlp.fc1.weight',
      'blocks.0.mlp.fc2.weight',
    ]);
  });
});

describe('first values', () => {
  const values = initialise(small.parameters, 17);
  const of = (name: string) => values.get(name)?.data ?? new Float32Array();

  test('are the same for the same seed and others for another', () => {
    expect(initialise(small.parameters, 17)).toEqual(values);
    expect(initialise(small.parameters, 18).get('cls_token')?.data).not.toEqual(of('cls_token'));
  });

  test('of a tensor do not depend on which other tensors there are', () => {
    const alone = initialise(
      small.parameters.filter(({ name }) => name === 'blocks.1.mlp.fc1.weight'),
      17,
    );
    expect(alone.get('blocks.1.mlp.fc1.weight')?.data).toEqual(of('blocks.1.mlp.fc1.weight'));
  });

  test('of a linear layer fill ±√(6 / (inputs + outputs)) evenly', () => {
    const bound = Math.sqrt(6 / (64 + 256));
    const weight = of('blocks.0.mlp.fc1.weight');
    expect(Math.max(...weight.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(Math.max(...weight)).toBeGreaterThan(0.99 * bound);
    const variance = weight.reduce((sum, value) => sum + value * value, 0) / weight.length;
    expect(variance / (bound ** 2 / 3)).toBeCloseTo(1, 1);
  });

  test('of the class token have a deviation of 0.02; norms begin as the identity', () => {
    const token = of('cls_token');
    const deviation = Math.sqrt(token.reduce((sum, value) => sum + value * value, 0) / token.length);
    expect(deviation).toBeGreaterThan(0.012);
    expect(deviation).toBeLessThan(0.028);
    expect(of('norm.weight').every((value) => value === 1)).toBe(true);
    expect(of('norm.bias').every((value) => value === 0)).toBe(true);
  });
});
