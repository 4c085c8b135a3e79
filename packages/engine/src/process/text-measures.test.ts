import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors } from '../checkpoints/safetensors.js';
import { openTextDataset } from '../data/dataset.js';
import { readProtocol } from '../evaluation/protocol.js';
import { reviews, writeBertMicro } from '../models/text/bert-micro.fixture.js';
import { loadTextModel } from '../models/text/load-text-model.js';
import { compilePlan, parseRecipe } from '../recipe/index.js';
import { tokensOf } from '../steps/text/text-data.js';
import { textNetwork } from '../training/text-inference.js';
import { type CookFailedError, cook } from './cook.js';
import { cleanKitchen, folder } from './fixtures/kitchen.js';
import { LocalHome } from './home.js';

const recipe = (more = '') => `
version: 1
name: text-measures
seed: 3
datasets:
  reviews:
    source: { path: ./data }
    format: csv
    splits:
      train: { role: train, from: train, count: 48 }
      selection: { role: selection, from: train, count: 16 }
      test: { role: test, from: test }
  recipes:
    source: { path: ./strange }
    format: csv
    splits: { all: { role: shift, from: test } }
benchmarks:
  selection: { split: reviews/selection }
  test: { split: reviews/test }
  knn: { kind: knn, split: reviews/test, reference: reviews/train, k: 5 }
  probed: { kind: linear-probe, split: reviews/test, reference: reviews/train }
  few: { kind: few-shot, split: reviews/test, reference: reviews/train, shots: 4, draws: 3 }
  found: { kind: retrieval, split: reviews/test, reference: reviews/train, ks: [1, 5] }
  strangers: { kind: out-of-distribution, split: reviews/test, against: recipes/all }
${more}
stock:
  name: bert-micro
  checkpoint: { path: ./bert }
  head: { algorithm: linear-probe, split: reviews/train, epochs: 3, batch: 16, lr: 1.0e-2, weight_decay: 0 }
ingredients:
  - name: ft
    algorithm: supervised
    split: reviews/train
    count: 2
    space: { lr: { loguniform: [1.0e-3, 3.0e-3] }, weight_decay: 0.01, epochs: 4, batch: 16 }
soups:
  uniform: { method: uniform, ingredients: [ft] }
baselines: [ensemble]
report: [test, knn, probed, few, found, strangers${more === '' ? '' : ', attacked'}]
`;

const base = folder();
let home: LocalHome;
const cooking = (text: string) =>
  cook(compilePlan(parseRecipe(text)), { place: home, sources: { base, confined: true }, concurrency: 1 });
let cooked: Awaited<ReturnType<typeof cooking>>;

const resultOf = (id: string) => {
  const result = cooked.get(id)?.result;
  if (result === undefined) throw new Error(`Nothing was cooked as ${id}.`);
  return result;
};
const fileOf = (id: string, output: string) => home.store.path(resultOf(id).outputs[output]?.hash ?? '');
const furtherOf = (id: string) => (resultOf(id).summary as { further: Record<string, number> }).further;

beforeAll(async () => {
  for (const name of ['data', 'strange']) await mkdir(join(base, name));
  await writeFile(join(base, 'data', 'train.csv'), reviews(64, 0));
  await writeFile(join(base, 'data', 'test.csv'), reviews(20, 64));
  const strange = Array.from(
    { length: 12 },
    (_, i) => `"Stir ${i} spoons of flour, then wait.",${i % 2 ? 'good' : 'bad'}`,
  );
  await writeFile(join(base, 'strange', 'test.csv'), ['text,label', ...strange].join('\n'));
  await writeBertMicro(join(base, 'bert'));
  home = await LocalHome.open(folder());
  cooked = await cooking(recipe());
});
afterAll(async () => {
  await home.close();
  cleanKitchen();
});

/** What a fine-tuned model gives for the texts of one side of a benchmark, with their labels, asked anew. */
async function rowsOf(benchmark: string, side: 'scored' | 'other', gives: 'features' | 'logits') {
  const protocol = await readProtocol(fileOf(`benchmarks/${benchmark}`, 'protocol'));
  const examples = side === 'scored' ? protocol : protocol.measure?.other;
  if (examples === undefined) throw new Error(`${benchmark} has no second split.`);
  const dataset = examples.dataset.contentHash === protocol.dataset.contentHash ? 'reviews' : 'recipes';
  const place = dataset === 'reviews' ? 'data' : 'strange';
  const opened = await openTextDataset(fileOf(`datasets/${dataset}`, 'manifest'), {
    resolveSource: () => join(base, place),
  });
  const split = opened.split(examples.split.name);
  const model = await loadTextModel(fileOf('ingredients/ft-00', 'checkpoint'), 'The model');
  const { signal } = new AbortController();
  const sequences = await tokensOf(split, model, signal, examples.positions);
  await using network = await textNetwork(model.tensors, model.architecture, {
    ...{ gives, batch: 8, threads: 1, device: 'cpu' },
  });
  const flat = await network.run(sequences);
  const rows = sequences.map((_, row) => [...flat.subarray(row * network.width, (row + 1) * network.width)]);
  return { rows, labels: [...split.labels(examples.positions)] };
}

describe('kinds of benchmarks, on texts', () => {
  test('nearest neighbours and retrieval are those of the features, counted the long way', async () => {
    const [queries, bank] = [await rowsOf('knn', 'scored', 'features'), await rowsOf('knn', 'other', 'features')];
    const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
    const ranked = queries.rows.map((query) =>
      bank.rows
        .map((row, place) => ({ place, cosine: dot(query, row) / Math.sqrt(dot(query, query) * dot(row, row)) }))
        .sort((a, b) => b.cosine - a.cosine || a.place - b.place),
    );
    const right = ranked.filter((entries, query) => {
      const votes = [0, 0];
      for (const { place, cosine } of entries.slice(0, 5)) {
        const label = bank.labels[place] ?? 0;
        votes[label] = (votes[label] ?? 0) + Math.exp(cosine / 0.07);
      }
      return ((votes[1] ?? 0) > (votes[0] ?? 0) ? 1 : 0) === queries.labels[query];
    });
    expect(furtherOf('evaluations/ft-00/knn')['knn:5']).toBeCloseTo(right.length / queries.rows.length, 12);
    const first = ranked.filter(([nearest], query) => bank.labels[nearest?.place ?? -1] === queries.labels[query]);
    const found = furtherOf('evaluations/ft-00/found');
    expect(found['recallAt:1']).toBeCloseTo(first.length / queries.rows.length, 12);
    expect(found['recallAt:5']).toBeGreaterThanOrEqual(found['recallAt:1'] ?? 2);
  });

  test('strangers are told apart by the logits, counted pair by pair', async () => {
    const [known, other] = [
      await rowsOf('strangers', 'scored', 'logits'),
      await rowsOf('strangers', 'other', 'logits'),
    ];
    const energy = (logits: number[]) => Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    const [a, b] = [known, other].map(({ rows }) => rows.map(energy));
    const won = (a ?? []).flatMap((mine) => (b ?? []).map((theirs) => (mine > theirs ? 1 : mine === theirs ? 0.5 : 0)));
    const auroc = won.reduce((sum: number, one) => sum + one, 0) / won.length;
    expect(furtherOf('evaluations/ft-00/strangers')['auroc:energy']).toBeCloseTo(auroc, 6);
    expect(resultOf('evaluations/ft-00/strangers').summary).toMatchObject({ forwardPasses: 20 + 12 });
  });

  test('probes learn on features of the reference, and a stock without a head is scored by them too', async () => {
    const model = await readSafetensors(fileOf('stock', 'checkpoint'));
    expect(model.tensors.has('head.weight')).toBe(false);
    for (const name of ['stock', 'ft-00', 'uniform']) {
      expect(resultOf(`evaluations/${name}/probed`).summary.top1).toBeGreaterThanOrEqual(0.9);
      const few = furtherOf(`evaluations/${name}/few`);
      expect(few).toMatchObject({ 'fewShot:4': expect.any(Number), 'fewShotDraws:4': 3 });
    }
    const protocol = await readProtocol(fileOf('benchmarks/probed', 'protocol'));
    expect(protocol).toMatchObject({
      dataset: { image: null },
      preprocessing: expect.stringMatching(/tokens of the model's own tokenizer/),
      measure: { protocol: 'linear-probe-1', other: { split: { name: 'train', role: 'train' } } },
    });
  });

  test('an ensemble tells strangers apart by the mean of its members', () => {
    expect(furtherOf('evaluations/ft-ensemble/strangers')['auroc:max-softmax']).toBeGreaterThanOrEqual(0);
    expect(resultOf('evaluations/ft-ensemble/strangers').summary).toMatchObject({ forwardPasses: 2 * (20 + 12) });
  });

  test('tokens cannot be changed a little: attacks are refused, by the recipe and, where it leaves the format open, by the step', async () => {
    const attacked = '  attacked: { kind: adversarial, split: reviews/test, epsilon: 0.03 }';
    expect(() => parseRecipe(recipe(attacked))).toThrow(
      /benchmarks\.attacked\.kind: an adversarial benchmark changes pixels a little, and 'reviews' holds text/,
    );
    const open = recipe(attacked).replaceAll('    format: csv\n', '    format: auto\n');
    const failure = await cooking(open).then(
      () => 'It was cooked.',
      (error: CookFailedError) => `${error.message} ${error.advice}`,
    );
    expect(failure).toMatch(
      /adversarial changes pixels a little along a gradient; the dataset holds text.* for images/,
    );
  });
});
