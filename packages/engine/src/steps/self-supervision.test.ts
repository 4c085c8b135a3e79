import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors } from '../checkpoints/safetensors.js';
import { CancelledError } from '../errors.js';
import type { Reporter, StepResult } from './definition.js';
import { finetune } from './finetune.js';
import { pretrain } from './pretrain.js';
import { probe } from './probe.js';
import { ARCHITECTURE, type TrainingKitchen, trainingKitchen } from './training-kitchen.fixture.js';

const COMMON = { split: 'unlabeled', epochs: 6, batch: 20, lr: 3e-3, weight_decay: 0.01, warmup: 0.1, seed: 1 };
const MAE = { ...COMMON, algorithm: 'mae', mask: 0.5, decoder: { dim: 8, depth: 2, heads: 2 } };
const LOCAL = { global_views: 2, local_views: 2, local_image: 4, hidden: 16, width: 8, views: 'affine' };
const METHODS = [
  ['mocov3, official', { algorithm: 'mocov3', variant: 'official', hidden: 16, width: 8, views: 'affine' }],
  ['mocov3, self-soup', { algorithm: 'mocov3', variant: 'self-soup', temperature: 0.2, views: 'affine' }],
  [
    'mmcr, official, with momentum',
    { algorithm: 'mmcr', variant: 'official', teacher_momentum: 0.99, hidden: 16, width: 8, views: 'affine' },
  ],
  ['mmcr, self-soup', { algorithm: 'mmcr', variant: 'self-soup', views: 'affine' }],
  ['lejepa', { algorithm: 'lejepa', slices: 32, ...LOCAL }],
  ['massl', { algorithm: 'massl', memory: 240, block: 60, ...LOCAL }],
] as const;

let kitchen: TrainingKitchen;
let stock: StepResult;
const stockInput = () => kitchen.input(stock.outputs.checkpoint);

beforeAll(async () => {
  kitchen = await trainingKitchen();
  const parameters = { ...MAE, architecture: ARCHITECTURE };
  stock = await pretrain.execute(parameters, kitchen.context({ dataset: [kitchen.dataset] }));
});
afterAll(async () => {
  await kitchen[Symbol.asyncDispose]();
});

/** Trains on from the stock; gives the losses of the steps too. */
async function goOn(parameters: object, options: Parameters<TrainingKitchen['context']>[1] = {}) {
  const losses: number[] = [];
  const reporter: Reporter = {
    metric: (series, step, value) => {
      options.reporter?.metric(series, step, value);
      if (series === 'loss') losses[step] = value;
    },
    progress: () => undefined,
  };
  const inputs = { dataset: [kitchen.dataset], stock: [stockInput()] };
  const result = await pretrain.execute(
    { ...COMMON, ...parameters },
    kitchen.context(inputs, { ...options, reporter }),
  );
  return { result, losses };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each(METHODS)('%s goes on from the stock', (_, parameters) => {
  test('and its loss falls', async () => {
    const { losses } = await goOn({ ...parameters, epochs: 10 });
    expect(mean(losses.slice(-6))).toBeLessThan(mean(losses.slice(0, 6)));
  });

  test('and, interrupted and resumed, gives the same bytes', async () => {
    const whole = await goOn(parameters);
    const stop = new AbortController();
    const scratch = `cut ${parameters.algorithm} ${Object.values(parameters).join(' ')}`.replaceAll(/[^a-z0-9 ]/g, '');
    const abort: Reporter = {
      metric: (series, step) => {
        if (series === 'loss' && step === 15) stop.abort();
      },
      progress: () => undefined,
    };
    await expect(goOn(parameters, { scratch, signal: stop.signal, reporter: abort })).rejects.toThrow(CancelledError);
    const resumed = await goOn(parameters, { scratch });
    expect(resumed.losses.findIndex((loss) => loss !== undefined)).toBeGreaterThan(10);
    expect(resumed.result.outputs.checkpoint?.hash).toBe(whole.result.outputs.checkpoint?.hash);
  });
});

describe('Self-Soupervision: without labels from the stock, with labels from there', () => {
  const FINETUNE = {
    algorithm: 'supervised',
    split: 'train',
    epochs: 2,
    batch: 20,
    lr: 1e-3,
    weight_decay: 0.01,
    warmup: 0.1,
    label_smoothing: 0,
    augmentation: 'none',
    seed: 5,
  };
  const read = async (result: StepResult) => readSafetensors(kitchen.input(result.outputs.checkpoint).path);

  test('MAE goes on with the decoder of the stock: one layer of two is its first, and it is kept in the checkpoint', async () => {
    const options = { ...MAE, mask: 0.75, decoder: { dim: 8, depth: 1, heads: 2 }, epochs: 1, lr: 1e-9 };
    const { tensors, metadata } = await read((await goOn(options)).result);
    const { tensors: before } = await read(stock);
    // So small a rate leaves everything where it began.
    for (const name of ['decoder_blocks.0.mlp.fc1.weight', 'decoder_pred.weight', 'blocks.0.mlp.fc1.weight']) {
      const [now, then] = [tensors, before].map((all) => [...(all.get(name)?.data ?? [])].map(Number));
      expect(now?.length).toBeGreaterThan(0);
      expect(Math.max(...(now ?? []).map((value, i) => Math.abs(value - (then?.[i] ?? Number.NaN))))).toBeLessThan(
        1e-6,
      );
    }
    expect(tensors.has('decoder_blocks.1.mlp.fc1.weight')).toBe(false);
    expect(metadata.get('stockpot.stock')).toBe(stock.outputs.checkpoint?.hash);
    expect(metadata.has('stockpot.head')).toBe(false);
  });

  test('MAE with plain pixels is another training than with normalised ones', async () => {
    const losses = await Promise.all(
      [true, false].map((normalise_pixels) => goOn({ ...MAE, normalise_pixels, epochs: 1 })),
    );
    expect(losses[0]?.losses[0]).not.toBe(losses[1]?.losses[0]);
  });

  test('what is fine-tuned from it belongs to the same stock and head as what is fine-tuned from the stock', async () => {
    const { result } = await goOn({ algorithm: 'mmcr', variant: 'self-soup', local: 0, views: 'affine', epochs: 1 });
    const dataset = [kitchen.dataset];
    const head = await probe.execute(
      { algorithm: 'linear-probe', split: 'train', epochs: 2, batch: 20, lr: 0.01, weight_decay: 0, seed: 1 },
      kitchen.context({ dataset, stock: [stockInput()] }),
    );
    const given = { dataset, stock: [stockInput()], head: [kitchen.input(head.outputs.head)] };
    const start = [kitchen.input(result.outputs.checkpoint)];
    const plain = await read(await finetune.execute(FINETUNE, kitchen.context(given)));
    const continued = await read(await finetune.execute(FINETUNE, kitchen.context({ ...given, start })));
    for (const key of ['stockpot.stock', 'stockpot.head', 'stockpot.architecture', 'stockpot.preprocessing']) {
      expect(continued.metadata.get(key), key).toBe(plain.metadata.get(key));
    }
    expect([...continued.tensors.keys()].sort()).toEqual([...plain.tensors.keys()].sort());
    expect(continued.tensors.get('blocks.0.attn.qkv.weight')).not.toEqual(
      plain.tensors.get('blocks.0.attn.qkv.weight'),
    );
  });

  test('without an architecture and without a stock there is nothing to train', async () => {
    const attempt = pretrain.execute(MAE, kitchen.context({ dataset: [kitchen.dataset] }));
    await expect(attempt).rejects.toThrow('given neither an architecture nor a stock');
  });
});
