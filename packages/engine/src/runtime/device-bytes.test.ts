import { beforeAll, expect, test } from 'vitest';
import { type Graph, GraphBuilder, tensorOf } from '../graph/index.js';
import { cpu } from './cpu.js';
import { deviceBytes } from './device-bytes.js';
import { LoopedStepper } from './looped-stepper.js';
import { openStepper } from './stepper.js';
import { whyNoWebgpu } from './webgpu/adapter.fixture.js';

let missing: string | null = null;
beforeAll(async () => {
  missing = await whyNoWebgpu();
});

const SIZE = 1000;

/** Adds a batch and a constant to a vector. */
function adding(): Graph {
  const b = new GraphBuilder();
  const x = b.input('x', 'f32', [SIZE]);
  const batch = b.input('batch', 'f32', [SIZE]);
  const fixed = b.constant(
    Float32Array.from({ length: SIZE }, (_, at) => at),
    'f32',
    [SIZE],
  );
  const next = b.add(b.add(x, batch), fixed);
  b.output('next.x', next);
  b.output('sum', b.reduceSum(next, { keepdims: false }));
  return b.build();
}
const state = { x: tensorOf('f32', [SIZE], new Array(SIZE).fill(0)) };
const feeds = { batch: tensorOf('f32', [SIZE], new Array(SIZE).fill(1)) };
/** State, batch, constant and next state, and the sum. */
const WANTED = 4 * SIZE * 4 + 4;

test('state, batch, constants and results are what a device holds for certain', () => {
  expect(deviceBytes(adding())).toBe(WANTED);
});

test('a device whose memory is that of this process tells nothing beside it', async () => {
  const stepper = await openStepper(adding(), { device: 'cpu', threads: 1, state });
  await stepper.step(feeds);
  expect(stepper.deviceMemory).toBeNull();
  await stepper.dispose();
});

test('a device that does several steps in one run holds the batches of all of them', async () => {
  const open = (graph: Graph) => cpu.open(graph, { threads: 1 });
  const stepper = new LoopedStepper({ graph: adding(), state, stepsAtOnce: 4, open, ownMemory: true });
  await stepper.step(feeds);
  const one = stepper.deviceMemory ?? 0;
  await stepper.stepMany([feeds, feeds, feeds, feeds]);
  expect(one).toBe(WANTED);
  expect(stepper.deviceMemory).toBeGreaterThanOrEqual(WANTED + 3 * SIZE * 4);
  await stepper.dispose();
});

test('webgpu tells what its buffers take', async (context) => {
  if (missing !== null) return context.skip(missing);
  const stepper = await openStepper(adding(), { device: 'webgpu', threads: 1, state });
  await stepper.step(feeds);
  expect(stepper.deviceMemory).toBe(WANTED);
  await stepper.dispose();
});
