import { describe, expect, test } from 'vitest';
import { gradients } from '../autodiff/index.js';
import { type Graph, GraphBuilder, type Tensor, tensorOf } from '../graph/index.js';
import { DeviceError } from './errors.js';
import { compile, type Executable } from './executable.js';
import { HostStepper } from './host-stepper.js';
import { LoopedStepper } from './looped-stepper.js';
import { openStepper, type Stepper } from './stepper.js';

function spread(shape: number[], scale = 1): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tensorOf(
    'f32',
    shape,
    Array.from({ length: size }, (_, i) => scale * Math.sin(1.3 * i + 0.2)),
  );
}

/** Gradient descent with momentum on a small network whose second layer is frozen. */
function trainingStep(): Graph {
  const b = new GraphBuilder();
  const x = b.input('x', 'f32', [32, 24]);
  const rate = b.input('rate', 'f32', []);
  const weights = b.input('weights', 'f32', [48, 24]);
  const momentum = b.input('momentum', 'f32', [48, 24]);
  const hidden = b.gelu(b.gemm(x, weights, null, { transB: true }));
  const out = b.matMul(hidden, b.input('frozen', 'f32', [48, 8]));
  const loss = b.reduceMean(b.mul(out, b.softmax(out)), { keepdims: false });
  const [slope] = gradients(b, loss, [weights]);
  if (slope === undefined) throw new Error('No gradient.');
  const moved = b.add(b.mul(momentum, 0.9), slope);
  b.output('loss', loss);
  b.output('next.momentum', moved);
  b.output('next.weights', b.sub(weights, b.mul(moved, rate)));
  return b.build();
}

const first = () => ({ weights: spread([48, 24], 0.3), momentum: spread([48, 24], 0), frozen: spread([48, 8]) });
const feeds = (step: number) => ({ x: spread([32, 24], 1 + step / 10), rate: tensorOf('f32', [], [2]) });

async function opened(): Promise<Stepper> {
  return openStepper(trainingStep(), { device: 'cpu', threads: 1, state: first() });
}

async function failure(action: Promise<unknown>): Promise<string> {
  const error = await action.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason,
  );
  if (error instanceof DeviceError) return `${error.message} ${error.advice}`;
  throw error;
}

describe('a stepper on the CPU', () => {
  test('gives the bytes that runs give whose outputs are fed back by hand', async () => {
    const executable = await compile(trainingStep(), { device: 'cpu', threads: 1 });
    const stepper = await opened();
    let state: Record<string, Tensor> = first();
    for (let step = 0; step < 20; step++) {
      const { loss, ...next } = await executable.run({ ...feeds(step), ...state });
      expect(await stepper.step(feeds(step))).toEqual({ loss });
      state = { ...state, ...Object.fromEntries(Object.entries(next).map(([name, t]) => [name.slice(5), t])) };
      if (step % 7 === 0) expect(await stepper.state()).toEqual(state);
    }
    expect(await stepper.state()).toEqual(state);
    await Promise.all([executable.dispose(), stepper.dispose()]);
  });

  test('leaves alone what it was given and what it handed out', async () => {
    const state = first();
    const stepper = await openStepper(trainingStep(), { device: 'cpu', threads: 1, state });
    await stepper.step(feeds(0));
    const handed = await stepper.state();
    const copy = structuredClone(handed);
    for (let step = 1; step < 4; step++) await stepper.step(feeds(step));
    await stepper.dispose();
    expect(state).toEqual(first());
    expect(handed).toEqual(copy);
  });

  test('frees the state before the last one at once', async () => {
    const executable = await compile(trainingStep(), { device: 'cpu', threads: 1 });
    const made: (Tensor | undefined)[] = [];
    const stepper = new HostStepper(
      {
        async run(fed) {
          const outputs = await executable.run(fed);
          made.push(outputs['next.weights']);
          return outputs;
        },
        dispose: () => executable.dispose(),
      },
      first(),
    );
    for (let step = 0; step < 4; step++) await stepper.step(feeds(step));
    expect(made.map((tensor) => tensor?.data.byteLength)).toEqual([0, 0, 4608, 4608]);
    await stepper.dispose();
    expect(made.map((tensor) => tensor?.data.byteLength)).toEqual([0, 0, 0, 0]);
  });

  test('takes back the last step, and only that', async () => {
    const stepper = await opened();
    await stepper.step(feeds(0));
    const good = structuredClone(await stepper.state());
    const { loss } = await stepper.step({ ...feeds(1), rate: tensorOf('f32', [], [Number.NaN]) });
    expect(loss?.data[0]).not.toBeNaN();
    expect((await stepper.state()).weights?.data[0]).toBeNaN();
    await stepper.undo();
    await stepper.undo();
    expect(await stepper.state()).toEqual(good);
    await stepper.step(feeds(1));
    const straight = await opened();
    await straight.step(feeds(0));
    await straight.step(feeds(1));
    expect(await stepper.state()).toEqual(await straight.state());
    await Promise.all([stepper.dispose(), straight.dispose()]);
  });

  test('does one step after the other when asked all at once', async () => {
    const [together, apart] = [await opened(), await opened()];
    const losses = await Promise.all([0, 1, 2].map((step) => together.step(feeds(step))));
    for (const step of [0, 1, 2]) expect(await apart.step(feeds(step))).toEqual(losses[step]);
    await Promise.all([together.dispose(), apart.dispose()]);
  });

  test('says what is missing or does not fit', async () => {
    const graph = trainingStep();
    const open = (state: Record<string, Tensor>) => openStepper(graph, { device: 'cpu', threads: 1, state });
    const { momentum, ...rest } = first();
    expect(await failure(open(rest))).toBe('"momentum" has no first value. Give one in `state`.');
    expect(await failure(open({ ...rest, momentum: spread([3]) }))).toBe(
      'Input "momentum" is f32[48, 24] but was fed f32[3]. Convert or reshape it.',
    );
    expect(await failure(open({ ...rest, momentum, mood: spread([3]) }))).toBe(
      'The graph has no input "mood". It has weights, momentum, frozen.',
    );
    const stepper = await opened();
    expect(await failure(stepper.step({ ...feeds(0), weights: spread([48, 24]) }))).toMatch(
      'The graph has no input "weights". It has x, rate.',
    );
    await stepper.dispose();
    await stepper.dispose();
    expect(await failure(stepper.step(feeds(0)))).toBe('The stepper has been disposed of. Open another one.');

    const b = new GraphBuilder();
    b.output('next.x', b.reduceSum(b.input('x', 'f32', [3])));
    const wrong = openStepper(b.build(), { device: 'cpu', threads: 1, state: { x: spread([3]) } });
    expect(await failure(wrong)).toBe(
      'The graph takes "x" as f32[3] and returns its next value as f32[1]. Convert or reshape the output.',
    );
  });
});

describe('several steps in one loop', () => {
  const open = (graph: Graph): Promise<Executable> => compile(graph, { device: 'cpu', threads: 1 });
  const looped = () => new LoopedStepper({ graph: trainingStep(), state: first(), stepsAtOnce: 4, open });

  test('give the bytes of as many single steps, state and losses', async () => {
    const [one, many] = [await opened(), looped()];
    const single = [];
    for (let step = 0; step < 7; step++) single.push(await one.step(feeds(step)));
    const rows = [0, 1, 2, 3].map(feeds);
    expect([...(await many.stepMany(rows)), ...(await many.stepMany([4, 5].map(feeds)))]).toEqual(single.slice(0, 6));
    expect(await many.stepMany([feeds(6)])).toEqual(single.slice(6));
    expect(await many.state()).toEqual(await one.state());
    await Promise.all([one.dispose(), many.dispose()]);
  });

  test('are taken back together', async () => {
    const many = looped();
    await many.step(feeds(0));
    const before = structuredClone(await many.state());
    await many.stepMany([1, 2, 3].map(feeds));
    many.undo();
    expect(await many.state()).toEqual(before);
    await many.dispose();
  });

  test('are done one by one where that is as fast', async () => {
    const [one, many] = [await opened(), await opened()];
    expect(many.stepsAtOnce).toBe(1);
    const outputs = await many.stepMany([0, 1].map(feeds));
    expect(outputs).toEqual([await one.step(feeds(0)), await one.step(feeds(1))]);
    await Promise.all([one.dispose(), many.dispose()]);
  });
});
