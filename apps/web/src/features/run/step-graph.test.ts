import { describe, expect, it } from 'vitest';
import { stepGraph } from './step-graph';
import type { Step } from './types';

const step = (stepId: string, kind: Step['kind'], dependsOn: string[] = []): Step => ({
  id: `step_${stepId}`,
  stepId,
  kind,
  title: stepId,
  status: 'WAITING',
  dependsOn,
  repeat: 1,
  key: null,
  attempts: 0,
  startedAt: null,
  finishedAt: null,
  progress: null,
  error: null,
  model: null,
  analysis: null,
  series: [],
  artifacts: [],
});

const plan = [
  step('datasets/mnist', 'DATASET'),
  step('benchmarks/test', 'BENCHMARK', ['datasets/mnist']),
  step('stock', 'PRETRAIN', ['datasets/mnist']),
  step('head', 'PROBE', ['datasets/mnist', 'stock']),
  step('ingredients/ft-00', 'FINETUNE', ['datasets/mnist', 'stock', 'head']),
  step('ingredients/ft-01', 'FINETUNE', ['datasets/mnist', 'stock', 'head']),
  step('evaluations/ft-00/test', 'EVALUATE', ['ingredients/ft-00', 'datasets/mnist', 'benchmarks/test']),
  step('evaluations/ft-01/test', 'EVALUATE', ['ingredients/ft-01', 'datasets/mnist', 'benchmarks/test']),
  step('soups/greedy', 'SOUP', [
    'ingredients/ft-00',
    'ingredients/ft-01',
    'evaluations/ft-00/test',
    'evaluations/ft-01/test',
  ]),
  step('evaluations/stock/test', 'EVALUATE', ['stock', 'head', 'datasets/mnist', 'benchmarks/test']),
];

describe('the plan as a graph', () => {
  it('folds evaluations into the model they score', () => {
    const graph = stepGraph(plan, true);
    expect(graph.nodes.map((node) => [node.step.stepId, node.evaluations.length])).toEqual([
      ['datasets/mnist', 0],
      ['benchmarks/test', 0],
      ['stock', 1],
      ['head', 0],
      ['ingredients/ft-00', 1],
      ['ingredients/ft-01', 1],
      ['soups/greedy', 0],
    ]);
  });

  it('leaves analyses to the list, as they lead to nothing', () => {
    const analysed = [...plan, step('analyses/basins', 'ANALYSE', ['ingredients/ft-00', 'ingredients/ft-01'])];
    expect(stepGraph(analysed, true)).toEqual(stepGraph(plan, true));
    expect(stepGraph(analysed, false).nodes).toHaveLength(analysed.length);
  });

  it('draws only links that no longer way implies', () => {
    const links = stepGraph(plan, true).links.map((link) => `${link.from} > ${link.to}`);
    expect(links.sort()).toEqual([
      'datasets/mnist > benchmarks/test',
      'datasets/mnist > stock',
      'head > ingredients/ft-00',
      'head > ingredients/ft-01',
      'ingredients/ft-00 > soups/greedy',
      'ingredients/ft-01 > soups/greedy',
      'stock > head',
    ]);
  });

  it('unfolds to every step, and everything that was reachable still is', () => {
    const { nodes, links } = stepGraph(plan, false);
    expect(nodes).toHaveLength(plan.length);
    const reaches = (from: string, to: string): boolean =>
      links.some((link) => link.from === from && (link.to === to || reaches(link.to, to)));
    for (const { stepId, dependsOn } of plan) for (const from of dependsOn) expect(reaches(from, stepId)).toBe(true);
  });

  it('folds features, and what is scored by them, into the model that they are of; what is done with all models stands alone', () => {
    const more = [
      ...plan,
      step('features/ft-00/train', 'FEATURES', ['ingredients/ft-00', 'datasets/mnist']),
      step('features/ft-00/test', 'FEATURES', ['ingredients/ft-00', 'datasets/mnist']),
      step('benchmarks/knn', 'BENCHMARK', ['datasets/mnist']),
      step('evaluations/ft-00/knn', 'EVALUATE', ['features/ft-00/train', 'features/ft-00/test', 'benchmarks/knn']),
      step('cost', 'COST', ['ingredients/ft-00', 'ingredients/ft-01', 'datasets/mnist']),
    ];
    const { nodes, links } = stepGraph(more, true);
    const names = nodes.map(({ step: { stepId } }) => stepId);
    expect(names.filter((name) => /^(features|evaluations)/.test(name))).toEqual([]);
    expect(links.filter(({ to }) => to === 'cost').map(({ from }) => from)).toEqual([
      'ingredients/ft-00',
      'ingredients/ft-01',
    ]);
    const node = nodes.find(({ step: { stepId } }) => stepId === 'ingredients/ft-00');
    expect(node?.evaluations.map(({ stepId }) => stepId)).toEqual(['evaluations/ft-00/test', 'evaluations/ft-00/knn']);
    expect(links.every(({ from, to }) => names.includes(from) && names.includes(to) && from !== to)).toBe(true);
  });
});
