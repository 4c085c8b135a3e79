/**
 * @file Images a second of Vision Transformers on the devices of this machine, and what each operator takes:
 * `npm run bench:gpu -- [--device webgpu]… [--model ti]… [--batch 64] [--precision f16] [--steps 20] [--no-profile]`.
 * Trains ti, s and b (/16 at 224²) when no model is named; `tiny` is for a look whether it runs. Prints a table, and writes
 * the same as JSON to test-results/gpu.json. Beside it, on the same card: `python test/oracles/performance/gpu.py`.
 *
 * On a host with no npm, take one file along and the folder of onnxruntime-node with it (docs/devices.md).
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InferenceSession } from 'onnxruntime-node';
import { type Graph, sizeOf, type Tensor, tensor } from '../src/graph/index.js';
import { encodeOnnx } from '../src/graph/onnx/index.js';
import { type Architecture, architectureSchema } from '../src/models/architecture.js';
import { initialise } from '../src/models/initialise.js';
import { type VisionModel, visionModel } from '../src/models/vision-model.js';
import { keyed } from '../src/random/index.js';
import { type DeviceName, deviceNames } from '../src/runtime/device-names.js';
import { toOrt } from '../src/runtime/ort-tensors.js';
import { openStepper, type Stepper } from '../src/runtime/stepper.js';
import { lowerForWebgpu, toDevice } from '../src/runtime/webgpu/lower.js';
import { fineTuningTask } from '../src/training/fine-tuning.js';
import { classifier } from '../src/training/inference.js';
import { LOSS_SCALE } from '../src/training/loss-scale.js';
import { adamw } from '../src/training/optimizers/adamw.js';
import { layoutOf } from '../src/training/parameter-layout.js';
import { stateVectors } from '../src/training/state-vectors.js';
import { buildStepGraph, type StepPlan } from '../src/training/step-graph.js';

/** Widths and heads of Dosovitskiy et al. 2021 and Touvron et al. 2021. */
const MODELS = {
  tiny: { image: 32, dim: 32, depth: 2, heads: 2, classes: 10 },
  ti: { image: 224, dim: 192, depth: 12, heads: 3, classes: 1000 },
  s: { image: 224, dim: 384, depth: 12, heads: 6, classes: 1000 },
  b: { image: 224, dim: 768, depth: 12, heads: 12, classes: 1000 },
} as const;
type ModelName = keyof typeof MODELS;

const { values } = parseArgs({
  options: {
    device: { type: 'string', multiple: true, default: ['webgpu', 'cuda'] },
    model: { type: 'string', multiple: true, default: ['ti', 's', 'b'] },
    batch: { type: 'string', default: '64' },
    steps: { type: 'string', default: '20' },
    threads: { type: 'string', default: '2' },
    precision: { type: 'string', default: 'f32' },
    'no-profile': { type: 'boolean', default: false },
  },
});
const batch = positive('batch', values.batch);
const steps = positive('steps', values.steps);
const threads = positive('threads', values.threads);
const half = values.precision === 'f16';

interface OperatorTime {
  readonly operator: string;
  readonly milliseconds: number;
  readonly runs: number;
}
interface Row {
  readonly device: DeviceName;
  readonly model: ModelName;
  readonly precision: 'f32' | 'f16';
  readonly batch: number;
  readonly nodes: number;
  readonly openSeconds: number;
  readonly firstStepSeconds: number;
  readonly millisecondsPerStep: number;
  readonly imagesPerSecond: number;
  readonly inferenceImagesPerSecond: number;
  readonly residentMegabytes: number;
  readonly loss: number;
  /** Of one step, longest first; on a device with timestamps, of its shaders. */
  readonly profile: readonly OperatorTime[];
}

const rows: Row[] = [];
for (const device of values.device.map(deviceNamed)) {
  for (const model of values.model.map(modelNamed)) {
    try {
      const row = await measured(device, model);
      rows.push(row);
      print(row);
    } catch (error) {
      // One device or model that does not fit must not hide the others.
      console.log(`${device} ${model}: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    }
  }
}
mkdirSync('test-results', { recursive: true });
const machine = { processor: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version };
writeFileSync('test-results/gpu.json', `${JSON.stringify({ machine, rows }, null, 2)}\n`);

async function measured(device: DeviceName, name: ModelName): Promise<Row> {
  const { classes, image, dim, depth, heads } = MODELS[name];
  const architecture = architectureSchema.parse({
    ...{ family: 'vit', image, channels: 3, patch: 16, dim, depth, heads, mlp: 4 * dim, layerNormEpsilon: 1e-6 },
  });
  const model = visionModel(architecture);
  const { graph, state, feeds } = stepOf(model, classes, device);
  const began = performance.now();
  const stepper = await openStepper(graph, { device, threads, state });
  const openSeconds = (performance.now() - began) / 1000;
  const firstBegan = performance.now();
  const first = await stepper.step(feeds);
  const firstStepSeconds = (performance.now() - firstBegan) / 1000;
  const millisecondsPerStep = await timeOf(stepper, feeds);
  const residentMegabytes = process.memoryUsage.rss() / 1e6;
  await stepper.dispose();
  return {
    ...{ device, model: name, precision: half ? 'f16' : 'f32', batch, nodes: graph.nodes.length },
    ...{ openSeconds, firstStepSeconds, millisecondsPerStep, residentMegabytes },
    imagesPerSecond: (batch * 1000) / millisecondsPerStep,
    inferenceImagesPerSecond: await inferenceSpeed(device, architecture, classes),
    loss: Number(first.loss?.data[0]),
    profile: values['no-profile'] ? [] : await profileOf(device, graph, { ...state, ...feeds }),
  };
}

/** A fine-tuning step with AdamW and clipping on noise, its first state and its feeds. */
function stepOf(model: VisionModel, classes: number, device: DeviceName) {
  const task = fineTuningTask(model, classes, batch);
  const optimizer = adamw();
  const groups = layoutOf(task.parameters, task.frozen, 0.05);
  const plan: StepPlan = {
    ...{ task, groups, frozen: new Map(), optimizer, clip: 1, accumulate: 1, ema: null },
    ...(device === 'cpu' ? {} : { turns: 1 }),
    ...(half ? { lossScale: LOSS_SCALE } : {}),
  };
  const vectors = stateVectors(plan, initialise(task.parameters, 17));
  const labels = new Float32Array(batch * classes);
  for (let i = 0; i < batch; i++) labels[i * classes + ((i * 61) % classes)] = 1;
  const scalars = Object.entries(optimizer.scalars(0, 1e-4)).map(([name, value]) => [
    name,
    tensor('f32', [], Float32Array.of(value)),
  ]);
  return {
    graph: buildStepGraph(plan),
    state: Object.fromEntries(vectors.map(({ name, shape, first }) => [name, tensor('f32', shape, first())])),
    feeds: {
      images: noise([batch, ...model.imageShape]),
      targets: tensor('f32', [batch, classes], labels),
      ...Object.fromEntries(scalars),
    } as Readonly<Record<string, Tensor>>,
  };
}

/** Milliseconds of a step, taken as many at a time as the device likes. */
async function timeOf(stepper: Stepper, feeds: Readonly<Record<string, Tensor>>): Promise<number> {
  const together = Array.from({ length: stepper.stepsAtOnce }, () => feeds);
  await stepper.stepMany(together);
  const runs = Math.max(1, Math.round(steps / together.length));
  const began = performance.now();
  for (let run = 0; run < runs; run++) await stepper.stepMany(together);
  return (performance.now() - began) / (runs * together.length);
}

async function inferenceSpeed(device: DeviceName, architecture: Architecture, classes: number): Promise<number> {
  const model = visionModel(architecture);
  const tensors = initialise([...model.parameters, ...model.head(classes)], 17);
  const weights = new Map([...tensors].map(([name, { shape, data }]) => [name, tensor('f32', shape, data)] as const));
  const network = await classifier(weights, architecture, { batch, threads, device });
  const images = noise([batch, ...model.imageShape]).data;
  if (!(images instanceof Float32Array)) throw new Error('Images are f32.');
  await network.logits(images);
  const began = performance.now();
  for (let run = 0; run < steps; run++) await network.logits(images);
  const seconds = (performance.now() - began) / 1000;
  await network.dispose();
  return (batch * steps) / seconds;
}

/** What the operators of one step take, by onnxruntime's own profile. */
async function profileOf(
  device: DeviceName,
  graph: Graph,
  fed: Readonly<Record<string, Tensor>>,
): Promise<OperatorTime[]> {
  const folder = mkdtempSync(join(tmpdir(), 'stockpot-profile-'));
  const lowered = device === 'webgpu' ? lowerForWebgpu(graph) : graph;
  const session = await InferenceSession.create(encodeOnnx(lowered), {
    executionProviders: [device],
    intraOpNumThreads: threads,
    enableProfiling: true,
    profileFilePrefix: join(folder, 'profile'),
    logSeverityLevel: 4,
  });
  const feeds = Object.fromEntries(
    lowered.inputs.map(({ name }) => {
      const given = fed[name];
      if (given === undefined) throw new Error(`Nothing is fed to ${name}.`);
      return [name, toOrt(device, name, device === 'webgpu' ? toDevice(name, given) : given)];
    }),
  );
  const runs = 3;
  for (let run = 0; run < runs; run++) await session.run(feeds, ['loss']);
  session.endProfiling();
  await session.release();
  const file = readdirSync(folder)[0];
  const events: unknown = file === undefined ? [] : JSON.parse(readFileSync(join(folder, file), 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  return summed(Array.isArray(events) ? events : [], runs);
}

function summed(events: readonly Readonly<Record<string, unknown>>[], runs: number): OperatorTime[] {
  // A device with timestamps reports its shaders as 'Api'; what the nodes then take is only the time to submit them.
  const shaders = events.filter(({ cat }) => cat === 'Api');
  const nodes = events.filter(({ cat, name }) => cat === 'Node' && String(name).endsWith('_kernel_time'));
  const sums = new Map<string, { microseconds: number; count: number }>();
  for (const { name, dur, args } of shaders.length > 0 ? shaders : nodes) {
    const operator = operatorOf(args) ?? String(name).replace(/^.*&/, '');
    const sum = sums.get(operator) ?? { microseconds: 0, count: 0 };
    sums.set(operator, { microseconds: sum.microseconds + Number(dur), count: sum.count + 1 });
  }
  return [...sums]
    .map(([operator, { microseconds, count }]) => ({
      operator,
      milliseconds: microseconds / 1000 / runs,
      runs: count / runs,
    }))
    .sort((left, right) => right.milliseconds - left.milliseconds);
}

function operatorOf(args: unknown): string | undefined {
  if (typeof args !== 'object' || args === null || !('op_name' in args)) return undefined;
  return String(args.op_name);
}

function print(row: Row): void {
  const { device, model, precision, imagesPerSecond, inferenceImagesPerSecond, millisecondsPerStep, profile } = row;
  console.log(
    `${device} ViT-${model} ${precision} batch ${row.batch}: training ${imagesPerSecond.toFixed(1)} img/s (${millisecondsPerStep.toFixed(1)} ms a step, ${row.nodes} nodes), inference ${inferenceImagesPerSecond.toFixed(1)} img/s, session ${row.openSeconds.toFixed(1)} s, first step ${row.firstStepSeconds.toFixed(1)} s, ${row.residentMegabytes.toFixed(0)} MB resident, loss ${row.loss.toFixed(4)}`,
  );
  const whole = profile.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  for (const { operator, milliseconds, runs } of profile.slice(0, 12)) {
    const share = ((100 * milliseconds) / whole).toFixed(1).padStart(5);
    console.log(
      `  ${operator.padEnd(28)} ${milliseconds.toFixed(2).padStart(9)} ms ${share} %  ${runs.toFixed(0)} times`,
    );
  }
}

function noise(shape: readonly number[]): Tensor {
  const random = keyed(3, 'noise');
  return tensor(
    'f32',
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => 2 * random.uniform() - 1),
  );
}

function positive(what: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${what} ${text} is no whole number from 1.`);
}

function deviceNamed(text: string): DeviceName {
  const found = deviceNames.find((name) => name === text);
  if (found !== undefined) return found;
  throw new Error(`There is no device ${text}; there are ${deviceNames.join(', ')}.`);
}

function modelNamed(text: string): ModelName {
  if (Object.hasOwn(MODELS, text)) return text as ModelName;
  throw new Error(`There is no model ${text}; there are ${Object.keys(MODELS).join(', ')}.`);
}
