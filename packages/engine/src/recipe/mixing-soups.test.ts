import { describe, expect, test } from 'vitest';
import { mixingMethods } from '../soups/methods/index.js';
import { edited, mistakes, mnist, plan, step } from './fixtures/recipe.js';
import { isMixed, MIXING_METHODS, mixingParameters } from './mixing-soups.js';
import { soupParameters } from './parameters.js';

/** The recipe with one more soup, called `more`. */
const withSoup = (soup: string) => edited(mnist, ['  uniform:', `  more: ${soup}\n  uniform:`]);
const planned = (soup: string) => step(plan(withSoup(soup)), 'soups/more');
const inputs = (roles: Readonly<Record<string, readonly { step: string; output: string }[]>>) =>
  Object.fromEntries(
    Object.entries(roles).map(([role, from]) => [role, from.map((one) => `${one.step} ${one.output}`)]),
  );

describe('a soup by a method of the table', () => {
  /** What a method cannot do without, as a recipe says it. */
  const needed: Readonly<Record<string, string>> = {
    weighted: 'weights: [1, 1, 1, 1, 1, 1, 1, 1]',
    'wise-ft': 'ingredients: [ft-00]',
    slerp: 'ingredients: [ft-00, ft-01]',
  };

  test.each(MIXING_METHODS)('%s: the step is told everything, and mixes what it is told', (method) => {
    const own = needed[method] ?? '';
    const pool = own.startsWith('ingredients') ? '' : 'ingredients: [ft], ';
    const { parameters, inputs: roles, makes } = planned(`{ method: ${method}, ${pool}${own} }`);
    const entry = mixingMethods[method];
    // Parsed again it is the same: a plan leaves nothing to a default of a later version.
    const parsed = soupParameters.parse(parameters);
    expect(parsed).toEqual(parameters);
    if (entry === undefined || !isMixed(parsed)) throw new Error(`${method} is no mixing method.`);
    expect(entry.complete(mixingParameters(parsed))).toEqual(mixingParameters(parsed));
    expect('seed' in parameters).toBe(entry.random === true);
    expect('base' in roles).toBe(entry.needsBase);
    const parents = makes.type === 'model' ? makes.parents : [];
    expect(parents.at(-1) === 'stock').toBe(entry.needsBase);
  });

  test('is told in the words of recipes, and its defaults are written out', () => {
    const { parameters, inputs: roles } = planned('{ method: ties, ingredients: [ft], density: 0.3, tie: majority }');
    const told = { density: 0.3, tie: 'majority' };
    expect(parameters).toMatchObject({ method: 'ties', compat: 'paper', lambda: 1, merge: 'mean', ...told });
    expect(inputs(roles)).toMatchObject({ base: ['stock checkpoint'], head: ['head head'] });
    const weights = '[1, 1, 1, 1, 1, 1, 1, -1]';
    expect(planned(`{ method: weighted, ingredients: [ft], weights: ${weights}, as_given: true }`).parameters).toEqual({
      ...{ method: 'weighted', weights: [1, 1, 1, 1, 1, 1, 1, -1] },
      ...{ as_given: true, layers: [] },
    });
    expect(planned('{ method: karcher, ingredients: [ft], max_iterations: 3 }').parameters).toMatchObject({
      max_iterations: 3,
      tolerance: 1e-12,
    });
  });

  test("random numbers are seeded by the recipe's seed, or its own", () => {
    expect(planned('{ method: dare-ties, ingredients: [ft] }').parameters.seed).toBe(17);
    expect(planned('{ method: della, ingredients: [ft], seed: 4 }').parameters.seed).toBe(4);
  });

  test('may be mixed of single models, and of soups, which bring their certificates', () => {
    const { inputs: roles, makes } = planned('{ method: weighted, ingredients: [greedy, ft-03], weights: [3, 1] }');
    expect(inputs(roles)).toEqual({
      ingredients: ['soups/greedy checkpoint', 'ingredients/ft-03 checkpoint'],
      certificates: ['soups/greedy certificate'],
    });
    expect(makes).toMatchObject({ parents: ['soups/greedy', 'ingredients/ft-03'] });
  });
});

describe('mistakes are told at their place', () => {
  test.each([
    [
      'a share above 1',
      '{ method: ties, ingredients: [ft], density: 2 }',
      /^soups\.more\.density: expected a number of at most 1; found 2$/,
    ],
    [
      'no weights',
      '{ method: weighted, ingredients: [ft] }',
      /^soups\.more\.weights: expected a list, and nothing is there$/,
    ],
    [
      'a parameter of another method',
      '{ method: ties, ingredients: [ft], densty: 0.2 }',
      /^soups\.more\.densty: unknown key 'densty' in a ties soup\. Did you mean 'density'\?/,
    ],
    ['a method that is none', '{ method: tise, ingredients: [ft] }', /^soups\.more\.method: .*Did you mean 'ties'\?/],
    [
      'two of eight',
      '{ method: slerp, ingredients: [ft] }',
      /^soups\.more\.ingredients: SLERP takes 2 ingredients, and was given 8\. A group counts/,
    ],
    [
      'weights of another number',
      '{ method: weighted, ingredients: [ft], weights: [1, 2] }',
      /^soups\.more\.weights: The weights are 2 numbers for 8 ingredients\./,
    ],
    [
      'weights that elect no sign',
      '{ method: ties, ingredients: [ft-00, ft-01], weights: [1, -1] }',
      /^soups\.more\.weights: TIES elects signs/,
    ],
    [
      'an expectation of what is not drawn',
      '{ method: breadcrumbs, ingredients: [ft], rescale: expectation }',
      /^soups\.more\.rescale: .*no expectation to keep/,
    ],
    [
      'a bound that is none',
      '{ method: fisher, ingredients: [ft], select: selection, floor: -1 }',
      /^soups\.more\.floor: expected a number/,
    ],
    [
      'images of a test split',
      '{ method: self-seasoning, ingredients: [ft], select: test }',
      /^soups\.more\.select: .*role test; choosing ingredients by it would spend it/,
    ],
    ['a model that nobody draws', '{ method: uniform, ingredients: [ft-08] }', /no ingredients 'ft-08'\. Did you mean/],
    [
      'a model twice',
      '{ method: uniform, ingredients: [ft, ft-00] }',
      /'ft-00' is already in this soup, with all of 'ft'/,
    ],
    ['a run of many', '{ method: lawa, ingredients: [ft], over: snapshots }', /^soups\.more\.over: .*these are 8\./],
    [
      'a run of no snapshots',
      '{ method: lawa, ingredients: [ft-01], over: snapshots }',
      /^soups\.more\.over: the training of 'ft-01' keeps no snapshots\. Write `snapshots: 5`/,
    ],
    [
      'a soup as a run',
      '{ method: ema, ingredients: [greedy], over: snapshots }',
      /^soups\.more\.over: 'greedy' is a soup/,
    ],
    ['snapshots of a mixture', '{ method: ties, ingredients: [ft], over: snapshots }', /unknown key 'over'/],
  ] as const)('%s', (_, soup, expected) => {
    const found = mistakes(withSoup(soup));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });
});

test('a mean along a run takes its snapshots, in order, the last of which is its end', () => {
  const text = withSoup('{ method: lawa, ingredients: [ft-02], over: snapshots, last: 2 }');
  const lawa = step(plan(edited(text, ['      warmup: 0.1', '      warmup: 0.1\n      snapshots: 3'])), 'soups/more');
  expect(inputs(lawa.inputs)).toEqual({
    ingredients: ['snapshot-1', 'snapshot-2', 'snapshot-3'].map((output) => `ingredients/ft-02 ${output}`),
  });
  expect(lawa.parameters).toEqual({ method: 'lawa', last: 2 });
  expect(lawa.makes).toMatchObject({ parents: ['ingredients/ft-02', 'ingredients/ft-02', 'ingredients/ft-02'] });
});
