import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileArtifactStore } from '../../artifacts/file-store.js';
import { openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import { encodeSafetensors, readSafetensors } from '../../checkpoints/safetensors.js';
import { registerDataset } from '../../data/register.js';
import { canonicalJson } from '../../json.js';
import { bertMicro, reviews, writeBertMicro } from '../../models/text/bert-micro.fixture.js';
import { importTextCheckpoint } from '../../models/text/text-checkpoint.js';
import type { InputArtifact, Reporter, StepContext, StepResult } from '../definition.js';
import { finetune } from '../finetune.js';
import { probe } from '../probe.js';

const PLAIN = {
  algorithm: 'supervised',
  split: 'train',
  epochs: 3,
  batch: 16,
  lr: 2e-3,
  weight_decay: 0.01,
  warmup: 0.1,
  label_smoothing: 0.1,
  augmentation: 'none',
  seed: 5,
};

/** What a recipe for a BERT says when it says everything. */
const EVERYTHING = {
  ...PLAIN,
  optimizer: 'sgd',
  momentum: 0.8,
  nesterov: true,
  schedule: 'step',
  milestones: [0.5],
  gamma: 0.2,
  clip: 2,
  layer_decay: 0.75,
  drop_path: 0.2,
  accumulate: 2,
  ema: 0.9,
  freeze: ['embeddings.*'],
  early_stopping: { split: 'selection', patience: 1 },
};

let root: string;
let store: FileArtifactStore;
let inputs: Record<string, InputArtifact[]>;
let contexts = 0;

function context(options: { scratch?: string; signal?: AbortSignal; reporter?: Reporter } = {}): StepContext {
  const { scratch = String(contexts++), signal, reporter } = options;
  return {
    ...{ inputs, store, threads: 1, device: 'cpu' },
    reporter: reporter ?? { metric: () => undefined, progress: () => undefined },
    signal: signal ?? new AbortController().signal,
    scratch: join(root, 'scratch', scratch),
    resolveSource: () => root,
  };
}

const tuned = (parameters: object, options?: Parameters<typeof context>[0]) =>
  finetune.execute(parameters, context(options));
const tensorsOf = async (result: StepResult) =>
  (await readSafetensors(store.path(result.outputs.checkpoint?.hash ?? ''))).tensors;
const hashOf = ({ outputs }: StepResult) => outputs.checkpoint?.hash;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stockpot texts '));
  store = await FileArtifactStore.open(join(root, 'blobs'));
  await writeFile(join(root, 'train.csv'), reviews(80, 0));
  const put = async (bytes: Uint8Array): Promise<InputArtifact[]> => {
    const { hash } = await store.put(bytes, 'application/octet-stream');
    return [{ hash, path: store.path(hash) }];
  };
  const { manifest } = await registerDataset(
    {
      source: { path: root },
      format: 'csv',
      seed: 1,
      splits: [
        { name: 'train', role: 'train', from: 'train', count: 48 },
        { name: 'selection', role: 'selection', from: 'train', count: null },
      ],
    },
    root,
  );
  await writeBertMicro(join(root, 'bert'), bertMicro({ depth: 2 }));
  await using reader = await openCheckpoint(join(root, 'bert'));
  const { tensors, metadata } = await importTextCheckpoint(reader);
  inputs = {
    dataset: await put(Buffer.from(canonicalJson(manifest))),
    stock: await put(encodeSafetensors(tensors, metadata)),
  };
  const probing = {
    algorithm: 'linear-probe',
    split: 'train',
    epochs: 2,
    batch: 16,
    lr: 0.01,
    weight_decay: 0,
    seed: 1,
  };
  const { outputs } = await probe.execute(probing, context());
  inputs = { ...inputs, head: [{ hash: outputs.head?.hash ?? '', path: store.path(outputs.head?.hash ?? '') }] };
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('a text model is told what a model of images is told', () => {
  test('and what is left out is as it was before there was a choice', async () => {
    const before = await tuned(PLAIN);
    const written = { optimizer: 'adamw', schedule: 'cosine', min_lr: 0, precision: 'f32', clip: 1 };
    const same = await tuned({ ...PLAIN, ...written, layer_decay: 1, drop_path: 0, accumulate: 1 });
    expect(hashOf(same)).toBe(hashOf(before));
  });

  test.each([
    ['optimizer', { optimizer: 'lars' }],
    ['schedule', { schedule: 'constant' }],
    ['layer decay', { layer_decay: 0.5 }],
    ['drop path', { drop_path: 0.3 }],
    ['accumulation', { accumulate: 4 }],
    ['clipping', { clip: 0.01 }],
    ['freezing', { freeze: ['encoder.layer.0.*'] }],
    ['the mean of the weights', { ema: 0.9 }],
    ['half precision', { precision: 'f16' }],
  ])('%s reaches the training: other bytes come out', async (_, option) => {
    const [plain, other] = [await tuned(PLAIN), await tuned({ ...PLAIN, ...option })];
    expect(hashOf(other)).not.toBe(hashOf(plain));
    expect(other.summary.steps).toBe(plain.summary.steps);
  });

  test('everything at once, and tried again after it was cut short it makes the artifact of one that was left alone', async () => {
    const undisturbed = await tuned(EVERYTHING);
    const stop = new AbortController();
    const reporter: Reporter = {
      metric: (series, at) => {
        if (series === 'loss' && at === 4) stop.abort();
      },
      progress: () => undefined,
    };
    const scratch = 'everything';
    await expect(tuned(EVERYTHING, { scratch, reporter, signal: stop.signal })).rejects.toThrow(/cancelled/i);
    const again = await tuned(EVERYTHING, { scratch });
    expect(hashOf(again)).toBe(hashOf(undisturbed));
    expect(again.summary).toMatchObject({ device: 'cpu', best: undisturbed.summary.best ?? null });
    const [before, after] = [await readSafetensors(inputs.stock?.[0]?.path ?? ''), await tensorsOf(again)];
    for (const [name, { data }] of before.tensors) {
      const kept = [...data].every((value, at) => value === after.get(name)?.data[at]);
      expect(kept, name).toBe(name.startsWith('embeddings.'));
    }
  });

  test('an early end keeps the weights with the best accuracy on the selection split', async () => {
    const { summary } = await tuned({
      ...PLAIN,
      epochs: 30,
      lr: 1e-9,
      early_stopping: { split: 'selection', patience: 2 },
    });
    expect(summary).toMatchObject({ steps: 4 * 3, best: { steps: 3 } });
  });
});

describe('refused by a sentence, before anything is trained', () => {
  test.each([
    ['mixup and an augmentation', { augmentation: 'shift', mixup: 0.5 }, /trained with augmentation, mixup/],
    ['a pattern that freezes nothing', { freeze: ['encoder.layers.0.*'] }, /Did you mean 'encoder.layer.0.\*'\?/],
    [
      'the end by a split that is trained on',
      { early_stopping: { split: 'train', patience: 1 } },
      /whose role is train/,
    ],
    ['a batch that is no whole number of parts', { accumulate: 5 }, /A batch of 16 cannot be cut into 5 equal parts/],
    [
      'a batch that the split cannot fill',
      { batch: 64 },
      /A batch of 64 was asked for of the split 'train', which has 48/,
    ],
  ])('%s', async (_, option, sentence) => {
    const scratch = `refused ${contexts++}`;
    await expect(tuned({ ...PLAIN, ...option }, { scratch })).rejects.toThrow(sentence);
  });
});
