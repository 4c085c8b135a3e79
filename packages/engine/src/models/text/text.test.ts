import { mkdtempDisposableSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import { decodeSafetensors, encodeSafetensors } from '../../checkpoints/safetensors.js';
import { type Tensor, tensorOf } from '../../graph/tensor.js';
import { classificationTask, labelledBatches } from '../../training/fine-tuning.js';
import { adamw } from '../../training/optimizers/adamw.js';
import { warmupCosine } from '../../training/schedules/cosine.js';
import { textBatches, textTrainee } from '../../training/text-classification.js';
import { train } from '../../training/train.js';
import { importCheckpoint } from '../import-checkpoint.js';
import { initialise } from '../initialise.js';
import { bertArchitectureSchema } from './architecture.js';
import { exportHuggingFaceBert, importHuggingFaceBert, isHuggingFaceBert } from './huggingface-bert.js';
import { bertCases, foreignText, sentences, tokenizerFixture } from './miniatures.fixture.js';
import { describeTextModel, exportTextCheckpoint, importTextCheckpoint, isTextModel } from './text-checkpoint.js';
import { textModel } from './text-model.js';
import { openTokenizer } from './tokenizer.js';

const [bert] = bertCases;
if (bert === undefined) throw new Error('The fixture has no BERT.');
const tokenizer = openTokenizer('fixture', tokenizerFixture.tokenizer, tokenizerFixture.config);

describe('the tokenizer', () => {
  test.each(tokenizerFixture.cases)(
    "gives tokenizers' ids: $text | $pair | $length",
    ({ text, pair, length, ...expected }) => {
      expect(tokenizer.encode(text, pair, length)).toEqual(expected);
    },
  );

  test('refuses a length without room for its special tokens, and a file that is none', () => {
    expect(() => tokenizer.encode('soup', 'stew', 2)).toThrow(RangeError);
    expect(() => openTokenizer('x', '{}', null)).toThrow(/x: its tokenizer.json describes no tokenizer/);
    expect(() => openTokenizer('x', '{"model": {"type": "Chaos"}}', null)).toThrow(/of type Chaos cannot be opened/);
  });
});

describe('a BERT of transformers', () => {
  test('comes in under the house names and goes out as it came, its configuration too', async () => {
    const came = await importHuggingFaceBert(foreignText(bert));
    expect(came.architecture).toMatchObject({
      family: 'bert',
      dim: 16,
      depth: 2,
      pooling: 'pooler',
      layerNormEpsilon: 1e-12,
    });
    expect(came.classes).toEqual(['bad', 'neutral', 'good']);
    const original = JSON.parse(bert.config);
    const went = exportHuggingFaceBert(came, { original });
    expect(new Map([...went.tensors].sort())).toEqual(new Map([...bert.weights].sort()));
    const { transformers_version: _, ...expected } = original;
    expect(went.config).toMatchObject(expected);
  });

  test('without a head and a pooler is a sentence encoder that takes the mean', async () => {
    const { architecture, tensors } = await importHuggingFaceBert(foreignText(sentences));
    expect(architecture.pooling).toBe('mean');
    expect(tensors.has('head.weight')).toBe(false);
    expect(exportHuggingFaceBert({ architecture, tensors, classes: null }).config.architectures).toEqual(['BertModel']);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['relative positions', { position_embedding_type: 'relative_key' }, /its positions are 'relative_key'/],
    ['another activation', { hidden_act: 'swish' }, /its activation is 'swish'/],
    ['a decoder', { is_decoder: true }, /it is a decoder/],
    ['another family', { model_type: 'roberta' }, /of a model of type 'roberta'/],
    ['no epsilon', { layer_norm_eps: undefined }, /its config.json is wrong at layer_norm_eps/],
    ['heads that do not divide', { num_attention_heads: 3 }, /expected a divisor of dim 16, found 3/],
    [
      'another vocabulary',
      { vocab_size: 41 },
      /tensor "bert.embeddings.word_embeddings.weight" has shape \[40, 16\]; its config asks for shape \[41, 16\]/,
    ],
    ['more layers', { num_hidden_layers: 3 }, /tensor "bert.encoder.layer.2.attention.self.query.weight" is missing/],
    [
      'fewer layers',
      { num_hidden_layers: 1 },
      /"bert.encoder.layer.1.\S+" belongs to the model, but Stockpot's BERT has no place/,
    ],
  ])('with %s is refused', async (_, change, message) => {
    const config = JSON.stringify({ ...JSON.parse(bert.config), ...change });
    await expect(importHuggingFaceBert(foreignText({ ...bert, config }))).rejects.toThrow(message);
  });

  test('with the head of its pre-training and a buffer of positions leaves them behind', async () => {
    const weights = new Map<string, Tensor>([
      ...bert.weights,
      ['cls.predictions.bias', tensorOf('f32', [40], new Array(40).fill(0))],
      [
        'bert.embeddings.position_ids',
        tensorOf(
          'i64',
          [1, 12],
          Array.from({ length: 12 }, (_, i) => i),
        ),
      ],
    ]);
    const { untouched } = await importHuggingFaceBert(foreignText({ ...bert, weights }));
    expect(untouched).toEqual(['cls.predictions.bias', 'bert.embeddings.position_ids']);
  });

  test('is known by its configuration alone', () => {
    expect(isHuggingFaceBert(new Map([['config.json', bert.config]]))).toBe(true);
    expect(isHuggingFaceBert(new Map([['config.json', '{"model_type": "vit"}']]))).toBe(false);
    expect(isHuggingFaceBert(new Map())).toBe(false);
  });
});

test('texts are learned: which of two words a sentence holds', async () => {
  const architecture = bertArchitectureSchema.parse({
    family: 'bert',
    vocabulary: tokenizer.vocabulary,
    positions: 16,
    types: 2,
    dim: 16,
    depth: 1,
    heads: 2,
    mlp: 32,
    layerNormEpsilon: 1e-12,
  });
  const model = textModel(architecture);
  const fillers = ['the soup is', 'it tastes', 'this film is', 'the dog was', 'several times', 'brown and lazy'];
  const sequences = Array.from({ length: 48 }, (_, index) =>
    tokenizer.encode(
      `${fillers[index % 6]} ${index % 2 === 0 ? 'good' : 'better'} ${fillers[(index * 5) % 6]}`,
      null,
      16,
    ),
  );
  const labels = sequences.map((_, index) => index % 2);
  const task = classificationTask(textTrainee(model, 16), 2, 16);
  const texts = textBatches(
    { name: 'train', sequences, labels },
    { batch: 16, epochs: 20, seed: 1, lengths: 'by batch' },
  );
  const losses: number[] = [];
  const result = await train(
    {
      task,
      initial: initialise(task.parameters, 3),
      optimizer: adamw(),
      weightDecay: 0.01,
      schedule: warmupCosine({ peak: 5e-3, steps: texts.steps, warmupSteps: 6 }),
      clip: 1,
      batches: labelledBatches(texts, { batch: 16, classes: 2, labelSmoothing: 0 }),
    },
    {
      device: 'cpu',
      threads: 1,
      signal: new AbortController().signal,
      reporter: {
        metric: (series, _step, value) => {
          if (series === 'loss') losses.push(value);
        },
        progress: () => undefined,
      },
      checkpoints: null,
    },
  );
  expect(losses[0]).toBeGreaterThan(0.5);
  expect(result.finalLoss).toBeLessThan(0.3);
});

test('longer sequences than the model has positions are refused', () => {
  const model = textModel(
    bertArchitectureSchema.parse({
      family: 'bert',
      vocabulary: 9,
      positions: 4,
      types: 1,
      dim: 4,
      depth: 1,
      heads: 1,
      mlp: 4,
      layerNormEpsilon: 1e-12,
    }),
  );
  expect(() => textTrainee(model, 5)).toThrow(/Sequences of 5 tokens are longer than the model's 4/);
});

test('a text model as a checkpoint carries its tokenizer and goes out as it came in', async () => {
  using place = mkdtempDisposableSync(join(tmpdir(), 'stockpot text '));
  await writeFile(join(place.path, 'model.safetensors'), encodeSafetensors(bert.weights, { format: 'pt' }));
  await writeFile(join(place.path, 'config.json'), bert.config);
  await writeFile(join(place.path, 'tokenizer.json'), tokenizerFixture.tokenizer);
  await writeFile(join(place.path, 'tokenizer_config.json'), tokenizerFixture.config);
  await using reader = await openCheckpoint(place.path);
  const { tensors, metadata } = await importTextCheckpoint(reader);
  const stored = decodeSafetensors(encodeSafetensors(tensors, metadata));
  expect(isTextModel(stored.metadata)).toBe(true);
  const { tokenizer: own, classes } = describeTextModel(stored.metadata, 'stored');
  expect(classes).toEqual(['bad', 'neutral', 'good']);
  expect(own?.encode('soup', null, 8)).toEqual(tokenizer.encode('soup', null, 8));
  const { tensors: out, files } = exportTextCheckpoint(stored, 'stored');
  expect(new Map([...out].sort())).toEqual(new Map([...bert.weights].sort()));
  expect(files['tokenizer.json']).toBe(tokenizerFixture.tokenizer);
  expect(JSON.parse(files['config.json'] ?? '')).toMatchObject({ architectures: ['BertForSequenceClassification'] });
  await expect(importCheckpoint(reader)).rejects.toThrow(/it is a text model, where a model of images is needed/);
  expect(() => describeTextModel(new Map(), 'x')).toThrow(/x: its metadata describes no text model/);
});
