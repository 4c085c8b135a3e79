import { describe, expect, test } from 'vitest';
import { edited, mistakes, mnist, plan, step } from './fixtures/recipe.js';
import type { Plan } from './plan.js';

/** The groups of a Self-Soup beside the supervised one: M trainings without labels, N fine-tunings from each. */
const GROUPS = `  - name: mae
    algorithm: mae
    split: mnist/unlabeled
    count: 2
    seed: 6
    space:
      { lr: 1.0e-4, weight_decay: 0.01, epochs: 1, batch: 128, mask: { uniform: [0.5, 0.8] }, decoder: { dim: 48, depth: 1, heads: 4 } }
  - name: moco
    algorithm: mocov3
    split: mnist/unlabeled
    space: { variant: self-soup, temperature: { choice: [0.1, 1] }, lr: 1.0e-4, weight_decay: 0.01, epochs: 1, batch: 128, views: affine }
  - name: self
    algorithm: supervised
    split: mnist/train
    from: [mae, moco]
    count: 2
    space: { lr: { loguniform: [1.0e-4, 2.0e-3] }, weight_decay: 0.05, epochs: 2, batch: 128 }

soups:
  self-soup: { method: uniform, ingredients: [self] }
`;
const selfSoup = edited(mnist, ['\nsoups:\n', GROUPS]);

const ids = (from: Plan, start: string) => from.steps.map(({ id }) => id).filter((id) => id.startsWith(start));

describe('a recipe of Self-Soupervision', () => {
  const cooked = plan(selfSoup);

  test('compiles to M trainings without labels and M×N fine-tunings, named for what they come from', () => {
    expect(ids(cooked, 'ingredients/').filter((id) => !/ft-\d/.test(id))).toEqual([
      'ingredients/mae-00',
      'ingredients/mae-01',
      'ingredients/moco-00',
      'ingredients/self-mae-00-00',
      'ingredients/self-mae-00-01',
      'ingredients/self-mae-01-00',
      'ingredients/self-mae-01-01',
      'ingredients/self-moco-00-00',
      'ingredients/self-moco-00-01',
    ]);
    expect(step(cooked, 'soups/self-soup').makes).toMatchObject({ parents: ids(cooked, 'ingredients/self') });
  });

  test('a training without labels goes on from the stock, by options that it draws', () => {
    const { kind, inputs, makes, parameters } = step(cooked, 'ingredients/moco-00');
    expect(kind).toBe('pretrain');
    expect(inputs).toEqual({
      dataset: [{ step: 'datasets/mnist', output: 'manifest' }],
      stock: [{ step: 'stock', output: 'checkpoint' }],
    });
    expect(makes).toEqual({ type: 'model', model: 'ingredient', name: 'moco-00', parents: ['stock'] });
    expect(parameters).not.toHaveProperty('architecture');
    expect([0.1, 1]).toContain(parameters.temperature);
    const masks = ['mae-00', 'mae-01'].map((name) => step(cooked, `ingredients/${name}`).parameters.mask);
    expect(new Set(masks).size).toBe(2);
    expect(step(cooked, 'ingredients/mae-00').parameters.decoder).toEqual({ dim: 48, depth: 1, heads: 4 });
  });

  test("a fine-tuning starts from one of them, with the stock's own head, so that all can be averaged", () => {
    const { inputs, makes } = step(cooked, 'ingredients/self-mae-01-00');
    expect(inputs.start).toEqual([{ step: 'ingredients/mae-01', output: 'checkpoint' }]);
    expect(inputs.stock).toEqual([{ step: 'stock', output: 'checkpoint' }]);
    expect(inputs.head).toEqual([{ step: 'head', output: 'head' }]);
    expect(makes).toMatchObject({ parents: ['ingredients/mae-01'] });
  });

  test('fine-tuning j is the same training whatever it starts from', () => {
    const parameters = ['mae-00', 'mae-01', 'moco-00'].map(
      (start) => step(cooked, `ingredients/self-${start}-01`).parameters,
    );
    expect(parameters[1]).toEqual(parameters[0]);
    expect(parameters[2]).toEqual(parameters[0]);
    expect(step(cooked, 'ingredients/self-mae-00-00').parameters).not.toEqual(parameters[0]);
  });

  test('changes no step of the recipe that it was made from', () => {
    for (const one of plan(mnist).steps) {
      if (one.kind !== 'soup') expect(step(cooked, one.id)).toEqual(one);
    }
  });

  test('scores what has a head, and no other', () => {
    expect(ids(cooked, 'evaluations/mae')).toEqual([]);
    expect(ids(cooked, 'evaluations/self-mae-00-01')).toHaveLength(3);
  });
});

describe('mistakes of such a recipe are told', () => {
  test.each([
    [
      'a start that is not there',
      [['from: [mae, moco]', 'from: [mea]']],
      "ingredients[3].from[0]: 'mea' is no group that is trained without labels. Did you mean 'mae'? They are 'mae' and 'moco'.",
    ],
    [
      'a start that has labels',
      [['from: [mae, moco]', 'from: [ft]']],
      "ingredients[3].from[0]: 'ft' is no group that is trained without labels. They are 'mae' and 'moco'.",
    ],
    ['a start twice', [['from: [mae, moco]', 'from: [mae, mae]']], "ingredients[3].from[1]: 'mae' is already here."],
    [
      'a soup of models without a head',
      [['ingredients: [self] }', 'ingredients: [mae] }']],
      "soups.self-soup.ingredients[0]: 'mae' is trained without labels: its models have no head",
    ],
    [
      'training on a split that soups are chosen by',
      [['split: mnist/unlabeled\n    space: { variant', 'split: mnist/selection\n    space: { variant']],
      "ingredients[2].split: 'mnist/selection' has the role selection, and this trains on it.",
    ],
    [
      'an option of the other variant',
      [['variant: self-soup,', 'variant: self-soup, teacher_momentum: 0.9,']],
      "ingredients[2].space.teacher_momentum: the variant self-soup of mocov3 has no 'teacher_momentum'",
    ],
    [
      'an algorithm that is none',
      [['algorithm: mocov3', 'algorithm: simclr']],
      'ingredients[2].algorithm: expected a group of ingredients whose algorithm is one of supervised, mae, mocov3',
    ],
    [
      'a mask that hides everything',
      [['mask: { uniform: [0.5, 0.8] }', 'mask: 0.99']],
      'ingredients[1].space.mask: of 16 patches the encoder would see 0.',
    ],
    [
      'a memory that batches do not fill evenly',
      [
        ['algorithm: mocov3', 'algorithm: massl'],
        ['variant: self-soup, temperature: { choice: [0.1, 1] }', 'memory: 1000, block: 100'],
      ],
      'ingredients[2].space.memory: a memory of 1000 is no multiple of 128.',
    ],
    [
      'a precision in which a nuclear norm is noise',
      [
        ['algorithm: mocov3', 'algorithm: mmcr'],
        ['variant: self-soup, temperature: { choice: [0.1, 1] }', 'variant: self-soup, precision: f16'],
      ],
      'ingredients[2].space.precision: mmcr needs f32',
    ],
    [
      'parts that are no whole number of images',
      [['variant: self-soup,', 'variant: self-soup, accumulate: 3,']],
      'ingredients[2].space.accumulate: a batch of 128 cannot be computed in 3 equal parts.',
    ],
    [
      'an end by the images that are trained on',
      [['variant: self-soup,', 'variant: self-soup, early_stopping: { split: mnist/unlabeled, patience: 1 },']],
      "ingredients[2].space.early_stopping.split: 'mnist/unlabeled' is trained on",
    ],
    [
      'a name that a drawn model has',
      [['  self-soup: { method', '  self-mae-00-01: { method']],
      "soups.self-mae-00-01: 'self-mae-00-01' is a name that Stockpot gives to a drawn model.",
    ],
  ] as const)('%s', (_, edits, expected) => {
    expect(mistakes(edited(selfSoup, ...edits)).join('\n')).toContain(expected);
  });
});

describe('a score on images that were seen without labels says so', () => {
  const shifted = edited(
    selfSoup,
    [
      'unlabeled: { role: unlabeled, from: train, count: 40000 }',
      'even: { role: shift, from: train, count: 20000 }\n      odd: { role: shift, from: train, count: 20000 }',
    ],
    ['split: mnist/unlabeled\n    epochs', 'split: mnist/train\n    epochs'],
    ['split: mnist/unlabeled\n    count', 'split: mnist/even\n    count'],
    ['split: mnist/unlabeled\n    space', 'split: mnist/train\n    space'],
    [
      '  test: { split: mnist/test }\n',
      '  test: { split: mnist/test }\n  even: { split: mnist/even }\n  odd: { split: mnist/odd }\n',
    ],
    ['report: [test, corruptions]', 'report: [test, even, odd]'],
  );
  const cooked = plan(shifted);
  const read = (model: string, benchmark: string) => {
    const { makes, title } = step(cooked, `evaluations/${model}/${benchmark}`);
    return [makes.type === 'evaluation' ? makes.transduction : null, /transductive/.test(title)];
  };

  test.each([
    ['the very images', 'self-mae-00-01', 'even', 'joint'],
    ['others of the same shift', 'self-mae-00-01', 'odd', 'disjoint'],
    ['images that nobody saw', 'self-moco-00-01', 'odd', undefined],
    ['a model of the supervised group', 'ft-00', 'even', undefined],
    ['the stock', 'stock', 'even', undefined],
    ['a soup with such a model in its pool', 'self-soup', 'even', 'joint'],
    ['a soup without', 'uniform', 'even', undefined],
    ['an ensemble', 'self-ensemble', 'odd', 'disjoint'],
  ] as const)('%s: %s on %s', (_, model, benchmark, expected) => {
    expect(read(model, benchmark)).toEqual([expected, expected !== undefined]);
  });
});
