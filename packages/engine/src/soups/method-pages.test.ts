import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { edited, mistakes, mnist, plan, step } from '../recipe/fixtures/recipe.js';
import { methodPages, methodRows } from './method-pages.fixture.js';

const folder = new URL('../../../../docs/soups/', import.meta.url);

test('docs/soups is current (npm run method-pages -w @stockpot/engine writes it)', () => {
  const pages = methodPages();
  expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
  for (const [name, text] of pages) expect(readFileSync(new URL(name, folder), 'utf8')).toBe(text);
});

/** The recipe of the tests, with a run that keeps its snapshots. */
const recipe = edited(mnist, [
  '\nsoups:\n',
  `
  - name: run
    algorithm: supervised
    split: mnist/train
    seed: 77
    space: { lr: 1.0e-3, weight_decay: 0.01, epochs: 2, batch: 32, snapshots: 4 }

soups:
`,
]);

test.each(methodRows())('$name: a recipe takes the soup of its page', ({ name, recipe: written }) => {
  const text = edited(recipe, ['\nsoups:\n', `\nsoups:\n  more: { ${written} }\n`]);
  expect(mistakes(text)).toEqual([]);
  const { parameters } = step(plan(text), 'soups/more');
  expect(parameters.method).toBe(name === 'random-order' ? 'greedy' : name);
});
