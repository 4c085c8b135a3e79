import { describe, expect, test } from 'vitest';
import type { TensorType } from '../graph/tensor.js';
import { assertCompatible, compareCheckpoints } from './compatibility.js';

const types = (entries: Record<string, TensorType>) => new Map(Object.entries(entries));
const stock = types({
  'head.weight': { dtype: 'f32', shape: [10, 64] },
  'head.bias': { dtype: 'f32', shape: [10] },
  pos_embed: { dtype: 'f32', shape: [1, 17, 64] },
});

describe('compatibility of checkpoints', () => {
  test('a checkpoint fits itself, whatever the order of its tensors', () => {
    expect(compareCheckpoints(stock, new Map([...stock].reverse()))).toEqual([]);
    assertCompatible({ source: 'a', types: stock }, { source: 'b', types: stock });
  });

  test('every mismatch is explained', () => {
    const other = types({
      'head.weight': { dtype: 'f32', shape: [100, 64] },
      'head.bias': { dtype: 'f16', shape: [10] },
      extra: { dtype: 'i64', shape: [] },
    });
    expect(compareCheckpoints(stock, other).map(({ kind, message }) => [kind, message])).toEqual([
      ['unexpected', 'tensor "extra" is not expected'],
      ['dtype', 'tensor "head.bias" is f16 instead of f32'],
      ['shape', 'tensor "head.weight" has shape [100, 64] instead of [10, 64]'],
      ['missing', 'tensor "pos_embed" is missing'],
    ]);
    expect(() => assertCompatible({ source: 'stock', types: stock }, { source: 'ft-03', types: other })).toThrow(
      /^ft-03: it does not fit stock: tensor "extra" is not expected; .* and 1 more differences\.$/,
    );
  });
});
