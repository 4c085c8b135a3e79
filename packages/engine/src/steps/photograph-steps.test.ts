import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileArtifactStore } from '../artifacts/file-store.js';
import { decodeSafetensors } from '../checkpoints/safetensors.js';
import { type DataFolder, dataFolder } from '../data/dataset-folder.fixture.js';
import { loadTestImages } from '../data/loader/index.js';
import { photographs } from '../data/photographs.fixture.js';
import { CancelledError } from '../errors.js';
import { canonicalJson } from '../json.js';
import { loadModel } from '../models/load-model.js';
import { benchmark } from './benchmark.js';
import type { InputArtifact, StepContext, StepOutput, StepResult } from './definition.js';
import { evaluate } from './evaluate.js';
import { finetune } from './finetune.js';
import { pretrain } from './pretrain.js';
import { probe } from './probe.js';

const ARCHITECTURE = { family: 'vit', image: 16, channels: 3, patch: 8, dim: 16, depth: 1, heads: 2, mlp: 32 };
const COMMON = { batch: 6, lr: 3e-3, weight_decay: 0.01, seed: 1 };

let folder: DataFolder;
let root: string;
let store: FileArtifactStore;
let dataset: InputArtifact;
let stock: StepResult;
let head: StepResult;

const metrics: string[] = [];
/** Threads of this process that run, as Node counts them. */
const running = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
const context = (
  inputs: StepContext['inputs'],
  scratch: string,
  { signal = new AbortController().signal, reporter }: Partial<Pick<StepContext, 'signal' | 'reporter'>> = {},
): StepContext => ({
  inputs,
  store,
  reporter: reporter ?? { metric: (series) => metrics.push(series), progress: () => undefined },
  signal,
  scratch: join(root, scratch),
  threads: 1,
  device: 'cpu',
  resolveSource: () => folder.path,
});
const input = (output: StepOutput | undefined): InputArtifact => {
  if (output === undefined) throw new Error('The step before made no such output.');
  return { hash: output.hash, path: store.path(output.hash) };
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stockpot photographs '));
  store = await FileArtifactStore.open(join(root, 'blobs'));
  const options = { classes: 3, each: 8, sides: [18, 40] } as const;
  folder = await dataFolder({ ...(await photographs('train', options)), ...(await photographs('test', options)) });
  const manifest = await folder.register('image-folder', [
    { name: 'train', role: 'train', from: 'train', count: null },
    { name: 'test', role: 'test', from: 'test', count: null },
  ]);
  const { hash } = await store.put(Buffer.from(canonicalJson(manifest)), 'application/json');
  dataset = { hash, path: store.path(hash) };
  stock = await pretrain.execute(
    {
      ...{ ...COMMON, algorithm: 'mae', architecture: ARCHITECTURE, split: 'train', epochs: 2, warmup: 0.1 },
      ...{ mask: 0.5, decoder: { dim: 8, depth: 1, heads: 2 } },
    },
    context({ dataset: [dataset] }, 'pretrain'),
  );
  head = await probe.execute(
    { ...COMMON, algorithm: 'linear-probe', split: 'train', epochs: 20, lr: 0.05 },
    context({ dataset: [dataset], stock: [input(stock.outputs.checkpoint)] }, 'probe'),
  );
});
afterAll(async () => {
  await folder?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

const inputs = () => ({
  dataset: [dataset],
  stock: [input(stock.outputs.checkpoint)],
  head: [input(head.outputs.head)],
});
const tune = (augmentation: string, scratch: string, options?: Parameters<typeof context>[2]) =>
  finetune.execute(
    {
      ...{ ...COMMON, algorithm: 'supervised', split: 'train', epochs: 6, warmup: 0.1, label_smoothing: 0.1 },
      ...{ augmentation, mixup: 0.2, cutmix: 1 },
    },
    context(inputs(), scratch, options),
  );

describe('photographs of all sizes', () => {
  test('a model that is trained on them says how they are resized and cropped', async () => {
    const { preprocessing } = await loadModel(input(stock.outputs.checkpoint).path, 'The stock');
    expect(preprocessing).toMatchObject({
      ...{ resize: { shortest: 16 }, crop: { height: 16, width: 16 }, interpolation: 'bicubic' },
    });
    expect(preprocessing.mean).toHaveLength(3);
  });

  test('go through RandAugment, mixup and CutMix into an ingredient, the same bytes every time', async () => {
    const [first, again] = [await tune('rand-m9-mstd0.5-inc1', 'first'), await tune('rand-m9-mstd0.5-inc1', 'again')];
    expect(again.outputs.checkpoint).toEqual(first.outputs.checkpoint);
    expect((await tune('three-augment', 'other')).outputs.checkpoint).not.toEqual(first.outputs.checkpoint);
    expect(metrics).toContain('data_wait');
  });

  test('a training that is cut short leaves no thread, and tried again makes the bytes of one that was left alone', async () => {
    const idle = running();
    const stop = new AbortController();
    let most = 0;
    const metric = (series: string, step: number) => {
      most = Math.max(most, running());
      if (series === 'loss' && step === 7) stop.abort();
    };
    const cut = { signal: stop.signal, reporter: { metric, progress: () => undefined } };
    await expect(tune('moco-v3-second', 'cut', cut)).rejects.toThrow(CancelledError);
    expect(most).toBeGreaterThan(idle);
    expect(running()).toBe(idle);
    const again = await tune('moco-v3-second', 'cut');
    expect(again.outputs.checkpoint).toEqual((await tune('moco-v3-second', 'whole')).outputs.checkpoint);
  });

  test('are told apart by colour, in a benchmark whose protocol says that they were resized', async () => {
    const ingredient = await tune('crop-flip', 'scored');
    const fixed = await benchmark.execute(
      { split: 'test', subset: null, corruptions: null, severities: null },
      context({ dataset: [dataset] }, 'benchmark'),
    );
    const protocol = JSON.parse(Buffer.from(await store.read(fixed.outputs.protocol?.hash ?? '')).toString());
    expect(protocol.dataset.image).toBeNull();
    expect(protocol.preprocessing).toMatch(
      /^decoded, resized and cropped as the model's own metadata says, then pixels/,
    );
    const scored = await evaluate.execute(
      { predictor: 'checkpoint' },
      context(
        {
          dataset: [dataset],
          benchmark: [input(fixed.outputs.protocol)],
          model: [input(ingredient.outputs.checkpoint)],
        },
        'evaluate',
      ),
    );
    expect(scored.summary.top1).toBeGreaterThan(0.8);
    const logits = decodeSafetensors(await store.read(scored.outputs.logits?.hash ?? ''), 'logits').tensors.get(
      'logits',
    );
    expect(logits?.shape).toEqual([24, 3]);
  });

  test('come out of threads as they come without', async () => {
    const opened = await folder.open(JSON.parse(Buffer.from(await store.read(dataset.hash)).toString()));
    const { preprocessing } = await loadModel(input(stock.outputs.checkpoint).path, 'The stock');
    const place = { split: 'test', manifest: dataset.path, folder: folder.path };
    const chunks = await Promise.all(
      [0, 2].map(async (threads) => {
        const plan = { image: [3, 16, 16] as const, normalise: preprocessing, rows: 10 };
        await using images = loadTestImages({ plan, dataset: opened, ...place, threads });
        return await Promise.all(Array.from({ length: images.chunks }, (_, index) => images.chunk(index)));
      }),
    );
    expect(chunks[1]).toEqual(chunks[0]);
    expect(chunks[0]?.map(({ length }) => length / 768)).toEqual([10, 10, 4]);
  });
});
