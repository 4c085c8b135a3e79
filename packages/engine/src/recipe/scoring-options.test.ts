import { describe, expect, test } from 'vitest';
import { edited, mnist, plan, step } from './fixtures/recipe.js';
import { RecipeError } from './issues.js';
import { parseRecipe } from './parse.js';

/** What a line of the corruption benchmark becomes. */
const withSuite = (...lines: string[]) => edited(mnist, ['corruptions: mnist-c', lines.join('\n    ')]);
const FILES = 'corruptions: { suite: imagenet-c, files: { path: ./c } }';
const NORMALISED = [FILES, 'normaliser: alexnet'] as const;

const issue = (text: string) => {
  try {
    parseRecipe(text);
    return '';
  } catch (error) {
    return error instanceof RecipeError ? error.issues.map(({ message }) => message).join('\n') : String(error);
  }
};

describe('the temperature of a model', () => {
  const made = plan(mnist);

  test('comes from its own evaluation on the selection benchmark, to each of its reported ones', () => {
    for (const { id, makes, inputs } of made.steps) {
      if (makes.type !== 'evaluation') continue;
      const model = id.split('/')[1];
      const expected = id.endsWith('/selection')
        ? undefined
        : [{ step: `evaluations/${model}/selection`, output: 'evaluation' }];
      expect(inputs.calibration, id).toEqual(expected);
    }
  });

  test('is not there where nothing is evaluated on a selection split', () => {
    const uniform = mnist
      .split('\n')
      .filter((line) => !/greedy|^ {2}selection:|baselines/.test(line))
      .join('\n');
    const test = step(plan(uniform), 'evaluations/ft-00/test');
    expect(test.inputs.calibration).toBeUndefined();
  });
});

describe('a normaliser of corruption errors', () => {
  test('asks for the model on the same images as they are, which is scored first', () => {
    const whole = edited(withSuite(...NORMALISED), ['    subset: { count: 200, seed: 3 }\n', '']);
    const made = plan(whole);
    const corrupted = step(made, 'evaluations/ft-00/corruptions');
    expect(step(made, 'benchmarks/corruptions').parameters).toMatchObject({ normaliser: 'alexnet' });
    expect(corrupted.inputs.clean).toEqual([{ step: 'evaluations/ft-00/test', output: 'evaluation' }]);
    const turned = plan(edited(whole, ['report: [test, corruptions]', 'report: [corruptions, test]']));
    const ids = turned.steps.map(({ id }) => id);
    expect(ids.indexOf('evaluations/ft-00/test')).toBeLessThan(ids.indexOf('evaluations/ft-00/corruptions'));
    expect(turned.report).toEqual(['corruptions', 'test']);
  });

  test('gives no relative errors where no reported benchmark is on the same images', () => {
    expect(step(plan(withSuite(...NORMALISED)), 'evaluations/ft-00/corruptions').inputs.clean).toBeUndefined();
  });

  test('is refused for other cells than its errors are known for', () => {
    expect(issue(withSuite(...NORMALISED))).toBe('');
    expect(issue(withSuite('corruptions: mnist-c', 'normaliser: alexnet'))).toMatch(
      /measured on the files of imagenet-c, .* this benchmark has those of mnist-c\. Use all of its files/,
    );
    expect(
      issue(withSuite('corruptions: { suite: imagenet-c, files: { path: ./c }, only: [fog] }', 'normaliser: alexnet')),
    ).toMatch(/has some of them/);
    // Its frost is no photograph, and no reference was measured on it.
    expect(issue(withSuite('corruptions: imagenet-c', 'normaliser: alexnet'))).toMatch(/generates its own/);
    expect(issue(edited(mnist, ['split: mnist/test }', 'split: mnist/test, normaliser: alexnet }']))).toMatch(
      /has no corruptions/,
    );
    expect(issue(withSuite('corruptions: imagenet-c', 'normaliser: resnet'))).toMatch(/expected one of 'alexnet'/);
  });
});

test('classes that answer for others, and an order of classes, are written into the plan; without them it stays as it was', () => {
  const benchmark = (more: string) =>
    step(plan(edited(mnist, ['split: mnist/test }', `split: mnist/test${more} }`])), 'benchmarks/test').parameters;
  expect(benchmark(', classes: imagenet-r, ordered: true')).toMatchObject({ classes: 'imagenet-r', ordered: true });
  expect(Object.keys(benchmark(''))).toEqual(['split', 'subset', 'corruptions', 'severities']);
  expect(issue(edited(mnist, ['split: mnist/test }', 'split: mnist/test, classes: imagenet-x }']))).toMatch(
    /Did you mean 'imagenet-r'|expected one of 'imagenet-r'/,
  );
});
