import { describe, expect, test } from 'vitest';
import { optimizers } from '../training/optimizers/index.js';
import { schedules } from '../training/schedules/index.js';
import { edited, mistakes, mnist, plan, step } from './fixtures/recipe.js';
import { stepKey } from './step-key.js';
import { OPTIMIZERS, SCHEDULES } from './training-options.js';

/** The recipe with further lines in the space of its ingredients. */
const withSpace = (...lines: string[]) =>
  edited(mnist, [
    '      batch: 128\n      warmup: 0.1\n',
    `      batch: 128\n      warmup: 0.1\n      ${lines.join('\n      ')}\n`,
  ]);
const withStock = (...lines: string[]) =>
  edited(mnist, ['    batch: 128\n    lr: 1.0e-3', `    batch: 128\n    ${lines.join('\n    ')}\n    lr: 1.0e-3`]);
const parametersOf = (text: string, index = 0) => step(plan(text), `ingredients/ft-0${index}`).parameters;

describe('fields of a training', () => {
  test('the words of a recipe are the rows of the tables', () => {
    expect([...OPTIMIZERS].sort()).toEqual(Object.keys(optimizers).sort());
    expect([...SCHEDULES].sort()).toEqual(Object.keys(schedules).sort());
  });

  test('reach the step as they are written, and one that is not written is not in the plan', () => {
    const written = parametersOf(
      withSpace(
        'optimizer: sgd',
        'momentum: 0.8',
        'nesterov: true',
        'schedule: step',
        'milestones: [0.5, 0.75]',
        'gamma: 0.3',
        'clip: none',
        'ema: 0.99',
        'precision: f16',
        "freeze: ['patch_embed.*', pos_embed]",
        'layer_decay: 0.65',
        'drop_path: 0.1',
        'accumulate: 4',
        'mixup: 0.8',
        'cutmix: 1',
        'random_erasing: 0.25',
        'early_stopping: { split: mnist/selection, patience: 3, min_gain: 0.001 }',
        'checkpoint_every: { minutes: 5 }',
      ),
    );
    expect(written).toEqual({
      ...parametersOf(mnist),
      optimizer: 'sgd',
      momentum: 0.8,
      nesterov: true,
      schedule: 'step',
      milestones: [0.5, 0.75],
      gamma: 0.3,
      clip: 'none',
      ema: 0.99,
      precision: 'f16',
      freeze: ['patch_embed.*', 'pos_embed'],
      layer_decay: 0.65,
      drop_path: 0.1,
      accumulate: 4,
      mixup: 0.8,
      cutmix: 1,
      random_erasing: 0.25,
      early_stopping: { split: 'selection', patience: 3, min_gain: 0.001 },
      checkpoint_every: { minutes: 5 },
    });
    expect(Object.keys(parametersOf(mnist)).sort()).toEqual(
      'algorithm augmentation batch epochs label_smoothing lr seed split warmup weight_decay'.split(' '),
    );
  });

  test('may be drawn, and leave the other draws as they were', () => {
    const drawn = withSpace(
      'optimizer: { choice: [adamw, sgd] }',
      'layer_decay: { uniform: [0.6, 0.9] }',
      'mixup: { maybe: { probability: 0.5, otherwise: 0, value: { uniform: [0.1, 0.9] } } }',
      'ema: { choice: [0.99, 0.999] }',
    );
    const seen = Array.from({ length: 8 }, (_, index) => parametersOf(drawn, index));
    expect(new Set(seen.map(({ optimizer }) => optimizer))).toEqual(new Set(['adamw', 'sgd']));
    expect(seen.filter(({ mixup }) => mixup === 0).length).toBeGreaterThan(0);
    expect(new Set(seen.map(({ layer_decay: decay }) => decay)).size).toBe(8);
    for (const [index, { lr, weight_decay }] of seen.entries()) {
      expect(parametersOf(mnist, index)).toMatchObject({ lr, weight_decay });
    }
  });

  test('of the stock reach its step', () => {
    const { parameters } = step(
      plan(withStock('optimizer: lars', 'momentum: 0.7', 'schedule: constant', 'ema: 0.9', 'clip: 3', 'snapshots: 4')),
      'stock',
    );
    expect(parameters).toMatchObject({
      optimizer: 'lars',
      momentum: 0.7,
      schedule: 'constant',
      ema: 0.9,
      clip: 3,
      snapshots: 4,
    });
  });

  test('how often a training saves its state makes no other key', () => {
    const key = (text: string) => stepKey({ kind: 'finetune', parameters: parametersOf(text) }, {}, 'cpu');
    expect(key(withSpace('checkpoint_every: { steps: 3 }'))).toBe(key(mnist));
    expect(key(withSpace('ema: 0.9'))).not.toBe(key(mnist));
  });
});

describe('a mistake is told with its place', () => {
  test.each([
    ['an unknown optimizer', ['optimizer: adamv'], /^ingredients\[0\]\.space\.optimizer: .*adamw/],
    ['a decay above 1', ['layer_decay: 1.5'], /^ingredients\[0\]\.space\.layer_decay: expected a number/],
    ['a drop path of 1', ['drop_path: 1'], /space\.drop_path: expected a number/],
    [
      'snapshots of a run that a score may end',
      ['snapshots: 3', 'early_stopping: { split: mnist/selection, patience: 3 }'],
      /space\.snapshots: .*early stopping may end it at any time/,
    ],
    ['a share of a snapshot', ['snapshots: 2.5'], /space\.snapshots: expected a whole number/],
    ['more snapshots than updates', ['snapshots: 999'], /space\.snapshots: 999 snapshots do not fit into \d+ updates/],
    ['no milestones', ['schedule: step'], /space\.schedule: the schedule step needs `milestones`/],
    [
      'a milestone at the end',
      ['schedule: step', 'milestones: [1]'],
      /space\.milestones\[0\]: expected a number above 0 and below 1/,
    ],
    [
      'milestones of a cosine',
      ['milestones: [0.5]'],
      /space\.milestones: 'milestones' means nothing here: it belongs to the schedule step/,
    ],
    ['a momentum of AdamW', ['momentum: 0.9'], /space\.momentum: .*belongs to the optimizer sgd or lars/],
    [
      'a look-ahead without momentum',
      ['optimizer: sgd', 'nesterov: true', 'momentum: 0'],
      /space\.nesterov: a look-ahead needs/,
    ],
    ['an empty list of patterns', ['freeze: []'], /space\.freeze: expected at least one pattern/],
    ['a pattern with a slash', ['freeze: [a/b]'], /space\.freeze\[0\]: expected the name of a parameter/],
    [
      'parts that leave a rest',
      ['accumulate: 3'],
      /space\.accumulate: a batch of 128 cannot be computed in 3 equal parts/,
    ],
    ['clipping at zero', ['clip: 0'], /space\.clip: /],
    [
      'ending by the test',
      ['early_stopping: { split: mnist/test, patience: 2 }'],
      /early_stopping\.split: 'mnist\/test' has the role test, and ending a training by its score would spend it/,
    ],
    ['ending by what is trained on', ['early_stopping: { split: mnist/train, patience: 2 }'], /has the role train/],
    [
      'ending by no split',
      ['early_stopping: { split: mnist/selectoin, patience: 2 }'],
      /Did you mean 'mnist\/selection'\?/,
    ],
    ['an ending without patience', ['early_stopping: { split: mnist/selection }'], /early_stopping\.patience: missing/],
    ['checkpoints of both kinds', ['checkpoint_every: { steps: 1, minutes: 2 }'], /checkpoint_every/],
  ])('%s', (_, lines, expected) => {
    const found = mistakes(withSpace(...lines));
    expect(found).toEqual([expect.stringMatching(expected)]);
  });

  test('a drawn batch that parts do not divide, and a drawn optimizer that a field may belong to', () => {
    const range = edited(withSpace('accumulate: 2'), ['      batch: 128', '      batch: { integer: [64, 128] }']);
    expect(mistakes(range)).toEqual([expect.stringMatching(/a batch of 65 cannot be computed in 2 equal parts/)]);
    const choice = edited(withSpace('accumulate: { choice: [2, 4] }'), [
      '      batch: 128',
      '      batch: { choice: [64, 128] }',
    ]);
    expect(mistakes(choice)).toEqual([]);
    expect(mistakes(withSpace('optimizer: { choice: [adamw, sgd] }', 'momentum: 0.9'))).toEqual([]);
  });

  test('of the stock, at the stock', () => {
    expect(mistakes(withStock('gamma: 0.1'))).toEqual([
      expect.stringMatching(/^stock\.pretrain\.gamma: 'gamma' means nothing here/),
    ]);
    expect(mistakes(withStock('mixup: 0.8'))).toEqual([expect.stringMatching(/^stock\.pretrain\.mixup: unknown key/)]);
    expect(mistakes(withStock('accumulate: 3'))).toEqual([
      expect.stringMatching(/^stock\.pretrain\.accumulate: a batch of 128 cannot be computed in 3 equal parts/),
    ]);
    const stopped = (split: string) => mistakes(withStock(`early_stopping: { split: mnist/${split}, patience: 1 }`));
    expect(stopped('selection')).toEqual([]);
    expect(stopped('unlabeled')).toEqual([
      expect.stringMatching(/^stock\.pretrain\.early_stopping\.split: 'mnist\/unlabeled' is trained on/),
    ]);
    expect(stopped('test')).toEqual([expect.stringMatching(/has the role test, .* role selection or unlabeled/)]);
    const { parameters } = step(plan(withStock('early_stopping: { split: mnist/selection, patience: 2 }')), 'stock');
    expect(parameters.early_stopping).toEqual({ split: 'selection', patience: 2 });
  });
});
