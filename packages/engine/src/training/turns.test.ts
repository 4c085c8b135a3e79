import { describe, expect, test } from 'vitest';
import { type Tensor, tensorOf } from '../graph/tensor.js';
import { initialise } from '../models/initialise.js';
import { visionModel } from '../models/vision-model.js';
import { interpret } from '../runtime/reference/index.js';
import { largestDifference } from '../testing/oracle.fixture.js';
import { fineTuningTask } from './fine-tuning.js';
import { sgd } from './optimizers/sgd.js';
import { layoutOf, pack } from './parameter-layout.js';
import { buildStepGraph } from './step-graph.js';
import type { TrainingTask } from './training-task.js';
import { turnsOf } from './turns.js';

/** Features [batch, width] through one linear layer; the wide activation is the features themselves. */
function wideTask(batch: number, width: number, independent = true): TrainingTask {
  return {
    parameters: [{ name: 'head.weight', shape: [3, width], initial: { kind: 'zeros' } }],
    frozen: new Set(),
    inputs: [
      // The batch lies along the second axis of one input.
      { name: 'columns', dtype: 'f32', shape: [width, batch], batchAxis: 1 },
      { name: 'targets', dtype: 'f32', shape: [batch, 3] },
    ],
    ...(independent ? { independent: { examples: batch } } : {}),
    loss: (b, parameters, input) => {
      const rows = b.transpose(b.sin(input('columns')), { perm: [1, 0] });
      const error = b.sub(b.gemm(rows, parameters('head.weight'), null, { transB: true }), input('targets'));
      return b.reduceMean(b.mul(error, error), { keepdims: false });
    },
  };
}

function stepOf(task: TrainingTask, feeds: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const groups = layoutOf(task.parameters, task.frozen, 0);
  const values = initialise(task.parameters, 3);
  const state = groups.flatMap((group) => {
    const weights = tensorOf(
      'f32',
      [group.size],
      pack(group, values).map((x, i) => x + Math.sin(i) / 8),
    );
    return [
      [`weights.${group.name}`, weights],
      [`momentum.${group.name}`, tensorOf('f32', [group.size], new Float32Array(group.size))],
    ];
  });
  const optimizer = sgd({ momentum: 0.9 });
  const scalars = Object.entries(optimizer.scalars(0, 0.1)).map(([name, value]) => [
    name,
    tensorOf('f32', [], [value]),
  ]);
  const plan = { task, groups, frozen: new Map(), optimizer, clip: null, accumulate: 1, ema: null };
  return interpret(buildStepGraph(plan), { ...feeds, ...Object.fromEntries([...state, ...scalars]) });
}

describe('the number of turns', () => {
  test('is one while the widest activation of the batch is small', () => {
    expect(turnsOf(wideTask(8, 1000))).toBe(1);
  });

  test('is the least divisor of the batch that keeps a turn small', () => {
    // 12 examples of 200,000 elements are 9.6 MB; 3 of them, in 4 turns, are 2.4 MB.
    expect(turnsOf(wideTask(12, 200_000))).toBe(4);
    expect(turnsOf(wideTask(7, 200_000))).toBe(7);
  });

  test('is one for a loss whose examples see each other', () => {
    expect(turnsOf(wideTask(12, 200_000, false))).toBe(1);
  });
});

test('a step in turns is the step of the whole batch', () => {
  const [batch, width] = [4, 250_000];
  const wave = (shape: number[]) =>
    tensorOf(
      'f32',
      shape,
      Array.from({ length: shape.reduce((n, size) => n * size, 1) }, (_, i) => Math.sin(0.37 * i)),
    );
  const feeds = { columns: wave([width, batch]), targets: wave([batch, 3]) };
  const inTurns = stepOf(wideTask(batch, width), feeds);
  const atOnce = stepOf(wideTask(batch, width, false), feeds);
  expect(turnsOf(wideTask(batch, width))).toBe(2);
  expect(Object.keys(inTurns)).toEqual(Object.keys(atOnce));
  for (const [name, tensor] of Object.entries(atOnce)) {
    expect(largestDifference(tensor, inTurns[name] ?? tensor), name).toBeLessThan(1e-12);
  }
});

test('ViT-Ti/16 at 224² and batch 16 takes four turns, the models of the small recipes one', () => {
  const vit = (image: number, patch: number, dim: number, depth: number, heads: number) =>
    visionModel({
      family: 'vit',
      image,
      channels: image === 28 ? 1 : 3,
      patch,
      dim,
      depth,
      heads,
      mlp: 4 * dim,
      pooling: 'cls',
      layerNormEpsilon: 1e-6,
    });
  expect(turnsOf(fineTuningTask(vit(224, 16, 192, 12, 3), 1000, 16))).toBe(4);
  expect(turnsOf(fineTuningTask(vit(28, 7, 64, 4, 4), 10, 128))).toBe(1);
});

test('a step in turns computes nothing of the whole batch at once', () => {
  const task = wideTask(12, 200_000);
  const plan = {
    groups: layoutOf(task.parameters, task.frozen, 0),
    frozen: new Map(),
    optimizer: sgd({ momentum: 0.9 }),
  };
  const graph = buildStepGraph({ task, ...plan, clip: null, accumulate: 1, ema: null });
  expect(graph.nodes.filter(({ operator }) => operator === 'Sin')).toEqual([]);
});
