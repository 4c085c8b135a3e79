import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { analyseParameters } from './analyse-parameters.js';
import { compilePlan } from './compile.js';
import { costParameters } from './cost.js';
import { edited, exampleMeasures, exampleMnist, exampleSelfSoup, mnist, plan, step, tiny } from './fixtures/recipe.js';
import {
  alignParameters,
  batchNormParameters,
  benchmarkParameters,
  datasetParameters,
  evaluateParameters,
  featuresParameters,
  finetuneParameters,
  importParameters,
  pretrainParameters,
  probeParameters,
  soupParameters,
} from './parameters.js';
import { parseRecipe } from './parse.js';
import { dependencies, type Plan } from './plan.js';

const count = (n: number) => edited(mnist, ['count: 8', `count: ${n}`]);

const PARAMETERS = {
  dataset: datasetParameters,
  benchmark: benchmarkParameters,
  pretrain: pretrainParameters,
  import: importParameters,
  align: alignParameters,
  batchnorm: batchNormParameters,
  probe: probeParameters,
  finetune: finetuneParameters,
  analyse: analyseParameters,
  soup: soupParameters,
  features: featuresParameters,
  evaluate: evaluateParameters,
  cost: costParameters,
} as const;

/** id → everything that determines the step, without the steps that a larger pool feeds. */
function determined(from: Plan): Map<string, string> {
  return new Map(
    from.steps
      .filter(({ kind, makes }) => kind !== 'soup' && makes.type !== 'evaluation')
      .map(({ id, kind, parameters, inputs, makes }) => [id, JSON.stringify({ kind, parameters, inputs, makes })]),
  );
}

describe('the plan of the MNIST recipe', () => {
  test('has a step for everything that is made', () => {
    const counts: Record<string, number> = {};
    for (const { kind } of plan(mnist).steps) counts[kind] = (counts[kind] ?? 0) + 1;
    // 12 models (stock, 8 ingredients, 2 soups, 1 ensemble) on 3 benchmarks.
    expect(counts).toEqual({ dataset: 1, benchmark: 3, pretrain: 1, probe: 1, finetune: 8, soup: 3, evaluate: 36 });
  });

  test.each([
    ['mnist', exampleMnist],
    ['tiny', tiny],
    ['self-soup', exampleSelfSoup],
    ['measures', exampleMeasures],
  ])('%s: every step comes after its inputs and has the parameters of its kind', (_, text) => {
    const before = new Set<string>();
    const made = plan(text);
    // Features stand for the model that they are of.
    const behind = (id: string) => [id, ...(id.startsWith('features/') ? dependencies(step(made, id)) : [])];
    for (const one of made.steps) {
      for (const needed of dependencies(one)) expect(before).toContain(needed);
      expect(before).not.toContain(one.id);
      before.add(one.id);
      expect(PARAMETERS[one.kind].parse(one.parameters)).toEqual(one.parameters);
      if (one.makes.type === 'evaluation') {
        expect(dependencies(one).flatMap(behind)).toEqual(
          expect.arrayContaining([one.makes.model, one.makes.benchmark]),
        );
      }
    }
  });

  test('greedy sees its ingredients and their selection scores in the same order', () => {
    const { inputs, parameters, makes } = step(plan(mnist), 'soups/greedy');
    expect(parameters).toEqual({ method: 'greedy', accept: '>=' });
    expect(inputs.ingredients?.[3]).toEqual({ step: 'ingredients/ft-03', output: 'checkpoint' });
    expect(inputs.evaluations?.[3]).toEqual({ step: 'evaluations/ft-03/selection', output: 'evaluation' });
    expect(makes).toMatchObject({
      type: 'model',
      model: 'soup',
      parents: inputs.ingredients?.map((input) => input.step),
    });
  });

  test('the stock is judged through the shared head, the ensemble through its members’ logits', () => {
    const cooked = plan(mnist);
    expect(step(cooked, 'evaluations/stock/test')).toMatchObject({
      parameters: { predictor: 'probe' },
      inputs: { model: [{ step: 'stock', output: 'checkpoint' }], head: [{ step: 'head', output: 'head' }] },
    });
    const { inputs, parameters } = step(cooked, 'evaluations/ft-ensemble/corruptions');
    expect(parameters).toEqual({ predictor: 'logit-ensemble' });
    expect(inputs.logits).toHaveLength(8);
    expect(inputs.logits?.[7]).toEqual({ step: 'evaluations/ft-07/corruptions', output: 'logits' });
    expect(inputs).not.toHaveProperty('model');
  });

  test('what ranks and what chooses is written down', () => {
    expect(plan(mnist)).toMatchObject({ report: ['test', 'corruptions'], selection: ['selection'] });
  });

  test('a soup of soups comes after them', () => {
    const first = '  all: { method: uniform, ingredients: [greedy, uniform] }\n  uniform:';
    const ids = plan(edited(mnist, ['  uniform:', first])).steps.map(({ id }) => id);
    expect(ids.indexOf('soups/all')).toBeGreaterThan(ids.indexOf('soups/greedy'));
    expect(ids).toContain('ensembles/greedy+uniform');
  });
});

describe('the plan is a function of what the recipe says', () => {
  test('one more ingredient changes and renames no other step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 3 }), (n, more) => {
        const before = determined(plan(count(n)));
        const after = determined(plan(count(n + more)));
        for (const [id, made] of before) expect(after.get(id)).toBe(made);
        expect(after.size).toBe(before.size + more);
      }),
      { numRuns: 25 },
    );
  });

  test('one more hyperparameter or range changes no other draw', () => {
    const before = plan(mnist);
    const after = plan(edited(mnist, ['      warmup: 0.1', '      warmup: { uniform: [0, 0.2] }']));
    for (let i = 0; i < 8; i++) {
      const { warmup: _, ...kept } = step(before, `ingredients/ft-0${i}`).parameters;
      const { warmup, ...same } = step(after, `ingredients/ft-0${i}`).parameters;
      expect(same).toEqual(kept);
      expect(warmup).not.toBe(0.1);
    }
  });

  test('neither comments nor the format nor the order of keys matter, names of steps and values do', () => {
    const { hash } = plan(mnist);
    const value = parseYaml(mnist);
    const backwards = Object.fromEntries(Object.entries(value).reverse());
    expect(plan(JSON.stringify(value)).hash).toBe(hash);
    expect(plan(JSON.stringify(backwards)).hash).toBe(hash);
    expect(plan(edited(mnist, ['name: mnist\n', 'name: other\n'])).hash).toBe(hash);
    expect(plan(edited(mnist, ['seed: 17', 'seed: 18'])).hash).not.toBe(hash);
    expect(plan(edited(mnist, ["accept: '>='", "accept: '>'"])).hash).not.toBe(hash);
  });

  test('a greedy ensemble is chosen by what its members answered where the soup is chosen, and answers by all of them', () => {
    const compiled = plan(edited(tiny, ['baselines: [ensemble, best]', 'baselines: [greedy-ensemble]']));
    const members = ['ft-00', 'ft-01', 'ft-02'];
    expect(step(compiled, 'greedy-ensembles/ft')).toMatchObject({
      kind: 'soup',
      parameters: { method: 'greedy-ensemble', accept: '>=' },
      inputs: {
        ingredients: members.map((name) => ({ step: `ingredients/${name}`, output: 'checkpoint' })),
        logits: members.map((name) => ({ step: `evaluations/${name}/selection`, output: 'logits' })),
        benchmark: [{ step: 'benchmarks/selection', output: 'protocol' }],
      },
      makes: { type: 'model', model: 'ensemble', name: 'ft-greedy-ensemble' },
    });
    expect(step(compiled, 'evaluations/ft-greedy-ensemble/test').inputs).toMatchObject({
      logits: members.map((name) => ({ step: `evaluations/${name}/test`, output: 'logits' })),
      members: [{ step: 'greedy-ensembles/ft', output: 'members' }],
    });
    expect(compiled.steps.some(({ id }) => id.startsWith('ensembles/'))).toBe(false);
    // Also where no soup is chosen by anything: by the first benchmark that could choose.
    const uniform = edited(
      tiny,
      ['baselines: [ensemble, best]', 'baselines: [greedy-ensemble]'],
      ['  greedy: { method: greedy, ingredients: [ft], select: selection }\n', ''],
    );
    expect(step(plan(uniform), 'greedy-ensembles/ft').inputs.benchmark).toEqual([
      { step: 'benchmarks/selection', output: 'protocol' },
    ]);
  });

  test('two soups of one pool that are chosen by different benchmarks each have a greedy ensemble chosen as they are', () => {
    const twice = plan(
      edited(
        tiny,
        ['baselines: [ensemble, best]', 'baselines: [greedy-ensemble]'],
        [
          '  greedy: { method: greedy, ingredients: [ft], select: selection }\n',
          '  greedy: { method: greedy, ingredients: [ft], select: selection }\n  other: { method: greedy, ingredients: [ft], select: fewer }\n',
        ],
        [
          '  test: { split: mnist/test }\n',
          '  test: { split: mnist/test }\n  fewer: { split: mnist/selection, subset: { count: 5 } }\n',
        ],
      ),
    );
    const chosen = twice.steps.filter(({ id }) => id.startsWith('greedy-ensembles/'));
    expect(
      chosen.map(({ id, inputs, makes }) => [
        id,
        makes?.type === 'model' ? makes.name : null,
        inputs.benchmark?.[0]?.step,
      ]),
    ).toEqual([
      ['greedy-ensembles/ft/selection', 'ft-greedy-ensemble-by-selection', 'benchmarks/selection'],
      ['greedy-ensembles/ft/fewer', 'ft-greedy-ensemble-by-fewer', 'benchmarks/fewer'],
    ]);
    const logits = step(twice, 'greedy-ensembles/ft/fewer').inputs.logits;
    expect(logits?.map(({ step: id }) => id)).toEqual(['00', '01', '02'].map((n) => `evaluations/ft-${n}/fewer`));
    expect(step(twice, 'evaluations/ft-greedy-ensemble-by-fewer/test').inputs.members).toEqual([
      { step: 'greedy-ensembles/ft/fewer', output: 'members' },
    ]);
  });

  test('a greedy ensemble takes the options of a greedy soup; the plain word stays the step that it was', () => {
    const asked = (baselines: string) => plan(edited(tiny, ['baselines: [ensemble, best]', `baselines: ${baselines}`]));
    const plain = step(asked('[greedy-ensemble]'), 'greedy-ensembles/ft');
    expect(step(asked('[{ method: greedy-ensemble }]'), 'greedy-ensembles/ft')).toEqual(plain);
    const both = asked(
      "[greedy-ensemble, { method: greedy-ensemble, name: strict, accept: '>', patience: 3, order: random, seed: 4 }]",
    );
    expect(step(both, 'greedy-ensembles/ft')).toEqual(plain);
    expect(step(both, 'strict-ensembles/ft')).toEqual({
      ...plain,
      id: 'strict-ensembles/ft',
      title: 'Choose the members of ft-strict-ensemble',
      parameters: { method: 'greedy-ensemble', accept: '>', patience: 3, order: 'random', seed: 4 },
      makes: { ...plain.makes, name: 'ft-strict-ensemble' },
    });
    expect(step(both, 'evaluations/ft-strict-ensemble/test').inputs).toMatchObject({
      members: [{ step: 'strict-ensembles/ft', output: 'members' }],
    });
  });

  test('temperatures are fitted on images as they are wherever something is chosen by these', () => {
    const greedy = '  greedy: { method: greedy, ingredients: [ft], select: selection }\n';
    const noisy = '  noisy: { split: mnist/selection, corruptions: mnist-c, severities: [1] }\n';
    const robust = '  robust: { method: greedy, ingredients: [ft], select: noisy }\n';
    const test = '  test: { split: mnist/test }\n';
    const source = (...soups: string[]) =>
      step(plan(edited(tiny, [greedy, soups.join('')], [test, noisy + test])), 'evaluations/stock/test').inputs
        .calibration?.[0]?.step;
    expect(source(robust, greedy)).toBe('evaluations/stock/selection');
    expect(source(greedy, robust)).toBe('evaluations/stock/selection');
    expect(source(robust)).toBe('evaluations/stock/noisy');
  });

  test('ten thousand ingredients compile in seconds', () => {
    const before = performance.now();
    expect(compilePlan(parseRecipe(count(10_000))).steps.length).toBe(6 + 10_000 + 3 + 3 * 10_004);
    expect(performance.now() - before).toBeLessThan(20_000);
  });
});
