import { beforeAll, describe, expect, test } from 'vitest';
import { gradients } from '../../autodiff/index.js';
import { type Graph, GraphBuilder, numbersOf, type Tensor, tensorOf } from '../../graph/index.js';
import { DeviceError } from '../errors.js';
import { openStepper, type Stepper } from '../stepper.js';
import { whyNoWebgpu } from './adapter.fixture.js';
import { createSession } from './session.js';

let missing: string | null = null;
beforeAll(async () => {
  missing = await whyNoWebgpu();
});

/** Descends on a small table of rows, picked by index; counts its steps in integers and keeps one weight frozen. */
function trainingStep(): Graph {
  const b = new GraphBuilder();
  const index = b.input('index', 'i64', [2]);
  const table = b.input('table', 'f32', [4, 3]);
  const steps = b.input('steps', 'i64', []);
  const rows = b.mul(b.gather(table, index), b.input('frozen', 'f32', [3]));
  const loss = b.reduceMean(b.mul(rows, rows), { keepdims: false });
  const [slope] = gradients(b, loss, [table]);
  if (slope === undefined) throw new Error('No gradient.');
  b.output('loss', loss);
  b.output('next.table', b.sub(table, slope));
  b.output('next.steps', b.add(steps, b.constant(1, 'i64')));
  return b.build();
}

const state = () => ({
  table: tensorOf(
    'f32',
    [4, 3],
    Array.from({ length: 12 }, (_, i) => Math.sin(i + 1)),
  ),
  steps: tensorOf('i64', [], [5]),
  frozen: tensorOf('f32', [3], [1, 2, 0.5]),
});
const feeds = (step: number) => ({ index: tensorOf('i64', [2], [step % 4, (step + 1) % 4]) });
const open = (device: 'cpu' | 'webgpu'): Promise<Stepper> =>
  openStepper(trainingStep(), { device, threads: 1, state: state() });

function expectClose(found: Readonly<Record<string, Tensor>>, right: Readonly<Record<string, Tensor>>): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(right).sort());
  for (const [name, { dtype, shape, data }] of Object.entries(right)) {
    expect(found[name]).toMatchObject({ dtype, shape });
    for (let i = 0; i < data.length; i++) {
      const [left, wanted] = [found[name], right[name]].map((tensor) => (tensor ? numbersOf(tensor)[i] : undefined));
      expect(left, `${name}[${i}]`).toBeCloseTo(wanted ?? Number.NaN, 5);
    }
  }
}

describe('a stepper on WebGPU', () => {
  test('keeps its state on the device and gives what the CPU gives, integers and frozen values too', async (context) => {
    if (missing !== null) return context.skip(missing);
    const [cpu, webgpu] = [await open('cpu'), await open('webgpu')];
    for (let step = 0; step < 6; step++) expectClose(await webgpu.step(feeds(step)), await cpu.step(feeds(step)));
    const found = await webgpu.state();
    expectClose(found, await cpu.state());
    expect(found.steps).toEqual(tensorOf('i64', [], [11]));
    await Promise.all([cpu.dispose(), webgpu.dispose()]);
  });

  test('takes back the last step, and goes on from there', async (context) => {
    if (missing !== null) return context.skip(missing);
    const stepper = await open('webgpu');
    await stepper.step(feeds(0));
    const before = await stepper.state();
    await stepper.step(feeds(1));
    await stepper.undo();
    await stepper.undo();
    expect(await stepper.state()).toEqual(before);
    const { loss } = await stepper.step(feeds(1));
    const straight = await open('webgpu');
    await straight.step(feeds(0));
    expect((await straight.step(feeds(1))).loss).toEqual(loss);
    expect(await stepper.state()).toEqual(await straight.state());
    await Promise.all([stepper.dispose(), straight.dispose()]);
  });

  test('goes on after a feed that it refuses', async (context) => {
    if (missing !== null) return context.skip(missing);
    const stepper = await open('webgpu');
    const large = { index: { dtype: 'i64' as const, shape: [2], data: BigInt64Array.of(0n, 2n ** 40n) } };
    const refused = stepper.step(large);
    await expect(refused).rejects.toThrow(DeviceError);
    await expect(refused).rejects.toThrow('"index" holds 1099511627776, and WebGPU has 32-bit integers only.');
    expect(await stepper.state()).toEqual(state());
    await stepper.step(feeds(0));
    await stepper.dispose();
    await stepper.dispose();
    await expect(stepper.step(feeds(0))).rejects.toThrow('The stepper has been disposed of.');
  });
});

test('a node that would fall back to the CPU is named with its operands', async (context) => {
  if (missing !== null) return context.skip(missing);
  const b = new GraphBuilder();
  const x = b.input('x', 'f32', [2, 3]);
  b.output('y', b.appendOne('Round', [b.mul(x, 2)], {}));
  // Not lowered, as a graph would arrive that has an operator whose rule is wrong.
  const failing = createSession(b.build(), { threads: 1 });
  await expect(failing).rejects.toThrow(DeviceError);
  await expect(failing).rejects.toThrow('The webgpu device has no kernel for Round(f32[2, 3]), and would hand it');
});
