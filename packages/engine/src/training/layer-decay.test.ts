import { expect, test } from 'vitest';
import { vitLayers } from '../models/vit/layer-order.js';
import { vitMiniature } from '../models/vit/miniature.fixture.js';
import { vitParameters } from '../models/vit/parameters.js';
import { layerDecay } from './layer-decay.js';
import { layoutOf } from './parameter-layout.js';

const scale = layerDecay(vitLayers({ depth: 12 }), 0.65);

test('with 0.65 and 12 blocks, the golden factors of docs and papers', () => {
  expect(scale('patch_embed.proj.weight')).toBeCloseTo(0.003697, 6);
  expect(scale('blocks.0.attn.qkv.weight')).toBeCloseTo(0.005688, 6);
  expect(scale('blocks.11.mlp.fc2.bias')).toBe(0.65);
  expect(scale('head.weight')).toBe(1);
});

test('tokens and positions learn as the patch embedding, the last norm as the head, block 10 not as block 1', () => {
  for (const stem of ['cls_token', 'pos_embed', 'reg_token', 'norm_pre.weight']) {
    expect(scale(stem)).toBe(scale('patch_embed.proj.bias'));
  }
  for (const last of ['norm.weight', 'fc_norm.bias', 'projection.weight']) expect(scale(last)).toBe(1);
  expect(scale('blocks.10.norm1.weight')).toBeCloseTo(0.65 ** 2, 12);
  expect(scale('blocks.1.norm1.weight')).toBeCloseTo(0.65 ** 11, 12);
});

const table = vitParameters(vitMiniature({ depth: 3 }));

test('without layer decay, or with one of 1, there are two groups in the order of the table', () => {
  const plain = layoutOf(table, new Set(), 0.05);
  expect(plain.map(({ name, lrScale, weightDecay }) => [name, lrScale, weightDecay])).toEqual([
    ['decay', 1, 0.05],
    ['plain', 1, 0],
  ]);
  expect(layoutOf(table, new Set(), 0.05, layerDecay(vitLayers({ depth: 3 }), 1))).toEqual(plain);
});

test('with layer decay, a group for each layer and kind, from the slowest, and every parameter in one of them', () => {
  const groups = layoutOf(table, new Set(), 0.05, layerDecay(vitLayers({ depth: 3 }), 0.5));
  expect(groups.map(({ name, lrScale }) => [name, lrScale])).toEqual([
    ['decay.0', 0.0625],
    ['plain.0', 0.0625],
    ['decay.1', 0.125],
    ['plain.1', 0.125],
    ['decay.2', 0.25],
    ['plain.2', 0.25],
    ['decay.3', 0.5],
    ['plain.3', 0.5],
    // The last norm: the head is not in this table, and a norm does not decay.
    ['plain.4', 1],
  ]);
  expect(groups.flatMap(({ slots }) => slots.map(({ name }) => name)).sort()).toEqual(
    table.map(({ name }) => name).sort(),
  );
});
