import { describe, expect, test } from 'vitest';
import { type Graph, GraphBuilder, numbersOf, operatorNames, tensor } from '../graph/index.js';
import { compile } from '../runtime/executable.js';
import { openStepper } from '../runtime/stepper.js';
import { curve, poisoned, Recorder, training } from './curve.fixture.js';
import { NonFiniteTrainingError } from './errors.js';
import { inHalfPrecision } from './half-precision.js';
import { layoutOf } from './parameter-layout.js';
import { precisionRules } from './precision-rules.js';
import { stateVectors } from './state-vectors.js';
import { buildStepGraph } from './step-graph.js';
import { positionOf, stepScalars } from './step-scalars.js';
import { type Training, type TrainingResult, train } from './train.js';
import { firstState } from './training-state.js';

async function run(change: Partial<Training>): Promise<{ result: TrainingResult; series: Recorder['series'] }> {
  const reporter = new Recorder();
  const { signal } = new AbortController();
  const environment = { device: 'cpu', threads: 1, reporter, signal, checkpoints: null } as const;
  return { result: await train({ ...training, ...change }, environment), series: reporter.series };
}

describe('training in f16 with f32 master weights', () => {
  test("follows PyTorch's f32 curve for 50 steps within 2 % of the first loss", async () => {
    const { result, series } = await run({ precision: 'f16' });
    expect(result).toMatchObject({ steps: curve.steps, overflows: 0 });
    const losses = series.get('loss') ?? [];
    const apart = curve.losses.map((loss, step) => Math.abs(loss - (losses[step] ?? Number.NaN)));
    expect(Math.max(...apart)).toBeLessThan(0.02 * (curve.losses[0] ?? 0));
    // It is another arithmetic, not the same one again.
    expect(Math.max(...apart)).toBeGreaterThan(1e-5);
  });

  test('gives the same bits twice', async () => {
    const [one, two] = [await run({ precision: 'f16' }), await run({ precision: 'f16' })];
    expect(two.result.parameters).toEqual(one.result.parameters);
  });

  test('leaves a step out that overflows, halves the scale until none does, and goes on', async () => {
    const lossScale = { initial: 2 ** 26, growEvery: 2000 };
    const { result, series } = await run({ precision: 'f16', lossScale });
    expect(result.overflows).toBeGreaterThan(2);
    expect(result.overflows).toBeLessThan(26);
    const losses = series.get('loss') ?? [];
    // The first ones overflowed and told nothing.
    const told = Object.keys(losses).map(Number);
    expect(told[0]).toBeGreaterThan(2);
    expect(told).toHaveLength(curve.steps - result.overflows);
    expect(losses.at(-1)).toBeLessThan(0.8 * (losses[told[0] ?? 0] ?? 0));
    for (const { data } of result.parameters.values()) expect(data.every(Number.isFinite)).toBe(true);
  });

  test('changes nothing in a step that is left out but the scale', async () => {
    const groups = layoutOf(training.task.parameters, new Set(), 0.05);
    const { optimizer, task, schedule, batches } = training;
    const lossScale = { initial: 2 ** 40, growEvery: 2 };
    const plan = { task, groups, frozen: new Map(), optimizer, clip: 1, accumulate: 1, ema: null, lossScale };
    const graph = buildStepGraph(plan);
    const state = firstState(stateVectors(plan, training.initial)).vectors;
    const numbers = stepScalars(plan, positionOf(0, 1), schedule.at(10), schedule.steps);
    const scalars = Object.entries(numbers).map(([name, value]) => [name, tensor('f32', [], Float32Array.of(value))]);
    const stepper = await openStepper(graph, { device: 'cpu', threads: 1, state });
    const { overflow } = await stepper.step({ ...(await batches.at(0)), ...Object.fromEntries(scalars) });
    const after = await stepper.state();
    await stepper.dispose();
    expect(overflow?.data[0]).toBe(1);
    const scale = tensor('f32', [], Float32Array.of(2 ** 39));
    expect({ ...after }).toEqual({ ...state, loss_scale: scale });
  });

  test('raises the scale again after enough good steps, up to the next overflow', async () => {
    const { result } = await run({ precision: 'f16', lossScale: { initial: 2 ** 10, growEvery: 2 } });
    expect(result.overflows).toBeGreaterThan(0);
    expect(result.overflows).toBeLessThan(curve.steps / 2);
  });

  test('accumulates, keeps a mean of the weights and clips as f32 does', async () => {
    const [half, full] = [
      await run({ precision: 'f16', accumulate: 2, ema: 0.9 }),
      await run({ accumulate: 2, ema: 0.9 }),
    ];
    expect(half.result.overflows).toBe(0);
    expect(half.result.finalLoss).toBeCloseTo(full.result.finalLoss, 1);
    expect(half.result.ema).not.toBeNull();
  });

  test('stops when no scale helps', async () => {
    const batches = poisoned('images', () => true);
    const failing = run({ precision: 'f16', batches, schedule: { ...training.schedule, steps: 200 } });
    await expect(failing).rejects.toThrow(NonFiniteTrainingError);
    await expect(failing).rejects.toThrow(/the input 'images' of the batch is not a finite number/);
  });
});

describe('a graph in half precision', () => {
  const graph = (): Graph => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f32', [2, 3]);
    const w = b.input('w', 'f32', [3, 2]);
    const hidden = b.gelu(b.add(b.matMul(x, w), 0.5));
    b.output('hidden', hidden);
    b.output('share', b.softmax(b.mul(hidden, 1e-7)));
    return inHalfPrecision(b.build());
  };

  test('has its products and what follows them in f16, exponentials and tiny constants in f32, its ends as they were', () => {
    const { nodes, inputs, outputs } = graph();
    const typeOf = (operator: string) => nodes.find((node) => node.operator === operator)?.outputs[0]?.dtype;
    expect([typeOf('MatMul'), typeOf('Add'), typeOf('Gelu')]).toEqual(['f16', 'f16', 'f16']);
    expect([typeOf('Mul'), typeOf('Softmax')]).toEqual(['f32', 'f32']);
    expect([...inputs.map(({ dtype }) => dtype), ...outputs.map(({ value }) => value.dtype)]).toEqual(
      Array(4).fill('f32'),
    );
  });

  test('computes the same to three digits', async () => {
    const executable = await compile(graph(), { device: 'cpu', threads: 1 });
    const x = tensor('f32', [2, 3], Float32Array.of(1, -2, 0.5, 0.25, 3, -1));
    const w = tensor('f32', [3, 2], Float32Array.of(0.1, 0.2, -0.3, 0.4, 0.5, -0.6));
    const { hidden } = await executable.run({ x, w });
    await executable.dispose();
    const gelu = (v: number) => 0.5 * v * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3)));
    const sums = [0.1 + 0.6 + 0.25, 0.2 - 0.8 - 0.3, 0.025 - 0.9 - 0.5, 0.05 + 1.2 + 0.6];
    for (const [i, sum] of sums.entries()) {
      expect(hidden && numbersOf(hidden)[i]).toBeCloseTo(gelu(sum + 0.5), 2);
    }
  });

  test('knows what to do with every operator', () => {
    expect(Object.keys(precisionRules).sort()).toEqual([...operatorNames].sort());
  });
});
