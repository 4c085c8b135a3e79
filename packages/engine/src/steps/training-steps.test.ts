import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeSafetensors, readSafetensors } from '../checkpoints/safetensors.js';
import { openDataset } from '../data/dataset.js';
import { normaliseImages } from '../data/preprocessing.js';
import { CancelledError } from '../errors.js';
import { loadModel } from '../models/load-model.js';
import { classifier } from '../training/inference.js';
import type { InputArtifact, Reporter, StepResult } from './definition.js';
import { finetune } from './finetune.js';
import { pretrain } from './pretrain.js';
import { probe } from './probe.js';
import { ARCHITECTURE, PRETRAINING, type TrainingKitchen, trainingKitchen } from './training-kitchen.fixture.js';

const PROBE = { algorithm: 'linear-probe', split: 'train', epochs: 10, batch: 20, lr: 0.01, weight_decay: 0, seed: 1 };
const FINETUNE = {
  algorithm: 'supervised',
  split: 'train',
  epochs: 8,
  batch: 20,
  lr: 3e-3,
  weight_decay: 0.05,
  warmup: 0.1,
  label_smoothing: 0.1,
  augmentation: 'shift',
  seed: 5,
};

let kitchen: TrainingKitchen;
let stock: StepResult;
let head: StepResult;
const inputs = (): Record<string, InputArtifact[]> => ({
  dataset: [kitchen.dataset],
  stock: [kitchen.input(stock.outputs.checkpoint)],
  head: [kitchen.input(head.outputs.head)],
});

beforeAll(async () => {
  kitchen = await trainingKitchen();
  stock = await pretrain.execute(PRETRAINING, kitchen.context({ dataset: [kitchen.dataset] }));
  const { dataset, stock: model } = inputsOfProbe();
  head = await probe.execute(PROBE, kitchen.context({ dataset, stock: model }));
});
afterAll(async () => {
  await kitchen[Symbol.asyncDispose]();
});

function inputsOfProbe() {
  return { dataset: [kitchen.dataset], stock: [kitchen.input(stock.outputs.checkpoint)] };
}

/** A reporter that aborts in the step it is told. */
function abortAt(step: number): { reporter: Reporter; signal: AbortSignal } {
  const stop = new AbortController();
  return {
    signal: stop.signal,
    reporter: {
      metric: (series, at) => {
        if (series === 'loss' && at === step) stop.abort();
      },
      progress: () => undefined,
    },
  };
}

describe('from unlabelled images to an ingredient', () => {
  test('the stock is an encoder with its decoder, and says what it is', async () => {
    const { architecture, preprocessing, tensors } = await loadModel(
      kitchen.input(stock.outputs.checkpoint).path,
      'It',
    );
    expect(architecture).toEqual({ ...ARCHITECTURE, pooling: 'cls', layerNormEpsilon: 1e-6 });
    expect(preprocessing.mean).toHaveLength(1);
    expect([...tensors.keys()]).toEqual(expect.arrayContaining(['blocks.0.attn.qkv.weight', 'decoder_pred.weight']));
    expect(stock.summary).toMatchObject({ steps: 60, architecture: { dim: 16 }, hyperparameters: { mask: 0.5 } });
  });

  test('the probe reads the frozen features better than chance', () => {
    expect(head.summary.trainAccuracy).toBeGreaterThan(0.6);
  });

  test('the ingredient has the tensors of the stock without its decoder, a head, and knows its classes', async () => {
    const { outputs } = await finetune.execute(FINETUNE, kitchen.context(inputs()));
    const { tensors, architecture, preprocessing } = await loadModel(kitchen.input(outputs.checkpoint).path, 'It');
    expect([...tensors.keys()].filter((name) => name.includes('decoder') || name === 'mask_token')).toEqual([]);
    const { resolveSource } = kitchen.context({});
    const split = (await openDataset(kitchen.dataset.path, { resolveSource })).split('train');
    const network = await classifier(tensors, architecture, { batch: 16, threads: 1 });
    const logits = await network.logits(normaliseImages(split.images(), split.image, preprocessing));
    await network.dispose();
    const right = [...split.labels()].filter((label, row) => {
      const scores = [...logits.subarray(row * network.classes, (row + 1) * network.classes)];
      return scores.indexOf(Math.max(...scores)) === label;
    });
    expect(right.length / split.n).toBeGreaterThan(0.95);
  });

  test('the ingredient names the stock and the head it comes from, so that no soup mixes basins', async () => {
    const { outputs } = await finetune.execute(FINETUNE, kitchen.context(inputs()));
    const { metadata } = await readSafetensors(kitchen.input(outputs.checkpoint).path);
    expect(metadata.get('stockpot.stock')).toBe(stock.outputs.checkpoint?.hash);
    expect(metadata.get('stockpot.head')).toBe(head.outputs.head?.hash);
  });
});

describe('a step that is cut short', () => {
  test.each([
    ['pretrain', pretrain, PRETRAINING, () => ({ dataset: [kitchen.dataset] }), 'checkpoint'],
    ['probe', probe, PROBE, inputsOfProbe, 'head'],
    ['finetune', finetune, FINETUNE, inputs, 'checkpoint'],
  ] as const)(
    '%s, tried again, makes the artifact of one that was left alone',
    async (_, step, parameters, given, output) => {
      const undisturbed = await step.execute(parameters, kitchen.context(given()));
      const scratch = `cut-${step.kind}`;
      const cut = step.execute(parameters, kitchen.context(given(), { scratch, ...abortAt(17) }));
      await expect(cut).rejects.toThrow(CancelledError);
      let first = Number.POSITIVE_INFINITY;
      const reporter: Reporter = {
        metric: (series, at) => {
          if (series === 'loss') first = Math.min(first, at);
        },
        progress: () => undefined,
      };
      const again = await step.execute(parameters, kitchen.context(given(), { scratch, reporter }));
      expect(first).toBe(18);
      expect(again.outputs[output]?.hash).toBe(undisturbed.outputs[output]?.hash);
    },
  );
});

describe('what does not fit is refused before anything is written', () => {
  const refusal = async (given: Record<string, InputArtifact[]>) => {
    const context = kitchen.context(given, { scratch: 'refused' });
    const error = await finetune.execute(FINETUNE, context).then(
      () => new Error('It was accepted.'),
      (reason: Error) => reason,
    );
    await expect(readdir(context.scratch)).rejects.toThrow('ENOENT');
    return `${error.name}: ${error.message}`;
  };

  test('a head of another width: the tensor and both shapes are named', async () => {
    const wide = await pretrain.execute(
      { ...PRETRAINING, epochs: 1, architecture: { ...ARCHITECTURE, dim: 32 } },
      kitchen.context({ dataset: [kitchen.dataset] }),
    );
    expect(await refusal({ ...inputs(), stock: [kitchen.input(wide.outputs.checkpoint)] })).toBe(
      'CheckpointFitError: The head does not fit: tensor head.weight has shape [3, 16], the architecture expects [3, 32].',
    );
  });

  test('a head that was fitted to images prepared otherwise', async () => {
    const { tensors, metadata } = await readSafetensors(kitchen.input(head.outputs.head).path);
    const claim = { ...Object.fromEntries(metadata), 'stockpot.preprocessing': '{"mean":[0.9],"std":[0.3]}' };
    const other = await kitchen.put(encodeSafetensors(tensors, claim));
    expect(await refusal({ ...inputs(), head: [other] })).toMatch(
      /^CheckpointError: The head: it does not fit the stock: it sees its inputs differently: mean is \[0\.9\] instead of/,
    );
  });

  test('a stock whose tensors are not those of the architecture it names', async () => {
    const { path } = kitchen.input(stock.outputs.checkpoint);
    const { tensors, metadata } = await readSafetensors(path);
    const claim = { ...Object.fromEntries(metadata) };
    claim['stockpot.architecture'] = JSON.stringify({ ...ARCHITECTURE, mlp: 64 });
    const liar = await kitchen.put(encodeSafetensors(tensors, claim));
    expect(await refusal({ ...inputs(), stock: [liar] })).toBe(
      'CheckpointFitError: The stock does not fit: tensor blocks.0.mlp.fc1.weight has shape [32, 16], the architecture expects [64, 16].',
    );
  });

  test('a stock for images of another size', async () => {
    const large = { ...PRETRAINING, architecture: { ...ARCHITECTURE, image: 12 } };
    const attempt = pretrain.execute(large, kitchen.context({ dataset: [kitchen.dataset] }));
    await expect(attempt).rejects.toThrow(
      /takes images of shape \[1, 12, 12\].*the dataset has images of shape \[1, 8, 8\]/,
    );
  });
});
