import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compilePlan } from './compile.js';
import { parseRecipe } from './parse.js';

const read = (name: string) => readFileSync(new URL(`../../../../examples/recipes/${name}`, import.meta.url), 'utf8');

/** What each training of a plan computes in, by its step. */
function precisions(text: string, precision?: 'f16' | 'f32'): Record<string, unknown> {
  const recipe = parseRecipe(text, precision === undefined ? {} : { precision });
  const trainings = compilePlan(recipe).steps.filter(({ kind }) => kind === 'pretrain' || kind === 'finetune');
  return Object.fromEntries(trainings.map(({ id, parameters }) => [id, parameters.precision]));
}

test('a precision that is asked for is that of every training, whatever the recipe says', () => {
  const tiny = read('tiny.yaml');
  const own = tiny.replace('mask: 0.75', 'mask: 0.75\n    precision: f16');
  expect(new Set(Object.values(precisions(tiny)))).toEqual(new Set([undefined]));
  expect(precisions(own).stock).toBe('f16');
  for (const precision of ['f16', 'f32'] as const) {
    const found = Object.values(precisions(own, precision));
    expect(found.length).toBeGreaterThan(3);
    expect(new Set(found)).toEqual(new Set([precision]));
  }
});

test('a recipe with a training that cannot be in it is refused with the place', () => {
  const selfSoup = read('self-soup.yaml');
  expect(selfSoup).toContain('mmcr');
  expect(() => parseRecipe(selfSoup, { precision: 'f16' })).toThrow(/precision: mmcr needs f32/);
});
