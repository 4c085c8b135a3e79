import { expect, it } from 'vitest';
import { repeatsOf, stepsOfRepeat } from './repeats';

const step = (stepId: string, repeat: number, ...dependsOn: string[]) => ({ stepId, repeat, dependsOn });
const steps = [
  step('datasets/mnist', 1),
  step('stock', 1, 'datasets/mnist'),
  step('ingredients/ft-00', 1, 'stock', 'datasets/mnist'),
  step('evaluations/stock/test', 1, 'stock'),
  step('soups/uniform', 1, 'ingredients/ft-00'),
  step('ingredients/ft-00@2', 2, 'stock', 'datasets/mnist'),
  step('soups/uniform@2', 2, 'ingredients/ft-00@2'),
  step('cost', 1, 'soups/uniform', 'soups/uniform@2'),
];
const ids = (repeat: number) => stepsOfRepeat(steps, repeat).map(({ stepId }) => stepId);

it('shows a repeat with what it is made from, and nothing of the others', () => {
  expect(repeatsOf(steps)).toEqual([1, 2]);
  expect(ids(1)).toEqual(steps.filter(({ repeat }) => repeat === 1).map(({ stepId }) => stepId));
  expect(ids(2)).toEqual(['datasets/mnist', 'stock', 'ingredients/ft-00@2', 'soups/uniform@2']);
});

it('leaves a run without repeats as it is', () => {
  const once = steps.filter(({ repeat }) => repeat === 1);
  expect(repeatsOf(once)).toEqual([1]);
  expect(stepsOfRepeat(once, 1)).toEqual(once);
});
