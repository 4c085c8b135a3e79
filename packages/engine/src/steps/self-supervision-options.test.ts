import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors } from '../checkpoints/safetensors.js';
import { COUPLED, SSL_ALGORITHMS, type SslAlgorithm } from '../recipe/ssl-options.js';
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
      series.set(name, [...(series.get(name) ?? []), value]);
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
  const withoutOptions = () => (first ??= trained(plain));

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
    const [without, other] = [await withoutOptions(), await trained({ ...plain, [option]: value })];
    expect(hashOf(other.result)).not.toBe(hashOf(without.result));
    // Nothing is dropped, and no rate changed, before the first update: a mask changes its loss, a rate does not.
    expect(other.losses[0] === without.losses[0]).toBe(option === 'layer_decay');
  });

  test(`${COUPLED[algorithm] === null ? 'is' : 'cannot be'} computed in parts`, async () => {
    const attempt = trained({ ...plain, accumulate: 4 });
    if (COUPLED[algorithm] !== null) {
      await expect(attempt).rejects.toThrow(
        `A batch of ${algorithm} cannot be computed in parts: ${COUPLED[algorithm]}.`,
      );
      return;
    }
    const [whole, parts, halves] = [
      await withoutOptions(),
      await attempt,
      // Off the processor's own way: each part a run of the step.
      await trained({ ...plain, accumulate: 4, precision: 'f16' }),
    ];
    expect(parts.losses).toHaveLength(whole.losses.length);
    for (const [step, loss] of whole.losses.entries()) {
      expect(Math.abs((parts.losses[step] ?? Number.NaN) - loss)).toBeLessThan(1e-5);
      expect(Math.abs((halves.losses[step] ?? Number.NaN) - loss)).toBeLessThan(2e-2);
    }
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
