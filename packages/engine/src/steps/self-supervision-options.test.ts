import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors } from '../checkpoints/safetensors.js';
import { SSL_ALGORITHMS, type SslAlgorithm } from '../recipe/ssl-options.js';
import type { Reporter, StepResult } from './definition.js';
import { pretrain } from './pretrain.js';
import { ARCHITECTURE, type TrainingKitchen, trainingKitchen } from './training-kitchen.fixture.js';

const COMMON = {
  architecture: { ...ARCHITECTURE, depth: 2 },
  split: 'unlabeled',
  epochs: 2,
  batch: 20,
  lr: 3e-3,
  weight_decay: 0.01,
  warmup: 0.1,
  seed: 1,
};
const heads = { hidden: 16, width: 8 };

/** Every algorithm with options that suit the miniature. */
const METHODS: Readonly<Record<SslAlgorithm, object>> = {
  mae: { ...COMMON, algorithm: 'mae', mask: 0.5, decoder: { dim: 8, depth: 1, heads: 2 } },
  mocov3: { ...COMMON, algorithm: 'mocov3', variant: 'official', views: 'affine', ...heads },
  mmcr: { ...COMMON, algorithm: 'mmcr', variant: 'official', teacher_momentum: 0.9, views: 'affine', ...heads },
  lejepa: { ...COMMON, algorithm: 'lejepa', slices: 32, local_views: 1, local_image: 4, views: 'affine', ...heads },
  massl: {
    ...COMMON,
    algorithm: 'massl',
    memory: 240,
    block: 60,
    local_views: 1,
    local_image: 4,
    views: 'affine',
    ...heads,
  },
};
/** What any of them may be told. */
const EVERYTHING = {
  layer_decay: 0.7,
  drop_path: 0.3,
  freeze: ['blocks.0.norm1.*'],
  early_stopping: { split: 'selection', patience: 3 },
  ema: 0.9,
};

let kitchen: TrainingKitchen;
beforeAll(async () => {
  kitchen = await trainingKitchen();
});
afterAll(async () => {
  await kitchen[Symbol.asyncDispose]();
});

async function trained(parameters: object, options: Parameters<TrainingKitchen['context']>[1] = {}) {
  const series = new Map<string, number[]>();
  const reporter: Reporter = {
    metric: (name, step, value) => {
      options.reporter?.metric(name, step, value);
      const values = series.get(name) ?? [];
      // An update that overflowed in f16 has none.
      if (name === 'loss') values[step] = value;
      else values.push(value);
      series.set(name, values);
    },
    progress: () => undefined,
  };
  const result = await pretrain.execute(
    parameters,
    kitchen.context({ dataset: [kitchen.dataset] }, { ...options, reporter }),
  );
  return { result, losses: series.get('loss') ?? [], validation: series.get('validation') ?? [] };
}
const hashOf = ({ outputs }: StepResult) => outputs.checkpoint?.hash;

describe.each(SSL_ALGORITHMS)('%s', (algorithm) => {
  const plain = METHODS[algorithm];
  let first: ReturnType<typeof trained> | null = null;
  /** What no option was given to: trained once. */
  const withoutOptions = () => (first ??= trained({ ...plain, epochs: 1 }));

  test('takes every option, and resumed gives the bytes of a training left alone', async () => {
    const whole = await trained({ ...plain, ...EVERYTHING });
    expect(whole.validation).toHaveLength(2);
    expect(whole.validation.every(Number.isFinite)).toBe(true);
    const stop = new AbortController();
    const reporter: Reporter = {
      metric: (name, step) => {
        if (name === 'loss' && step === 8) stop.abort();
      },
      progress: () => undefined,
    };
    const scratch = `everything of ${algorithm}`;
    const cut = trained({ ...plain, ...EVERYTHING }, { scratch, reporter, signal: stop.signal });
    await expect(cut).rejects.toThrow(/cancelled/i);
    const again = await trained({ ...plain, ...EVERYTHING }, { scratch });
    expect(hashOf(again.result)).toBe(hashOf(whole.result));
    expect(again.result.summary.best).toEqual(whole.result.summary.best);
  });

  test.each([
    ['layer_decay', 0.5],
    ['drop_path', 0.4],
  ] as const)('%s reaches the training', async (option, value) => {
    const [without, other] = [await withoutOptions(), await trained({ ...plain, epochs: 1, [option]: value })];
    expect(hashOf(other.result)).not.toBe(hashOf(without.result));
    // Nothing is dropped, and no rate changed, before the first update: a mask changes its loss, a rate does not.
    expect(other.losses[0] === without.losses[0]).toBe(option === 'layer_decay');
  });

  test('is computed in parts, the loss being that of the whole batch', async () => {
    const told = { ...plain, epochs: 1, drop_path: 0.3, lr: 1e-4 };
    const [whole, parts] = [await trained(told), await trained({ ...told, accumulate: 4 })];
    expect(parts.losses).toHaveLength(6);
    for (const [step, loss] of whole.losses.entries()) {
      expect(Math.abs((parts.losses[step] ?? Number.NaN) - loss)).toBeLessThan(1e-4 * Math.max(1, Math.abs(loss)));
    }
    expect(hashOf(parts.result)).not.toBe(hashOf(whole.result));
    await expect(trained({ ...plain, accumulate: 3 })).rejects.toThrow(
      /A batch of 20 cannot be cut into 3 equal parts/,
    );
  });
});

// MMCR has no f16. MaSSL's memory misses the batches whose gradient overflows, while the scale of its loss is found.
describe.each(SSL_ALGORITHMS.filter((name) => name !== 'mmcr' && name !== 'massl'))('%s', (algorithm) => {
  test('in f16 and in parts follows f32', async () => {
    const told = { ...METHODS[algorithm], epochs: 1, lr: 1e-9 };
    const [whole, half] = [await trained(told), await trained({ ...told, accumulate: 4, precision: 'f16' })];
    expect(Object.keys(half.losses).length).toBeGreaterThan(2);
    half.losses.forEach((loss, step) => {
      const right = whole.losses[step] ?? Number.NaN;
      expect(Math.abs(loss - right), `step ${step}`).toBeLessThan(1e-2 * Math.max(1, Math.abs(right)));
    });
  });
});

describe('an early end', () => {
  test('keeps the weights with the lowest loss on images that are not trained on', async () => {
    const stopped = await trained({
      ...METHODS.mae,
      epochs: 30,
      lr: 1e-9,
      early_stopping: { split: 'selection', patience: 2, min_gain: 0.01 },
    });
    expect(stopped.result.summary).toMatchObject({ steps: 4 * 6, best: { steps: 6 } });
    expect(stopped.result.summary.best).toEqual({ steps: 6, score: stopped.validation[0] });
  });

  test.each([
    ['unlabeled', /by its loss on 'unlabeled', which it is trained on/],
    ['train', /by its loss on 'train', whose role is train/],
  ])('by the split %s is refused', async (split, sentence) => {
    await expect(trained({ ...METHODS.mae, early_stopping: { split, patience: 1 } })).rejects.toThrow(sentence);
  });

  test('by fewer images than a batch is refused with both numbers', async () => {
    const attempt = trained({ ...METHODS.mae, batch: 40, early_stopping: { split: 'selection', patience: 1 } });
    await expect(attempt).rejects.toThrow(
      /A batch of 40 was asked for of the split 'selection', which has 30 examples/,
    );
  });
});

test('what a loss trains beside the encoder has the whole rate, whatever the decay', async () => {
  const told = {
    ...METHODS.mae,
    epochs: 1,
    weight_decay: 0,
    optimizer: 'sgd',
    momentum: 0,
    schedule: 'constant',
    warmup: 0,
  };
  const one = { ...told, batch: 120 };
  const [plain, decayed] = [await trained(one), await trained({ ...one, layer_decay: 0.5 })];
  const start = (await trained({ ...one, lr: 1e-12 })).result;
  const tensorsOf = async (result: StepResult) =>
    (await readSafetensors(kitchen.input(result.outputs.checkpoint).path)).tensors;
  const [from, full, less] = [await tensorsOf(start), await tensorsOf(plain.result), await tensorsOf(decayed.result)];
  const moved = (tensors: typeof from, name: string) =>
    Math.hypot(
      ...[...(tensors.get(name)?.data ?? [])].map((value, at) => Number(value) - Number(from.get(name)?.data[at])),
    );
  // One step of plain SGD: the ratio of the ways is the factor of the rate.
  for (const [name, factor] of [
    ['decoder_pred.weight', 1],
    ['mask_token', 1],
    ['blocks.1.attn.qkv.weight', 0.5],
    ['blocks.0.attn.qkv.weight', 0.25],
    ['patch_embed.proj.weight', 0.125],
  ] as const) {
    expect(moved(less, name) / moved(full, name), name).toBeCloseTo(factor, 3);
  }
});
