import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { edited, mistakes, mnist, plan, step } from './fixtures/recipe.js';

const GREEDY = mnist.split('\n').find((line) => line.includes('method: greedy')) ?? '';
const soup = (text: string) => edited(mnist, [GREEDY, `  greedy: ${text}`]);
const planned = (text: string) => step(plan(soup(text)), 'soups/greedy');
const pool = 'ingredients: [ft], select: selection';

describe('soups that are chosen or learned', () => {
  test('a greedy soup that says no more than before is planned as before', () => {
    const before = { method: 'greedy', accept: '>=' };
    expect(step(plan(mnist), 'soups/greedy').parameters).toEqual(before);
    expect(planned(`{ method: greedy, ${pool} }`)).toEqual(step(plan(mnist), 'soups/greedy'));
  });

  test('options of the search are parameters, and only those that were given', () => {
    const { parameters } = planned(
      `{ method: greedy, ${pool}, accept: '>', ties: last, tolerance: 0.002, patience: 3, order: given, start: first }`,
    );
    expect(parameters).toEqual({
      ...{ method: 'greedy', accept: '>', ties: 'last', tolerance: 0.002 },
      ...{ patience: 3, order: 'given', start: 'first' },
    });
    expect(planned(`{ method: pruned, ${pool}, passes: 2 }`).parameters).toEqual({
      ...{ method: 'pruned', accept: '>=', passes: 2 },
    });
  });

  test("a random order has a seed: its own, or the recipe's", () => {
    const drawn = (more: string) => planned(`{ method: greedy, ${pool}, order: random${more} }`).parameters;
    expect(drawn(', seed: 12')).toEqual({ method: 'greedy', accept: '>=', order: 'random', seed: 12 });
    expect(drawn('').seed).toBe(plan(mnist).seed);
    expect(mistakes(soup(`{ method: greedy, ${pool}, seed: 12 }`))).toEqual([
      "soups.greedy.seed: a seed draws the order, and the order is not 'random'. Set `order: random`, or remove the seed.",
    ]);
  });

  test('greedier and pruned wait for the scores of their ingredients, as greedy does', () => {
    const { inputs } = step(plan(mnist), 'soups/greedy');
    for (const method of ['greedier', 'pruned'])
      expect(planned(`{ method: ${method}, ${pool} }`).inputs).toEqual(inputs);
    expect(planned(`{ method: greedier, ${pool}, replacement: true, most: 9 }`).parameters).toEqual({
      ...{ method: 'greedier', accept: '>=', replacement: true, most: 9 },
    });
  });

  test('a learned soup has the published values and waits for no score', () => {
    const { parameters, inputs } = planned(`{ method: learned, ${pool} }`);
    const { seed } = plan(mnist);
    expect(parameters).toEqual({ method: 'learned', by: 'model', epochs: 5, batch: 256, lr: 0.05, seed });
    expect(Object.keys(inputs).sort()).toEqual(['benchmark', 'dataset', 'ingredients']);
    expect(planned(`{ method: learned, ${pool}, by: tensor, lr: 0.01 }`).parameters).toMatchObject({
      ...{ by: 'tensor', lr: 0.01 },
    });
  });

  test('the example of docs/choosing-soups.md is one, and only what is written is told', () => {
    const page = readFileSync(new URL('../../../../docs/choosing-soups.md', import.meta.url), 'utf8');
    const example = /```yaml\nsoups:\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const names = [...example.matchAll(/^ {2}([\w-]+):/gm)].map(([, name]) => name);
    expect(names).toHaveLength(9);
    const cooked = plan(edited(mnist, [`${GREEDY}\n`, example]));
    for (const name of names) expect(step(cooked, `soups/${name}`).kind).toBe('soup');
    expect(step(cooked, 'soups/code').parameters).toEqual({ method: 'greedy', accept: '>', ties: 'last' });
    expect(step(cooked, 'soups/greedy')).toEqual(step(plan(mnist), 'soups/greedy'));
  });

  test('nothing is chosen or learned on a test split', () => {
    for (const method of ['greedier', 'pruned', 'learned']) {
      const [mistake] = mistakes(soup(`{ method: ${method}, ingredients: [ft], select: test }`));
      expect(mistake).toMatch(/^soups\.greedy\.select: the benchmark 'test' is on a split with the role test/);
    }
  });

  test('coefficients are not learned from corrupted images', () => {
    const text = edited(soup('{ method: learned, ingredients: [ft], select: foggy }'), [
      'benchmarks:\n',
      'benchmarks:\n  foggy: { split: mnist/selection, corruptions: mnist-c, severities: [1] }\n',
    ]);
    expect(mistakes(text)).toEqual([
      "soups.greedy.select: 'foggy' shows corrupted images; coefficients are learned from images as they are. Select on a benchmark without corruptions.",
    ]);
  });
});
