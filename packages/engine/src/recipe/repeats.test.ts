import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planDefinitions } from './compile.js';
import { edited, exampleSelfSoup, exampleSweep, mistakes, mnist, plan, step, tiny } from './fixtures/recipe.js';
import { parseRecipe } from './parse.js';
import { dependencies, type Plan } from './plan.js';
import { nameInRepeat, repeatedSeed, repeatOf } from './repeats.js';

const repeated = (text: string, repeats: number | string) =>
  edited(text, ['\ndatasets:', `\nrepeats: ${repeats}\ndatasets:`]);
const ids = (from: Plan) => from.steps.map(({ id }) => id);
const parameters = (from: Plan, id: string) => step(from, id).parameters;

/** Random order, drawn weights, shuffled images: whatever else takes a seed. */
const seeded = edited(tiny, [
  'soups:\n',
  `soups:
  drawn: { method: dare-linear, ingredients: [ft], density: 0.5 }
  shuffled: { method: greedy, ingredients: [ft], select: selection, order: random }
  learned: { method: learned, ingredients: [ft], select: selection, epochs: 1, batch: 8, lr: 0.01 }
`,
]);

/** The recipe with nothing to draw: each hyperparameter one value. */
const constantly = (text: string) =>
  text.replace(/space:[\s\S]*?\n\n/, 'space: { lr: 1.0e-3, weight_decay: 0, epochs: 1, batch: 64 }\n\n');

describe('a repeated recipe', () => {
  test.each([
    ['mnist', mnist],
    ['self-soup', exampleSelfSoup],
  ])('%s: begins with the very steps of the recipe that is cooked once', (_, text) => {
    const once = plan(text);
    const thrice = plan(repeated(text, 3));
    expect(thrice.steps.slice(0, once.steps.length)).toEqual(once.steps);
    expect(plan(repeated(text, 1))).toEqual(once);
    // And one more repeat only adds.
    const more = plan(repeated(text, 4));
    expect(more.steps.slice(0, thrice.steps.length)).toEqual(thrice.steps);
  });

  test('repeats what seeds reach: trainings, what is mixed of them, their scores; the stock, the head and the data once', () => {
    const once = plan(mnist);
    const added = plan(repeated(mnist, 2)).steps.slice(once.steps.length);
    const again = once.steps.filter(
      ({ id }) => /^(ingredients|soups|ensembles|evaluations)\//.test(id) && !id.startsWith('evaluations/stock/'),
    );
    expect(added.map(({ id }) => id)).toEqual(again.map(({ id }) => id.replace(/^(\w[\w-]*\/[^/]+)/, '$1@2')));
    expect(added.every(({ title }) => title.endsWith(', repeat 2'))).toBe(true);
  });

  test('mixes and scores within a repeat: nothing of one is made of another', () => {
    for (const { id, inputs, makes } of plan(repeated(exampleSelfSoup, 3)).steps) {
      const { repeat } = repeatOf(id);
      const needed = Object.values(inputs).flatMap((list) => list.map((input) => repeatOf(input.step).repeat));
      expect(needed.filter((one) => one !== 1 && one !== repeat)).toEqual([]);
      if (makes.type === 'model') {
        expect(makes.name.endsWith(`@${repeat}`)).toBe(repeat !== 1);
        if (repeat > 1 && makes.model === 'soup')
          expect(makes.parents.every((parent) => parent.endsWith(`@${repeat}`))).toBe(true);
      }
    }
  });

  test('every step comes after its inputs, and every id is there once', () => {
    const { steps } = plan(repeated(exampleSelfSoup, 3));
    const before = new Set<string>();
    for (const one of steps) {
      for (const needed of dependencies(one)) expect(before).toContain(needed);
      expect(before).not.toContain(one.id);
      before.add(one.id);
    }
  });

  test('varies the seeds of trainings and of choices, and holds everything else', () => {
    const made = plan(repeated(seeded, 3));
    for (const id of ['ingredients/ft-01', 'soups/drawn', 'soups/shuffled', 'soups/learned']) {
      const seeds = [id, `${id}@2`, `${id}@3`].map((one) => parameters(made, one).seed);
      expect(new Set(seeds).size).toBe(3);
      const others = [id, `${id}@2`, `${id}@3`].map((one) => ({ ...parameters(made, one), seed: null }));
      expect(others[1]).toEqual(others[0]);
      expect(others[2]).toEqual(others[0]);
    }
    expect(parameters(made, 'soups/greedy@2')).toEqual(parameters(made, 'soups/greedy'));
  });

  test('draws anew what it is told to: hyperparameters, the head, the stock with its head', () => {
    const drawn = plan(repeated(mnist, '{ count: 2, redraw: [hyperparameters] }'));
    expect(parameters(drawn, 'ingredients/ft-00@2').lr).not.toBe(parameters(drawn, 'ingredients/ft-00').lr);
    const headed = plan(repeated(mnist, '{ count: 2, redraw: [head] }'));
    expect(ids(headed)).toContain('head@2');
    expect(ids(headed)).not.toContain('stock@2');
    // The stock is scored through its head.
    expect(step(headed, 'evaluations/stock@2/test').inputs).toMatchObject({
      model: [{ step: 'stock', output: 'checkpoint' }],
      head: [{ step: 'head@2', output: 'head' }],
    });
    const stocked = plan(repeated(mnist, '{ count: 2, redraw: [stock] }'));
    expect(step(stocked, 'ingredients/ft-00@2').inputs).toMatchObject({
      stock: [{ step: 'stock@2', output: 'checkpoint' }],
      head: [{ step: 'head@2', output: 'head' }],
    });
    expect(parameters(stocked, 'stock@2').seed).not.toBe(parameters(stocked, 'stock').seed);
    expect(parameters(stocked, 'ingredients/ft-00@2').lr).toBe(parameters(stocked, 'ingredients/ft-00').lr);
  });

  test('is told by its name: whoever knows a model of a repeat finds what was made of it', () => {
    const made = plan(repeated(exampleSelfSoup, 2));
    for (const { id, makes } of made.steps) {
      const { name, repeat } = repeatOf(id);
      expect(nameInRepeat(name, repeat)).toBe(id);
      if (makes.type !== 'evaluation') continue;
      const model = step(made, makes.model).makes;
      expect(id).toBe(
        `evaluations/${makes.model === 'stock' ? 'stock' : 'name' in model && model.name}/${makes.benchmark.slice('benchmarks/'.length)}`,
      );
    }
  });

  test('seeds of repeats are told apart, and the first is the seed itself', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 32 - 1 }), (seed) => {
        const seeds = Array.from({ length: 20 }, (_, index) => repeatedSeed(seed, index + 1));
        expect(seeds[0]).toBe(seed);
        expect(new Set(seeds).size).toBe(20);
      }),
    );
  });
});

describe('what is asked for and cannot be', () => {
  test.each([
    ['no number', 'often', /^repeats: expected how often to repeat/],
    ['none', '0', /^repeats: expected/],
    ['too many', '1000', /^repeats: expected/],
    [
      'more than a plan holds',
      '100',
      /^repeats: 100 repeats of 1002 ingredients and soups are 100200, .* Repeat at most 9 times/,
    ],
    [
      'a word that is none',
      '{ count: 3, redraw: [hyperparameter] }',
      /^repeats\.redraw\[0\]: .*Did you mean 'hyperparameters'/,
    ],
    ['a key that is none', '{ times: 3 }', /^repeats: .* or a mapping such as \{count: 3, redraw/],
  ])('%s', (_, asked, expected) => {
    const text = repeated(edited(mnist, ['count: 8', 'count: 1000']), asked);
    expect(mistakes(text).filter((mistake) => expected.test(mistake))).toHaveLength(1);
  });

  test('what no seed reaches', () => {
    const sweep = repeated(exampleSweep, 3);
    expect(mistakes(sweep)).toEqual([
      expect.stringMatching(/^repeats: no seed reaches anything here: .* remove `repeats`\.$/),
    ]);
    const random = edited(sweep, [
      'ingredients: [theirs-00, aligned], select: selection }',
      'ingredients: [theirs-00, aligned], select: selection, order: random }',
    ]);
    expect(mistakes(random)).toEqual([]);
    // Only what is drawn, and what follows from it, is made again: the search, its soup and the scores of this.
    const added = plan(random).steps.filter(({ id }) => id.includes('@2'));
    expect(added.map(({ id }) => id)).toEqual([
      'soups/greedy@2',
      'evaluations/greedy@2/selection',
      'evaluations/greedy@2/test',
    ]);
  });

  test('drawing anew what is not drawn', () => {
    const redraw = (text: string, what: string) =>
      mistakes(repeated(text, `{ count: 2, redraw: [${what}] }`)).join('\n');
    const constant = constantly(tiny);
    expect(redraw(mnist, 'hyperparameters, head, stock')).toBe('');
    expect(redraw(constant, 'hyperparameters')).toMatch(/^repeats\.redraw\[0\]: no hyperparameter is drawn/);
    expect(redraw(constant, 'head')).toBe('');
    const text = '{ algorithm: zero-shot, split: mnist/train, text_embeddings: { path: ./text.safetensors } }';
    const zeroShot = mnist.replace(/head:[\s\S]*?(?=\n\w)/, `head: ${text}`);
    expect(redraw(zeroShot, 'head')).toContain('a zero-shot head is made of text embeddings and has no seed');
  });
});

describe('what a method is over seeds', () => {
  const definitions = (text: string) => {
    const of = planDefinitions(parseRecipe(text));
    return (id: string) => of(id);
  };

  test('is the same in every repeat, with other seeds, and under other names', () => {
    const first = definitions(repeated(seeded, 3));
    expect(first('soups/greedy')).toMatch(/^[0-9a-f]{64}$/);
    expect(first('soups/greedy@3')).toBe(first('soups/greedy'));
    // With constants for hyperparameters another seed of the group is another training, and nothing else.
    const constant = constantly(seeded);
    const elsewhere = edited(constant, ['seed: 5', 'seed: 99'], ['  greedy: {', '  chosen: {']);
    expect(definitions(elsewhere)('soups/chosen')).toBe(definitions(constant)('soups/greedy'));
    expect(definitions(edited(seeded, ['seed: 5', 'seed: 99']))('soups/greedy')).not.toBe(first('soups/greedy'));
    const renamed = definitions(edited(seeded, ['  greedy: {', '  chosen: {']));
    expect(renamed('soups/chosen')).toBe(first('soups/greedy'));
    expect(renamed('soups/drawn')).toBe(first('soups/drawn'));
  });

  test('is another with another rule, another pool, another head, other data, another stock', () => {
    const of = definitions(mnist);
    const others = [
      edited(mnist, ["accept: '>='", "accept: '>'"]),
      edited(mnist, ['count: 8', 'count: 7']),
      mnist.replace(/(head:[\s\S]*?epochs: )(\d+)/, (_, head, epochs) => `${head}${Number(epochs) + 1}`),
      mnist.replace(/(role: selection[^}]*count: )(\d+)/, (_, split, n) => `${split}${Number(n) - 1}`),
      edited(mnist, ['seed: 17', 'seed: 18']),
    ].map((text) => {
      expect(text).not.toBe(mnist);
      return definitions(text)('soups/greedy');
    });
    expect(new Set([of('soups/greedy'), of('soups/uniform'), ...others]).size).toBe(2 + others.length);
    expect(of('stock')).toBeUndefined();
    expect(of('evaluations/stock/test')).toBeUndefined();
  });

  test('by ranges, where hyperparameters are drawn anew; without the seed of the stock, where it is', () => {
    const drawn = definitions(repeated(mnist, '{ count: 2, redraw: [hyperparameters] }'));
    expect(drawn('soups/greedy')).not.toBe(definitions(mnist)('soups/greedy'));
    const range = /lr: \{ loguniform: \[[^\]]*\] \}/.exec(mnist)?.[0] ?? '';
    const wider = edited(mnist, [range, 'lr: { loguniform: [1.0e-6, 1.0e-1] }']);
    expect(definitions(repeated(wider, '{ count: 2, redraw: [hyperparameters] }'))('soups/greedy')).not.toBe(
      drawn('soups/greedy'),
    );
    const stocked = definitions(repeated(mnist, '{ count: 2, redraw: [stock] }'));
    expect(stocked('stock@2')).toBe(stocked('stock'));
    expect(stocked('stock')).toMatch(/^[0-9a-f]{64}$/);
  });
});
