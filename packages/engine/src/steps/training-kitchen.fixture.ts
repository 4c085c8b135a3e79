/** @file A folder with a small data set of real IDX files, and contexts to run the training steps in. Used by tests only. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileArtifactStore } from '../artifacts/file-store.js';
import { registerDataset } from '../data/register.js';
import { canonicalJson } from '../json.js';
import { keyed } from '../random/index.js';
import type { InputArtifact, Reporter, StepContext, StepOutput } from './definition.js';

const SIDE = 8;
const CLASSES = 3;

export const ARCHITECTURE = { family: 'vit', image: SIDE, channels: 1, patch: 4, dim: 16, depth: 1, heads: 2, mlp: 32 };

/** The pre-training of a stock by MAE on the split without labels. */
export const PRETRAINING = {
  algorithm: 'mae',
  architecture: ARCHITECTURE,
  split: 'unlabeled',
  epochs: 10,
  batch: 20,
  lr: 3e-3,
  weight_decay: 0.05,
  warmup: 0.1,
  mask: 0.5,
  decoder: { dim: 8, depth: 1, heads: 2 },
  seed: 1,
};

/** Stripes across, stripes down and blobs, with noise: three classes that a small network tells apart. */
function drawImage(label: number, index: number): Uint8Array {
  const random = keyed(9, index);
  const phase = random.integer(2);
  return Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
    const [row, column] = [Math.floor(at / SIDE), at % SIDE];
    const on = [(row + phase) % 2 === 0, (column + phase) % 2 === 0, Math.hypot(row - 3.5, column - 3.5) < 3][label];
    return Math.min(255, (on ? 180 : 20) + random.integer(56));
  });
}

async function writeIdx(file: string, shape: readonly number[], data: Uint8Array): Promise<void> {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  for (const [axis, size] of shape.entries()) head.writeUInt32BE(size, 4 + 4 * axis);
  await writeFile(file, Buffer.concat([head, data]));
}

export interface TrainingKitchen extends AsyncDisposable {
  readonly store: FileArtifactStore;
  readonly dataset: InputArtifact;
  /** An artifact as an input of a further step. */
  input(output: StepOutput | undefined): InputArtifact;
  /** Puts bytes into the store. */
  put(bytes: Uint8Array): Promise<InputArtifact>;
  /** `scratch` names a folder that attempts share. */
  context(
    inputs: StepContext['inputs'],
    options?: { scratch?: string; signal?: AbortSignal; reporter?: Reporter },
  ): StepContext;
}

/** 240 training images in the splits `unlabeled` (120) and `train` (120), and 30 others to choose by: `selection`. */
export async function trainingKitchen(): Promise<TrainingKitchen> {
  const root = await mkdtemp(join(tmpdir(), 'stockpot training kitchen '));
  const count = 240;
  const labels = Uint8Array.from({ length: count }, (_, index) => index % CLASSES);
  const images = Buffer.concat([...labels].map(drawImage));
  const chosenBy = labels.slice(0, 30);
  const others = Buffer.concat([...chosenBy].map((label, index) => drawImage(label, count + index)));
  await writeIdx(join(root, 't10k-images-idx3-ubyte'), [chosenBy.length, SIDE, SIDE], others);
  await writeIdx(join(root, 't10k-labels-idx1-ubyte'), [chosenBy.length], chosenBy);
  await writeIdx(join(root, 'train-images-idx3-ubyte'), [count, SIDE, SIDE], images);
  await writeIdx(join(root, 'train-labels-idx1-ubyte'), [count], labels);
  const store = await FileArtifactStore.open(join(root, 'blobs'));
  const put = async (bytes: Uint8Array): Promise<InputArtifact> => {
    const { hash } = await store.put(bytes, 'application/octet-stream');
    return { hash, path: store.path(hash) };
  };
  const { manifest } = await registerDataset(
    {
      source: { path: root },
      format: 'idx',
      seed: 1,
      splits: [
        { name: 'unlabeled', role: 'unlabeled', from: 'train', count: count / 2 },
        { name: 'train', role: 'train', from: 'train', count: count / 2 },
        { name: 'selection', role: 'selection', from: 'test', count: null },
      ],
    },
    root,
  );
  const dataset = await put(Buffer.from(canonicalJson(manifest)));
  let contexts = 0;
  return {
    store,
    dataset,
    put,
    input: (output) => {
      if (output === undefined) throw new Error('The step before made no such output.');
      return { hash: output.hash, path: store.path(output.hash) };
    },
    context: (inputs, { scratch, signal, reporter } = {}) => ({
      inputs,
      store,
      reporter: reporter ?? { metric: () => undefined, progress: () => undefined },
      signal: signal ?? new AbortController().signal,
      scratch: join(root, 'scratch', scratch ?? String(contexts++)),
      threads: 1,
      device: 'cpu',
      resolveSource: () => root,
    }),
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true });
    },
  };
}
