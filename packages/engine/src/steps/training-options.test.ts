import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors } from '../checkpoints/safetensors.js';
import type { InputArtifact, Reporter, StepResult } from './definition.js';
import { finetune } from './finetune.js';
import { pretrain } from './pretrain.js';
import { probe } from './probe.js';
import { soup } from './soup.js';
import { ARCHITECTURE, PRETRAINING as MAE, type TrainingKitchen, trainingKitchen } from './training-kitchen.fixture.js';

const PLAIN = {
  algorithm: 'supervised',
  split: 'train',
  epochs: 3,
  batch: 20,
  lr: 3e-3,
  weight_decay: 0.05,
  warmup: 0.1,
  label_smoothing: 0.1,
  augmentation: 'none',
  seed: 5,
};

const PRETRAINING = { ...MAE, architecture: { ...ARCHITECTURE, depth: 2 }, epochs: 4 };

/** What a recipe for a ViT says when it says everything. */
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
  mixup: 0.8,
  cutmix: 1,
  ema: 0.9,
  freeze: ['patch_embed.*', 'pos_embed'],
  early_stopping: { split: 'selection', patience: 1 },
};

let kitchen: TrainingKitchen;
let stock: StepResult;
let inputs: Record<string, InputArtifact[]>;

beforeAll(async () => {
  kitchen = await trainingKitchen();
  const dataset = [kitchen.dataset];
  stock = await pretrain.execute(PRETRAINING, kitchen.context({ dataset }));
  const model = [kitchen.input(stock.outputs.checkpoint)];
  const probing = {
    algorithm: 'linear-probe',
    split: 'train',
    epochs: 4,
    batch: 20,
    lr: 0.01,
    weight_decay: 0,
    seed: 1,
  };
  const head = await probe.execute(probing, kitchen.context({ dataset, stock: model }));
  inputs = { dataset, stock: model, head: [kitchen.input(head.outputs.head)] };
});
afterAll(async () => {
  await kitchen[Symbol.asyncDispose]();
});

const tuned = (parameters: object, options?: Parameters<TrainingKitchen['context']>[1]) =>
  finetune.execute(parameters, kitchen.context(inputs, options));
const tensorsOf = ({ outputs }: StepResult) => readSafetensors(kitchen.input(outputs.checkpoint).path);

test('an option that is left out, and one that says what was so before, give the bytes of a training without options', async () => {
  const before = await tuned(PLAIN);
  const written = await tuned({
    ...PLAIN,
    optimizer: 'adamw',
    schedule: 'cosine',
    min_lr: 0,
    precision: 'f32',
    clip: 1,
    layer_decay: 1,
    drop_path: 0,
    accumulate: 1,
    mixup: 0,
    cutmix: 0,
    random_erasing: 0,
    checkpoint_every: { steps: 2 },
  });
  expect(written.outputs.checkpoint?.hash).toBe(before.outputs.checkpoint?.hash);
});

test.each([
  ['optimizer', { optimizer: 'lars' }],
  ['schedule', { schedule: 'constant' }],
  ['layer decay', { layer_decay: 0.5 }],
  ['drop path', { drop_path: 0.3 }],
  ['accumulation', { accumulate: 4 }],
  ['mixup', { mixup: 0.8 }],
  ['cutmix', { cutmix: 1 }],
  ['random erasing', { random_erasing: 0.5 }],
  ['clipping', { clip: 0.01 }],
  ['freezing', { freeze: ['blocks.0.*'] }],
  ['the mean of the weights', { ema: 0.9 }],
])('%s reaches the training: other bytes come out', async (_, option) => {
  const [plain, other] = [await tuned(PLAIN), await tuned({ ...PLAIN, ...option })];
  expect(other.outputs.checkpoint?.hash).not.toBe(plain.outputs.checkpoint?.hash);
  expect(other.summary.steps).toBe(plain.summary.steps);
});

test('what is frozen leaves as it came, and nothing else does', async () => {
  const [before, after] = [await tensorsOf(stock), await tensorsOf(await tuned({ ...PLAIN, freeze: ['blocks.0.*'] }))];
  for (const [name, { data }] of after.tensors) {
    if (name.startsWith('head.')) continue;
    expect(Buffer.from(data.buffer, data.byteOffset, data.byteLength).equals(bytesOf(before, name)), name).toBe(
      name.startsWith('blocks.0.'),
    );
  }
});

function bytesOf({ tensors }: Awaited<ReturnType<typeof tensorsOf>>, name: string): Buffer {
  const data = tensors.get(name)?.data;
  if (data === undefined) throw new Error(`The stock has no ${name}.`);
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

describe('a mean of the weights', () => {
  test('says that it is one, and no soup mixes it with weights of a last step', async () => {
    const [raw, mean, other] = [
      await tuned(PLAIN),
      await tuned({ ...PLAIN, ema: 0.9 }),
      await tuned({ ...PLAIN, ema: 0.95, seed: 6 }),
    ];
    const { metadata } = await tensorsOf(mean);
    expect([metadata.get('stockpot.weights'), metadata.get('stockpot.ema_decay')]).toEqual(['ema', '0.9']);
    expect((await tensorsOf(raw)).metadata.has('stockpot.weights')).toBe(false);
    const mix = (...made: StepResult[]) =>
      soup.execute(
        { method: 'uniform' },
        kitchen.context({ ingredients: made.map(({ outputs }) => kitchen.input(outputs.checkpoint)) }),
      );
    await expect(mix(raw, mean)).rejects.toThrow(/weights/);
    const mixed = await tensorsOf(await mix(mean, other));
    // What both are is kept; the decays differ, so neither is.
    expect(mixed.metadata.get('stockpot.weights')).toBe('ema');
    expect(mixed.metadata.has('stockpot.ema_decay')).toBe(false);
  });
});

describe('everything at once', () => {
  test('trains, and tried again after it was cut short makes the artifact of one that was left alone', async () => {
    const undisturbed = await tuned(EVERYTHING);
    const stop = new AbortController();
    const reporter: Reporter = {
      metric: (series, at) => {
        if (series === 'loss' && at === 8) stop.abort();
      },
      progress: () => undefined,
    };
    const scratch = 'everything';
    await expect(tuned(EVERYTHING, { scratch, reporter, signal: stop.signal })).rejects.toThrow(/cancelled/i);
    const again = await tuned(EVERYTHING, { scratch });
    expect(again.outputs.checkpoint?.hash).toBe(undisturbed.outputs.checkpoint?.hash);
    expect(again.summary).toMatchObject({ device: 'cpu', best: undisturbed.summary.best ?? null });
  });

  test('tells of each step, of speed and of memory', async () => {
    const seen = new Map<string, number[]>();
    const reporter: Reporter = {
      metric: (series, _, value) => seen.set(series, [...(seen.get(series) ?? []), value]),
      progress: ({ device }) => devices.add(device),
    };
    const devices = new Set<string | undefined>();
    await tuned(EVERYTHING, { reporter });
    expect(devices).toEqual(new Set(['cpu']));
    expect([...seen.keys()].sort()).toEqual(
      ['data_wait', 'gradient_norm', 'images_per_second', 'loss', 'lr', 'memory', 'validation'].sort(),
    );
    expect(seen.get('memory')?.every((bytes) => bytes > 1e7)).toBe(true);
    expect(seen.get('data_wait')?.every((share) => share >= 0 && share <= 1)).toBe(true);
  });
});

describe('snapshots', () => {
  test('are outputs of their own, the last one the checkpoint, also of a training that was cut short', async () => {
    const told = { ...PLAIN, snapshots: 3, ema: 0.9 };
    const undisturbed = await tuned(told);
    expect(Object.keys(undisturbed.outputs)).toEqual(['checkpoint', 'snapshot-1', 'snapshot-2', 'snapshot-3']);
    expect(undisturbed.outputs['snapshot-3']).toEqual(undisturbed.outputs.checkpoint);
    expect(new Set(Object.values(undisturbed.outputs).map(({ hash }) => hash)).size).toBe(3);
    expect(undisturbed.outputs.checkpoint?.hash).toBe((await tuned({ ...PLAIN, ema: 0.9 })).outputs.checkpoint?.hash);
    const stop = new AbortController();
    const reporter: Reporter = {
      metric: (series, at) => {
        if (series === 'loss' && at === 8) stop.abort();
      },
      progress: () => undefined,
    };
    const scratch = 'snapshots';
    await expect(tuned(told, { scratch, reporter, signal: stop.signal })).rejects.toThrow(/cancelled/i);
    expect((await tuned(told, { scratch })).outputs).toEqual(undisturbed.outputs);
  });

  test('of a training without labels are checkpoints too', async () => {
    const { outputs } = await pretrain.execute(
      { ...PRETRAINING, snapshots: 2 },
      kitchen.context({ dataset: [kitchen.dataset] }),
    );
    expect(outputs['snapshot-2']?.hash).toBe(stock.outputs.checkpoint?.hash);
    expect(outputs['snapshot-1']?.hash).not.toBe(stock.outputs.checkpoint?.hash);
  });
});

describe('an early end', () => {
  test('keeps the weights with the best accuracy on the selection split, and says which', async () => {
    const { summary } = await tuned({
      ...PLAIN,
      epochs: 30,
      lr: 1e-9,
      early_stopping: { split: 'selection', patience: 2 },
    });
    // Nothing is learned at such a rate: the first score is the best one, and two more are waited for, and one.
    expect(summary).toMatchObject({ steps: 4 * 6, best: { steps: 6 } });
  });

  test('by a split that models are trained on is refused', async () => {
    const attempt = tuned({ ...PLAIN, early_stopping: { split: 'unlabeled', patience: 1 } });
    await expect(attempt).rejects.toThrow(/ended by its score on 'unlabeled', whose role is unlabeled/);
  });
});

describe('a training without labels', () => {
  const made = (options: object) =>
    pretrain.execute({ ...PRETRAINING, ...options }, kitchen.context({ dataset: [kitchen.dataset] }));

  test('takes optimizer, schedule, clipping and a mean of the weights; what it froze has its first values', async () => {
    const options = { optimizer: 'lars', lr: 0.5, schedule: 'constant', clip: 1, freeze: ['blocks.0.*'] };
    const [short, long] = [await made({ ...options, epochs: 1 }), await made({ ...options, epochs: 2, ema: 0.9 })];
    const [early, late] = [await tensorsOf(short), await tensorsOf(long)];
    expect(late.metadata.get('stockpot.weights')).toBe('ema');
    expect(bytesOf(early, 'blocks.0.attn.qkv.weight').equals(bytesOf(late, 'blocks.0.attn.qkv.weight'))).toBe(true);
    expect(bytesOf(early, 'blocks.1.attn.qkv.weight').equals(bytesOf(late, 'blocks.1.attn.qkv.weight'))).toBe(false);
  });

  test('with its own defaults written out gives the bytes of one without options', async () => {
    const written = await made({ optimizer: 'adamw', schedule: 'cosine', clip: 'none', min_lr: 0 });
    expect(written.outputs.checkpoint?.hash).toBe(stock.outputs.checkpoint?.hash);
  });
});

test('a pattern that freezes nothing is refused with the name that was meant, before anything is trained', async () => {
  await expect(tuned({ ...PLAIN, freeze: ['block.0.*'] })).rejects.toThrow(/Did you mean 'blocks.0.\*'\?/);
});
