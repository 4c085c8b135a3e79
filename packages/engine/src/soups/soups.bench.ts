/**
 * @file Speed and memory of mixing, beside merely reading the same files and beside averaging state dicts in NumPy and
 * PyTorch: `npm run bench:soups`. Checkpoints of the size of ViT-B in f32 are made in a temporary folder; STOCKPOT_BENCH_DIR
 * names another place for it. Every ratio is of one run, whose sides take turns with warm files. Python is measured where
 * STOCKPOT_TORCH names one with torch, numpy and safetensors; STOCKPOT_BENCH_ROUNDS says how often each side runs.
 */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Bars } from '../bench/bars.js';
import { openThreads, writeSoup } from './streaming/index.js';
import { writeVitB } from './vit-b.bench.js';

const INGREDIENTS = 8;
const ROUNDS = Number(process.env.STOCKPOT_BENCH_ROUNDS ?? 7);
const WARM_UP = 1;
const THREADS = availableParallelism();

const folder = mkdtempSync(join(process.env.STOCKPOT_BENCH_DIR ?? tmpdir(), 'stockpot soups '));
const bars = new Bars('soups');
try {
  const files = await writeVitB(folder, INGREDIENTS + 1);
  // First: a process begins with the peak of the one that started it.
  memory(files);
  await speed(files.slice(0, INGREDIENTS), files);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
bars.end();

async function speed(files: readonly string[], grown: readonly string[]): Promise<void> {
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  const out = join(folder, 'soup.safetensors');
  // As in a store that names files by their hash: the certificate needs no second reading.
  const hashes = new Map(grown.map((file, index) => [file, String(index).repeat(64)]));
  await using threads = await openThreads(THREADS);
  const uniform = { method: 'uniform', ingredients: files, output: out };
  const sums = join(folder, 'sums before.safetensors');
  await writeSoup(uniform, { workforce: threads, hashes, runningSums: { to: sums } });
  await using peer = await pythonPeer();
  console.log(`${files.length} ViT-B in f32, ${gigabytes(bytes)}; ${THREADS} threads; medians of ${ROUNDS} rounds`);
  const grownSums = join(folder, 'sums after.safetensors');
  // Nobody is charged for the disposal of a file that an earlier side wrote: it costs as much as reading all files.
  const before = () => {
    for (const file of [out, grownSums]) rmSync(file, { force: true });
  };
  const times = await inTurns(before, {
    reading: () => timed(async () => readOver(files)),
    'reading into memory': () => timed(async () => files.reduce((sum, file) => sum + readFileSync(file).length, 0)),
    soup: () => timed(() => writeSoup(uniform, { workforce: threads, hashes, durable: false })),
    'soup, inputs hashed, on the disk': () => timed(() => writeSoup(uniform, { workforce: threads })),
    weighted: () =>
      timed(() =>
        writeSoup(
          { ...uniform, method: 'weighted', parameters: { weights: files.map((_, index) => 0.05 + index / 35) } },
          { workforce: threads, hashes, durable: false },
        ),
      ),
    'one ingredient more, by running sums': () =>
      timed(() =>
        writeSoup(
          { ...uniform, ingredients: grown },
          {
            ...{ workforce: threads, hashes, durable: false },
            runningSums: { from: sums, to: grownSums },
          },
        ),
      ),
    ...(peer === null
      ? {}
      : { NumPy: () => peer.average('numpy', out, files), PyTorch: () => peer.average('torch', out, files) }),
  });
  for (const [side, ms] of Object.entries(times)) {
    console.log(`  ${side}: ${ms.toFixed(0)} ms, ${(bytes / 1e6 / ms).toFixed(2)} GB/s`);
  }
  const { soup = 0, reading = 0 } = times;
  bars.bar('uniform soup of 8: rate / merely reading', reading / soup, '×', '>', 0.7);
  bars.bar('uniform soup of 8: rate / reading into memory', (times['reading into memory'] ?? 0) / soup, '×', '>', 0.7);
  for (const name of ['NumPy', 'PyTorch']) {
    const theirs = times[name];
    if (theirs !== undefined) bars.bar(`uniform soup of 8: speed / ${name}`, theirs / soup, '×', '>', 2);
  }
  bars.bar('one ingredient more', (times['one ingredient more, by running sums'] ?? 0) / 1000, 's', '<', 1);
}

/** Peaks of processes that do nothing else: one with few ingredients, one with many. */
function memory(files: readonly string[]): void {
  const peakOf = (...ingredients: readonly string[]) => {
    const program = new URL('./soup-memory.bench.ts', import.meta.url).pathname;
    const argv = [...process.execArgv, program, join(folder, 'peak.safetensors'), ...ingredients];
    return Number(execFileSync(process.execPath, argv, { encoding: 'utf8' }));
  };
  const [two, many] = [peakOf(...files.slice(0, 2)), peakOf(...files, ...files, ...files)];
  bars.bar('peak memory of a uniform soup of 2', two, 'MB', '<', 400);
  bars.bar('peak memory of a uniform soup of 24', many, 'MB', '<', 400);
}

function readOver(files: readonly string[]): void {
  const buffer = new Uint8Array(2 ** 20);
  for (const file of files) {
    const fd = openSync(file, 'r');
    while (readSync(fd, buffer, 0, buffer.length, null) > 0);
    closeSync(fd);
  }
}

/** The median of every side, in ms; the sides run one after the other in each round, `before` before each. */
async function inTurns(
  before: () => void,
  sides: Readonly<Record<string, () => Promise<number>>>,
): Promise<Record<string, number>> {
  const times = new Map<string, number[]>(Object.keys(sides).map((name) => [name, []]));
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(sides)) {
      before();
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

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

interface PythonPeer extends AsyncDisposable {
  /** Loads, averages and saves; returns what it took, in ms. */
  average(side: 'numpy' | 'torch', out: string, files: readonly string[]): Promise<number>;
}

async function pythonPeer(): Promise<PythonPeer | null> {
  const python = process.env.STOCKPOT_TORCH;
  if (python === undefined) {
    console.log('not measured: STOCKPOT_TORCH names no Python with torch, numpy and safetensors');
    return null;
  }
  const program = new URL('../../../../test/oracles/performance/average.py', import.meta.url).pathname;
  const child: ChildProcessWithoutNullStreams = spawn(python, [program, String(THREADS)], {
    // Idle threads must not spin while the other side is measured.
    env: { ...process.env, OMP_WAIT_POLICY: 'PASSIVE' },
  });
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${python} ended before it answered; has it torch, numpy and safetensors?`);
    return line.value;
  };
  console.log(await answer());
  return {
    async average(side, out, files) {
      child.stdin.write(`${[side, out, ...files].join('\t')}\n`);
      return 1000 * Number(await answer());
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end('end\n');
    },
  };
}
