import { describe, expect, test } from 'vitest';
import { analyseParameters } from './analyse-parameters.js';
import type { ANALYSES } from './analysis-kinds/index.js';
import { edited, exampleMeasures, exampleSweep, mistakes, mnist, plan, step } from './fixtures/recipe.js';

/** A recipe that asks this, and nothing that it asked before. */
const asking = (text: string, rows: readonly string[]) =>
  `${text.split('\nanalyses:')[0]}\nanalyses:\n${rows.map((row, index) => `  ask-${index + 1}: ${row}`).join('\n')}\n`;
/** The first mistake of a recipe that asks this, without the place that all have in common. */
const refused = (row: string, text = mnist) =>
  mistakes(asking(text, [row])).map((one) => one.replace('analyses.ask-1', ''))[0];

describe('analyses of a recipe', () => {
  test('add steps at the end, and change no other one', () => {
    const before = plan(mnist);
    const after = plan(
      asking(mnist, ['{ kind: barriers, models: [ft], on: selection }', '{ kind: weights, soup: uniform }']),
    );
    expect(after.steps.slice(0, before.steps.length)).toEqual(before.steps);
    expect(after.steps.slice(before.steps.length).map(({ id, kind }) => [id, kind])).toEqual([
      ['analyses/ask-1', 'analyse'],
      ['analyses/ask-2', 'analyse'],
    ]);
    expect(step(after, 'analyses/ask-1').makes).toEqual({
      type: 'analysis',
      name: 'ask-1',
      analysis: 'barriers',
      models: Array.from({ length: 8 }, (_, index) => `ingredients/ft-0${index}`),
      benchmark: 'benchmarks/selection',
    });
  });

  test('know what was scored, and read it: the answers of models and of the stock, the search of a soup', () => {
    const rows = [
      '{ kind: contribution, models: [ft-00, ft-01], on: selection }',
      '{ kind: compare, models: [greedy, ft-ensemble], on: test }',
      '{ kind: what-if, soup: greedy, order: given }',
    ];
    const made = plan(asking(mnist, rows));
    const inputs = (id: string) =>
      Object.fromEntries(
        Object.entries(step(made, id).inputs).map(([role, list]) => [role, list.map((one) => one.step)]),
      );
    expect(inputs('analyses/ask-1')).toEqual({
      models: ['ingredients/ft-00', 'ingredients/ft-01'],
      logits: ['evaluations/ft-00/selection', 'evaluations/ft-01/selection'],
      'stock-logits': ['evaluations/stock/selection'],
      dataset: ['datasets/mnist'],
      benchmark: ['benchmarks/selection'],
    });
    // Answers are compared, whoever gave them: the weights do not matter.
    expect(inputs('analyses/ask-2')).toEqual({
      logits: ['evaluations/greedy/test', 'evaluations/ft-ensemble/test'],
      dataset: ['datasets/mnist'],
      benchmark: ['benchmarks/test'],
    });
    expect(inputs('analyses/ask-3')).toMatchObject({
      search: ['soups/greedy'],
      'soup-logits': ['evaluations/greedy/selection'],
    });
  });

  test('say in the plan on which split they are made, and in which role', () => {
    const made = plan(asking(mnist, ['{ kind: barrier, models: [ft-00, greedy], on: test, points: 21 }']));
    expect(step(made, 'analyses/ask-1').title).toBe('Analyse ask-1: barrier of 2 models on test (role test)');
  });

  test('have every option written out, and draw by the seed of the recipe unless another is given', () => {
    const row = '{ kind: contribution, models: [ft], on: selection }';
    const options = (text: string) => analyseParameters.parse(step(plan(text), 'analyses/ask-1').parameters).options;
    const found = options(asking(mnist, [row]));
    expect(found).toEqual({ seed: 17, pairs: 10, level: 0.95, metric: 'accuracy' });
    expect(options(asking(mnist, [row.replace(' }', ', seed: 4, pairs: 200 }')]))).toMatchObject({
      seed: 4,
      pairs: 200,
    });
  });

  test('may look at a benchmark that nothing else does: it is fixed, and models are scored by the analysis alone', () => {
    const other = edited(mnist, [
      '  test: { split: mnist/test }',
      '  test: { split: mnist/test }\n  more: { split: mnist/test, subset: { count: 9 } }',
    ]);
    const made = plan(asking(other, ['{ kind: diversity, models: [ft-00, ft-01], on: more }']));
    expect(step(made, 'benchmarks/more').kind).toBe('benchmark');
    expect(made.steps.some(({ id }) => id.startsWith('evaluations/') && id.endsWith('/more'))).toBe(false);
    expect(step(made, 'analyses/ask-1').inputs.logits).toBeUndefined();
  });

  test('look at the snapshots that a soup was mixed of', () => {
    const snapshots = edited(
      mnist,
      ['      epochs: 2\n      batch', '      epochs: 2\n      snapshots: 3\n      batch'],
      ['  uniform: {', '  late: { method: lawa, ingredients: [ft-02], over: snapshots }\n  uniform: {'],
    );
    const { inputs, parameters } = step(
      plan(asking(snapshots, ['{ kind: ternary, soup: late, on: selection }'])),
      'analyses/ask-1',
    );
    expect(inputs.models).toEqual(
      [1, 2, 3].map((number) => ({ step: 'ingredients/ft-02', output: `snapshot-${number}` })),
    );
    expect(analyseParameters.parse(parameters).models).toEqual(
      [1, 2, 3].map((number) => ({
        name: `ft-02/snapshot-${number}`,
        kind: 'ingredient',
        weights: true,
        answers: false,
      })),
    );
  });
});

describe('what cannot be analysed is refused before anything runs', () => {
  test.each([
    ['{ kind: barier, models: [ft], on: test }', /the kinds are 'barrier'.*Did you mean 'barrier'\?/],
    [
      '{ kind: barriers, on: test }',
      /^: missing; a matrix of barriers needs what it looks at, such as 'models: \[ft\]'/,
    ],
    ['{ kind: barriers, models: [ft], soup: uniform, on: test }', /^\.soup: models are named beside it/],
    ['{ kind: barriers, models: [ff], on: test }', /^\.models\[0\]: there is no model 'ff'\. Did you mean 'ft'\?/],
    ['{ kind: barriers, models: [ft, ft-03], on: test }', /^\.models\[1\]: 'ft-03' is already here/],
    ['{ kind: barriers, soup: unifrom, on: test }', /^\.soup: there is no soup 'unifrom'\. Did you mean 'uniform'\?/],
    ['{ kind: barrier, models: [ft], on: test }', /^\.models: a barrier takes 2 models, and these are 8/],
    [
      '{ kind: ternary, soup: uniform, on: test }',
      /^\.soup: a ternary grid takes 3 models, and 'uniform' was mixed of 8/,
    ],
    ['{ kind: barrier, models: [ft-00, ft-ensemble], on: test }', /'ft-ensemble' is an ensemble: it has no weights/],
    ['{ kind: barrier, models: [ft-00, stock], on: test }', /is the stock: it has no head/],
    ['{ kind: weights, models: [ft-00, stock] }', /is the stock, from which weights are measured anyway/],
    ['{ kind: barriers, models: [ft] }', /^\.on: missing; .* asks the examples of a benchmark: 'selection'/],
    ['{ kind: barriers, models: [ft], on: tset }', /^\.on: there is no benchmark 'tset'\. Did you mean 'test'\?/],
    ['{ kind: weights, models: [ft], on: test }', /^\.on: this kind reads weights and asks no examples/],
    [
      '{ kind: barriers, models: [ft], on: test, points: 5 }',
      /^\.points: expected a whole number from 11 to 1001; found 5/,
    ],
    ['{ kind: barriers, models: [ft], on: test, pionts: 15 }', /^\.pionts: unknown key .*Did you mean 'points'\?/],
    ['{ kind: marginal, models: [ft], on: test, costs: [1, 2] }', /^\.costs: there are 8 models, and 2 costs/],
    ['{ kind: soup-versus-ensemble, models: [ft-00, ft-01], on: test, step: 0.7 }', /^\.step: .* Lower it/],
    [
      '{ kind: why, soup: uniform }',
      /^\.soup: 'uniform' \(uniform\) is not chosen by a search\. Those that were: 'greedy'/,
    ],
    ['{ kind: why, models: [greedy] }', /^\.models: this kind looks at the search of one soup/],
    ['{ kind: compare, soup: uniform, on: test }', /^\.soup: this kind compares two models/],
  ])('%s', (row, message) => {
    expect(refused(row)).toMatch(message);
  });

  test('of 13 models not every soup can be enumerated', () => {
    const many = edited(mnist, ['count: 8', 'count: 13']);
    expect(refused('{ kind: contribution, models: [ft], on: test, exact: true }', many)).toMatch(
      /^\.exact: .*8191 soups/,
    );
    expect(refused('{ kind: contribution, models: [ft], on: test }', many)).toBeUndefined();
  });

  test('what has no head is not scored, and what is measured otherwise is no place to ask', () => {
    expect(refused('{ kind: barrier, models: [moco-00, ft-00], on: test }', exampleMeasures)).toMatch(/has no head/);
    expect(refused('{ kind: weights, models: [moco-00, ft-00] }', exampleMeasures)).toMatch(/not the same tensors/);
    expect(refused('{ kind: weights, models: [moco] }', exampleMeasures)).toBeUndefined();
    expect(refused('{ kind: barriers, models: [ft], on: knn }', exampleMeasures)).toMatch(/'knn' is a kNN benchmark/);
  });

  test('models of unknown stocks are not asked what their soups are worth, but whether they share a basin', () => {
    const unknown = /'theirs-00' and 'theirs-01' have no declared stock in common.* align them first/;
    expect(refused('{ kind: contribution, models: [theirs], on: test }', exampleSweep)).toMatch(unknown);
    const rows = ['{ kind: barrier, models: [theirs-00, theirs-01], on: test }', '{ kind: weights, models: [theirs] }'];
    const made = plan(asking(exampleSweep, rows));
    // A recipe of checkpoints that are there has no stock to measure from.
    expect(Object.keys(step(made, 'analyses/ask-2').inputs)).toEqual(['models']);
    // Nor are models measured from a stock that is not theirs.
    const theirs = edited(mnist, [
      '\nsoups:\n',
      '\n  - { name: theirs, algorithm: imported, checkpoints: [{ path: ./a }, { path: ./b }] }\nsoups:\n',
    ]);
    const measured = plan(
      asking(
        theirs,
        ['theirs', 'ft'].map((models) => `{ kind: weights, models: [${models}] }`),
      ),
    );
    expect(['ask-1', 'ask-2'].map((name) => step(measured, `analyses/${name}`).parameters.stock)).toEqual([
      null,
      expect.objectContaining({ weights: true }),
    ]);
    expect(refused('{ kind: compare, models: [stock, theirs-00], on: test }', exampleSweep)).toMatch(
      /no model 'stock'/,
    );
  });

  test('every kind takes a row of a recipe', () => {
    const rows: Record<(typeof ANALYSES)[number], string> = {
      barrier: 'models: [ft-00, ft-01], on: test',
      barriers: 'models: [ft], on: test',
      ternary: 'models: [ft-00, ft-01, greedy], on: test',
      contribution: 'soup: greedy, on: test',
      marginal: 'models: [ft], on: test',
      diversity: 'models: [ft], on: test, features: false',
      weights: 'models: [ft], tensors: true',
      'soup-versus-ensemble': 'models: [ft-00, ft-01], on: test',
      compare: 'models: [stock, greedy], on: test',
      why: 'soup: greedy, barriers: true',
      'what-if': 'soup: greedy, method: pruned, evaluate: true',
    };
    expect(
      mistakes(
        asking(
          mnist,
          Object.entries(rows).map(([kind, row]) => `{ kind: ${kind}, ${row} }`),
        ),
      ),
    ).toEqual([]);
  });
});
