import { describe, expect, test } from 'vitest';
import { vitMiniature } from '../models/vit/miniature.fixture.js';
import { vitParameters } from '../models/vit/parameters.js';
import { FreezePatternError, frozenBy } from './freezing.js';

const table = vitParameters(vitMiniature({ depth: 11 }));
const frozen = (...patterns: string[]) => [...frozenBy(patterns, table)];

describe('freezing by pattern', () => {
  test('a name freezes itself, a star any run of characters, a question mark one', () => {
    expect(frozen('pos_embed')).toEqual(['pos_embed']);
    expect(frozen('patch_embed.*')).toEqual(['patch_embed.proj.weight', 'patch_embed.proj.bias']);
    expect(frozen('blocks.?.norm1.bias')).toHaveLength(10);
    expect(frozen('*.norm1.*')).toHaveLength(22);
    expect(frozen('blocks.1.*').every((name) => name.startsWith('blocks.1.'))).toBe(true);
    expect(frozen('blocks.1*').some((name) => name.startsWith('blocks.10.'))).toBe(true);
  });

  test('several patterns freeze what any of them names, each parameter once', () => {
    expect(frozen('cls_token', '*_token', 'pos_embed')).toEqual(['cls_token', 'pos_embed']);
  });

  test('what stands between two stars may not be used twice', () => {
    expect(() => frozen('*pos_embed*pos_embed*')).toThrow(FreezePatternError);
    expect(frozen('*pos*embed*')).toEqual(['pos_embed']);
  });

  test('a pattern that freezes nothing is refused with the name that was meant', () => {
    expect(() => frozen('pos_embde')).toThrow(/'pos_embde' freezes nothing.*Did you mean 'pos_embed'\?/);
    expect(() => frozen('block.0.*')).toThrow(/Did you mean 'blocks.0.\*'\?/);
    expect(() => frozen('blocks.0')).toThrow(FreezePatternError);
  });

  test('dots and brackets are no wildcards', () => {
    expect(() => frozen('pos.embed')).toThrow(FreezePatternError);
    expect(() => frozen('[a-z]*')).toThrow(FreezePatternError);
  });

  test('freezing everything is refused', () => {
    expect(() => frozen('*')).toThrow(/freeze every parameter/);
  });

  test('a long pattern of stars takes no time to find nothing', () => {
    const started = performance.now();
    expect(() => frozen(`${'*e'.repeat(200)}*x`)).toThrow(FreezePatternError);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
