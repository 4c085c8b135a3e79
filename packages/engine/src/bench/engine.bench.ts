/**
 * @file Speed and memory of the training engine on this machine's CPU, beside its own matrix products and beside PyTorch:
 * `npm run bench:engine [-- ti s]`. Every ratio is of one run, whose sides take turns, so that other work on the machine
 * slows all of them alike. PyTorch is measured where STOCKPOT_TORCH (the newest) and STOCKPOT_OLD_TORCH (Debian's 1.13 with
 * OpenBLAS) name a Python that has it; STOCKPOT_BENCH_ROUNDS says how often each side runs.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { type Tensor, tensor } from '../graph/tensor.js';
import { withLargePages } from '../large-pages.js';
import { initialise } from '../models/initialise.js';
import { featureExtractor } from '../training/inference.js';
import { Bars } from './bars.js';
import { productsOf } from './products.bench.js';
import { type TorchPeer, torchPeer } from './torch-peer.bench.js';
import { noise, openVisionStep, SIZES, type Size, vit } from './vision-step.bench.js';

const environment = withLargePages(process.env);
if (environment.GLIBC_TUNABLES !== process.env.GLIBC_TUNABLES) {
  // What the engine's process gets, and an allocator reads before its program begins.
  const argv = [...process.execArgv, ...process.argv.slice(1)];
  process.exit(spawnSync(process.execPath, argv, { env: environment, stdio: 'inherit' }).status ?? 1);
}

const BATCH = 16;
const THREADS = Math.min(2, availableParallelism());
const ROUNDS = Number(process.env.STOCKPOT_BENCH_ROUNDS ?? 9);
const WARM_UP = 2;

const wanted = process.argv.slice(2);
const sizes = (Object.keys(SIZES) as Size[]).filter(
  (size) => wanted.includes(size) || (wanted.length === 0 && size !== 'b'),
);
const bars = new Bars('engine');
console.log(`batch ${BATCH} at 224², ${THREADS} threads, medians of ${ROUNDS} rounds`);
for (const size of sizes) await training(size);
for (const size of sizes) await inference(size);
if (wanted.length === 0 || wanted.includes('b')) await preparation();
for (const size of sizes.slice(0, 1)) largePages(size);
bars.end();

async function training(size: Size): Promise<void> {
  const name = `ViT-${size}/16`;
  const { graph, stepper, feeds } = await openVisionStep(size, BATCH, THREADS);
  const products = await productsOf(graph, THREADS);
  const peers = await startPeers(size);
  const times = await inTurns({
    step: () => timed(() => stepper.step(feeds)),
    products: () => timed(() => products.run()),
    ...Object.fromEntries(peers.map(({ label, peer }) => [label, () => peer.run('train')])),
  });
  const { step = 0, products: alone = 0 } = times;
  console.log(
    `${name} training: step ${ms(step)}, ${images(step)}; its ${products.count} products ${ms(alone)}, ${(products.flops / alone / 1e6).toFixed(0)} GFLOP/s`,
  );
  bars.bar(`${name}: step / its own matrix products`, step / alone, '×', '<', 1.25);
  await stepper.dispose();
  await products.dispose();
  const memory = stepMemory(size);
  for (const { label, peer, faster } of peers) {
    const theirs = times[label] ?? 0;
    console.log(`${name} training with ${label}: ${ms(theirs)}, ${images(theirs)}`);
    bars.bar(`${name}: speed / ${label}`, theirs / step, '×', '>', faster);
    const theirMemory = await peer.end();
    bars.bar(`${name}: peak memory (${memory.toFixed(0)} MB) / ${label}`, memory / theirMemory, '×', '<', 1);
  }
}

async function inference(size: Size): Promise<void> {
  const name = `ViT-${size}/16`;
  const model = vit(size);
  const parameters = initialise(model.parameters, 17);
  const tensors = new Map<string, Tensor>(
    [...parameters].map(([key, { shape, data }]) => [key, tensor('f32', shape, data)]),
  );
  const { dim, heads } = SIZES[size];
  const network = await featureExtractor(
    tensors,
    {
      family: 'vit',
      image: 224,
      channels: 3,
      patch: 16,
      dim,
      depth: 12,
      heads,
      mlp: 4 * dim,
      pooling: 'cls',
      layerNormEpsilon: 1e-6,
    },
    { batch: BATCH, threads: THREADS },
  );
  const pixels = noise([BATCH, ...model.imageShape]).data;
  if (!(pixels instanceof Float32Array)) throw new Error('The noise is not f32.');
  const peers = await startPeers(size);
  const times = await inTurns({
    ours: () => timed(() => network.run(pixels)),
    ...Object.fromEntries(peers.map(({ label, peer }) => [label, () => peer.run('infer')])),
  });
  const { ours = 0 } = times;
  console.log(`${name} inference: ${ms(ours)}, ${images(ours)}`);
  for (const { label, peer } of peers) {
    const theirs = times[label] ?? 0;
    console.log(`${name} inference with ${label}: ${ms(theirs)}, ${images(theirs)}`);
    bars.bar(`${name}: inference speed / ${label}`, theirs / ours, '×', '>', 1.3);
    await peer.end();
  }
  await network.dispose();
}

async function preparation(): Promise<void> {
  const { stepper, preparation: took } = await openVisionStep('b', BATCH, THREADS);
  bars.bar('ViT-b/16: step graph built and session ready', took / 1000, 's', '<', 5);
  await stepper.dispose();
}

async function startPeers(size: Size): Promise<{ label: string; peer: TorchPeer; faster: number }[]> {
  const places = [
    { python: process.env.STOCKPOT_TORCH, variable: 'STOCKPOT_TORCH', faster: 1 },
    { python: process.env.STOCKPOT_OLD_TORCH, variable: 'STOCKPOT_OLD_TORCH', faster: 2.5 },
  ];
  const peers = [];
  for (const { python, variable, faster } of places) {
    if (python === undefined) {
      console.log(`not measured: ${variable} names no Python with PyTorch`);
      continue;
    }
    const peer = await torchPeer(python, size, BATCH, THREADS);
    peers.push({ label: `PyTorch ${peer.version}`, peer, faster });
  }
  return peers;
}

/** The median of every side, in ms; the sides run one after the other in each round. */
async function inTurns(sides: Readonly<Record<string, () => Promise<number>>>): Promise<Record<string, number>> {
  const times = new Map<string, number[]>(Object.keys(sides).map((name) => [name, []]));
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(sides)) {
      const took = await run();
      if (round >= 0) times.get(name)?.push(took);
    }
  }
  return Object.fromEntries([...times].map(([name, values]) => [name, median(values)]));
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function stepMemory(size: Size): number {
  return inProcess(size, 3, process.env).memory;
}

/** What large pages save: processes with them and without take turns. */
function largePages(size: Size): void {
  const { GLIBC_TUNABLES: _, ...plain } = process.env;
  const [withThem, without]: [number[], number[]] = [[], []];
  for (let round = 0; round < Math.min(ROUNDS, 7); round++) {
    without.push(inProcess(size, 8, plain).step);
    withThem.push(inProcess(size, 8, process.env).step);
  }
  const [large, small] = [median(withThem), median(without)];
  console.log(
    `ViT-${size}/16 training: ${ms(large)} with large pages, ${ms(small)} without: ${(large / small).toFixed(3)} ×`,
  );
}

function inProcess(size: Size, steps: number, env: NodeJS.ProcessEnv): { memory: number; step: number } {
  const program = new URL('./step-memory.bench.ts', import.meta.url).pathname;
  const argv = [...process.execArgv, program, size, String(BATCH), String(THREADS), String(steps)];
  const [memory, step] = execFileSync(process.execPath, argv, { encoding: 'utf8', env }).trim().split(' ').map(Number);
  return { memory: memory ?? Number.NaN, step: step ?? Number.NaN };
}

function ms(time: number): string {
  return `${time.toFixed(0)} ms`;
}

function images(time: number): string {
  return `${((1000 * BATCH) / time).toFixed(1)} img/s`;
}
