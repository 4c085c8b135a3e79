import { describe, expect, test } from 'vitest';
import { compilePlan } from './compile.js';
import { RecipeError } from './issues.js';
import { parseRecipe } from './parse.js';

/** A recipe that trains nothing: three checkpoints of somebody's sweep, without a word of where they come from. */
const recipe = ({
  theirs = '',
  groups = '',
  soups = '{ one: { method: uniform, ingredients: [theirs-00] } }',
  stock = '',
  benchmarks = '',
  report = 'test, rotated',
}: {
  readonly theirs?: string;
  readonly groups?: string;
  readonly soups?: string;
  readonly stock?: string;
  readonly benchmarks?: string;
  readonly report?: string;
} = {}) => `
version: 1
name: sweep
datasets:
  digits:
    source: { path: ./data }
    splits:
      train: { role: train, from: train, count: 60 }
      selection: { role: selection, from: train, count: 20 }
      test: { role: test, from: test, count: 10 }
      rotated: { role: shift, from: test, count: 10 }
      tilted: { role: shift, from: test, count: 10 }
      crowd: { role: unlabeled, from: test, count: 10 }
benchmarks:
  selection: { split: digits/selection }
  test: { split: digits/test }
  rotated: { split: digits/rotated }
  ${benchmarks}
${stock}
ingredients:
  - name: theirs
    algorithm: imported
    checkpoints: [{ path: ./a.safetensors }, { path: ./b.safetensors, sha256: '${'0a'.repeat(32)}' }, { npm: models, file: c.safetensors }]
    ${theirs}
${groups}
soups: ${soups}
report: [${report}]
`;

const STOCK = `stock:
  name: vit
  checkpoint: { path: ./stock }
  head: { algorithm: linear-probe, split: digits/train, epochs: 1, batch: 20, lr: 1.0e-2, weight_decay: 0 }`;
const TRAINED = `  - { name: ft, algorithm: supervised, split: digits/train, space: { lr: 1.0e-3, weight_decay: 0, epochs: 1, batch: 20 } }`;
const ALIGNED = '  - { name: aligned, algorithm: aligned, align: [theirs], to: theirs-00 }';

const plan = (...given: Parameters<typeof recipe>) => compilePlan(parseRecipe(recipe(...given)));
const stepOf = ({ steps }: ReturnType<typeof plan>, id: string) => steps.find((step) => step.id === id);
function mistakes(...given: Parameters<typeof recipe>): string[] {
  try {
    parseRecipe(recipe(...given));
    return [];
  } catch (error) {
    if (!(error instanceof RecipeError)) throw error;
    return error.issues.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('a recipe of checkpoints that are there', () => {
  test('needs no stock: each is imported with its head, scored, and said to have learned from nobody knows what', () => {
    const made = plan();
    expect(made.steps.map(({ id }) => id).filter((id) => /^(stock|head|ingredients)/.test(id))).toEqual([
      'ingredients/theirs-00',
      'ingredients/theirs-01',
      'ingredients/theirs-02',
    ]);
    expect(stepOf(made, 'ingredients/theirs-01')).toMatchObject({
      kind: 'import',
      parameters: {
        algorithm: 'imported',
        source: { path: './b.safetensors' },
        sha256: '0a'.repeat(32),
        trained_on: 'unknown',
      },
      inputs: { datasets: [{ step: 'datasets/digits', output: 'manifest' }] },
      makes: { model: 'ingredient', parents: [] },
    });
    expect(stepOf(made, 'evaluations/theirs-02/test')?.parameters).toEqual({ predictor: 'checkpoint' });
  });

  test('mixes what has a stock in common, by name or that of the recipe, and nothing else', () => {
    const both = '{ both: { method: uniform, ingredients: [theirs] } }';
    expect(mistakes({ soups: both })).toEqual([
      "soups.both.ingredients: 'theirs-00' and 'theirs-01' have no declared stock in common: models of different stocks do not lie in one basin, and their average is worth nothing. If they have one, say which: `stock: NAME` in 'theirs'. Otherwise align them first, by a group {name: aligned, algorithm: aligned, align: [theirs], to: theirs-00}, and mix [theirs-00, aligned]; or compare with an ensemble, which needs neither.",
    ]);
    expect(mistakes({ soups: both, theirs: 'stock: clip-b32' })).toEqual([]);
    const mixed = '{ mixed: { method: uniform, ingredients: [ft, theirs] } }';
    const groups = TRAINED;
    expect(mistakes({ soups: mixed, groups, stock: STOCK, theirs: 'stock: clip-b32' })).toEqual([
      expect.stringContaining("'ft-00' and 'theirs-00' have no declared stock in common"),
    ]);
    expect(mistakes({ soups: mixed, groups, stock: STOCK, theirs: 'stock: vit' })).toEqual([]);
  });

  test('starts from a stock only where it has one, and the models are of it', () => {
    const soups = '{ change: { method: task-arithmetic, ingredients: [theirs] } }';
    expect(mistakes({ soups, theirs: 'stock: clip-b32' })).toEqual([
      expect.stringMatching(/^soups.change.method: task-arithmetic starts from the stock .* this recipe has none/),
    ]);
    expect(mistakes({ soups, stock: STOCK, theirs: 'stock: clip-b32' })).toEqual([
      expect.stringContaining("no word says that 'theirs-00' was fine-tuned from 'vit'"),
    ]);
    const made = plan({ soups, stock: STOCK, theirs: 'stock: vit' });
    expect(stepOf(made, 'ingredients/theirs-00')).toMatchObject({
      inputs: { stock: [{ step: 'stock' }], head: [{ step: 'head' }] },
      makes: { parents: ['stock'] },
    });
  });

  test('never scores models on what they have learned from, and marks what they saw without labels', () => {
    expect(mistakes({ theirs: 'trained_on: [digits/train, digits/test]' })).toEqual([
      "ingredients[0].trained_on[1]: 'theirs' learned from 'digits/test', and the benchmark 'test' is on it: it would score what they have learned by heart. Use another split for one of the two.",
    ]);
    const strangers = 'strangers: { kind: out-of-distribution, split: digits/test, against: digits/tilted }';
    expect(mistakes({ theirs: 'trained_on: [digits/tilted]', benchmarks: strangers })).toEqual([
      "ingredients[0].trained_on[0]: 'theirs' learned from 'digits/tilted', and the benchmark 'strangers' is against it: what they have learned by heart is not strange to them. Use another split for one of the two.",
    ]);
    const made = plan({ theirs: 'seen_unlabelled: [digits/rotated]', groups: ALIGNED });
    const seen = (model: string, on: string) => stepOf(made, `evaluations/${model}/${on}`)?.makes;
    for (const model of ['theirs-00', 'aligned-theirs-01', 'one']) {
      expect(seen(model, 'rotated')).toMatchObject({ transduction: 'joint' });
      expect(seen(model, 'test')).toMatchObject({ transduction: 'disjoint' });
    }
    expect(seen('theirs-00', 'selection')).toBeUndefined();
    // What knows the labels of a shift knows the shift.
    const labelled = plan({ theirs: 'trained_on: [digits/train, digits/tilted]' });
    expect(stepOf(labelled, 'evaluations/one/rotated')?.makes).toMatchObject({ transduction: 'disjoint' });
    const taught = plan({ theirs: 'trained_on: [digits/train]' });
    expect(stepOf(taught, 'evaluations/one/rotated')?.makes).not.toHaveProperty('transduction');
    expect(mistakes({ theirs: 'seen_unlabelled: [digits/selection]' })).toEqual([
      expect.stringMatching(/'theirs' saw the examples of 'digits\/selection', whose role is selection.* role shift/),
    ]);
  });
});

describe('a group of aligned ingredients', () => {
  test('in an ensemble beside models of the stock hides nothing of what either saw', () => {
    const pretrained = `stock:
  name: vit
  architecture: { family: vit, image: 28, channels: 1, patch: 7, dim: 32, depth: 2, heads: 4, mlp: 64 }
  pretrain: { algorithm: mae, split: digits/crowd, epochs: 1, batch: 10, lr: 1.0e-3, weight_decay: 0.05, mask: 0.75, decoder: { dim: 16, depth: 1, heads: 4 } }
  head: { algorithm: linear-probe, split: digits/train, epochs: 1, batch: 20, lr: 1.0e-2, weight_decay: 0 }`;
    const groups = `${TRAINED}\n  - { name: aligned, algorithm: aligned, align: [theirs], to: ft-00 }`;
    const soups = '{ both: { method: uniform, ingredients: [ft, aligned] } }\nbaselines: [ensemble, greedy-ensemble]';
    const benchmarks = 'strangers: { kind: out-of-distribution, split: digits/test, against: digits/crowd }';
    const made = plan({ groups, soups, benchmarks, stock: pretrained, report: 'test, strangers' });
    for (const model of ['ft-00', 'both', 'ft+aligned-ensemble', 'ft+aligned-greedy-ensemble']) {
      expect(stepOf(made, `evaluations/${model}/strangers`)?.makes).toMatchObject({ transduction: 'joint' });
    }
    expect(stepOf(made, 'evaluations/aligned-theirs-01/strangers')?.makes).not.toHaveProperty('transduction');
  });

  test('is all of the named models but the reference, and lies in the basin of that', () => {
    const soups = '{ rebasin: { method: uniform, ingredients: [theirs-00, aligned] } }';
    const made = plan({ groups: ALIGNED, soups });
    expect(stepOf(made, 'ingredients/aligned-theirs-02')).toMatchObject({
      kind: 'align',
      parameters: { algorithm: 'aligned', method: 'weights' },
      inputs: { model: [{ step: 'ingredients/theirs-02' }], reference: [{ step: 'ingredients/theirs-00' }] },
      makes: { model: 'ingredient', parents: ['ingredients/theirs-02', 'ingredients/theirs-00'] },
    });
    expect(stepOf(made, 'ingredients/aligned-theirs-00')).toBeUndefined();
    expect(stepOf(made, 'soups/rebasin')?.inputs.ingredients?.map(({ step }) => step)).toEqual([
      'ingredients/theirs-00',
      'ingredients/aligned-theirs-01',
      'ingredients/aligned-theirs-02',
    ]);
  });

  test('cannot give its models the names that another group gives', () => {
    const group = '  - { name: aligned-theirs, algorithm: imported, checkpoints: [{ path: ./d }, { path: ./e }] }';
    expect(mistakes({ groups: `${ALIGNED}\n${group}` })).toEqual([
      "ingredients[2].name: 'aligned-theirs' would call a model 'aligned-theirs-01', as 'aligned' does. Choose another name.",
    ]);
  });

  test.each([
    ['a group as the reference', '{ align: [theirs], to: theirs }', /'theirs' is a group, .* such as 'theirs-00'/],
    ['nobody', '{ align: [nobody], to: theirs-00 }', /there is no ingredient 'nobody'/],
    ['only the reference', '{ align: [theirs-00], to: theirs-00 }', /there is nothing to align/],
    ['one twice', '{ align: [theirs, theirs], to: theirs-00 }', /'theirs' is already here/],
    ['what is aligned itself', '{ align: [more], to: theirs-00 }', /'more' is aligned itself/],
  ])('cannot name %s', (_, words, message) => {
    const groups = `  - { name: aligned, algorithm: aligned, ${words.slice(1)}\n${ALIGNED.replace('aligned', 'more')}`;
    expect(mistakes({ groups })).toEqual([expect.stringMatching(message)]);
  });
});

describe('statistics of batch normalisation that are estimated again', () => {
  const soups = (words: string) => `{ one: { method: uniform, ingredients: [theirs-00], batchnorm: ${words} } }`;

  test('are a model of their own beside the soup, which saw the images without their labels', () => {
    const made = plan({ soups: soups('{ split: digits/rotated, count: 8, batch: 4 }') });
    expect(stepOf(made, 'soups/one-batchnorm')).toMatchObject({
      kind: 'batchnorm',
      parameters: { method: 'batchnorm', split: 'rotated', subset: { count: 8, seed: 0 }, batch: 4 },
      inputs: { ingredients: [{ step: 'soups/one', output: 'checkpoint' }] },
      makes: { model: 'soup', parents: ['soups/one'] },
    });
    expect(stepOf(made, 'evaluations/one-batchnorm/rotated')?.makes).toMatchObject({ transduction: 'joint' });
    expect(stepOf(made, 'evaluations/one/rotated')?.makes).not.toHaveProperty('transduction');
    expect(stepOf(made, 'ingredients/theirs-00')?.parameters).toMatchObject({ batch_normalisation: true });
  });

  test('leave the soup the step that it was', () => {
    const [without, with_] = [plan(), plan({ soups: soups('{ split: digits/train, batch: 10 }') })];
    expect(stepOf(with_, 'soups/one')).toEqual(stepOf(without, 'soups/one'));
  });

  test.each([
    ['on a test split', '{ split: digits/test, batch: 5 }', /role test, and this trains on it/],
    [
      'on more images than there are',
      '{ split: digits/train, count: 90, batch: 10 }',
      /90 images are more than the 60/,
    ],
    ['in a batch that is never full', '{ split: digits/train, count: 20 }', /a batch of 100 is more than the 20/],
    ['with a seed that draws nothing', '{ split: digits/train, batch: 10, seed: 1 }', /a seed draws the images/],
  ])('are refused %s', (_, words, message) => {
    expect(mistakes({ soups: soups(words) })).toEqual([expect.stringMatching(message)]);
  });
});
