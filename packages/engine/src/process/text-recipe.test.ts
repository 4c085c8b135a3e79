import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors } from '../checkpoints/safetensors.js';
import { costSummary } from '../evaluation/cost/cost-document.js';
import { reviews, writeBertMicro } from '../models/text/bert-micro.fixture.js';
import { tokenizerFixture } from '../models/text/miniatures.fixture.js';
import { exportTextCheckpoint } from '../models/text/text-checkpoint.js';
import { compilePlan, parseRecipe } from '../recipe/index.js';
import { type CookFailedError, cook } from './cook.js';
import { cleanKitchen, folder } from './fixtures/kitchen.js';
import { LocalHome } from './home.js';

const recipe = (space = 'lr: { loguniform: [1.0e-3, 3.0e-3] }') => `
version: 1
name: sentiment
seed: 3
datasets:
  reviews:
    source: { path: ./data }
    format: csv
    splits:
      train: { role: train, from: train, count: 64 }
      selection: { role: selection, from: train, count: 16 }
      test: { role: test, from: test }
benchmarks:
  selection: { split: reviews/selection }
  test: { split: reviews/test, subset: { count: 12, seed: 1 } }
stock:
  name: bert-micro
  checkpoint: { path: ./bert }
  head: { algorithm: linear-probe, split: reviews/train, epochs: 3, batch: 16, lr: 1.0e-2, weight_decay: 0 }
ingredients:
  - name: ft
    algorithm: supervised
    split: reviews/train
    count: 2
    space: { ${space}, weight_decay: 0.01, epochs: 8, batch: 16 }
soups:
  greedy: { method: greedy, ingredients: [ft], select: selection }
  uniform: { method: uniform, ingredients: [ft] }
  ties: { method: ties, ingredients: [ft], density: 0.5 }
  learned: { method: learned, ingredients: [ft], select: selection, epochs: 2, batch: 8 }
  regmean: { method: regmean, ingredients: [ft], select: selection }
  fisher: { method: fisher, ingredients: [ft], select: selection, labels: sampled }
  seasoned: { method: instant-seasoning, ingredients: [ft], select: selection, draws: 3, k: 3 }
baselines: [ensemble]
report: [test]
`;

const base = folder();
let home: LocalHome;
const cooking = (text: string) =>
  cook(compilePlan(parseRecipe(text)), { place: home, sources: { base, confined: true }, concurrency: 1 });

beforeAll(async () => {
  await mkdir(join(base, 'data'));
  await writeFile(join(base, 'data', 'train.csv'), reviews(80, 0));
  await writeFile(join(base, 'data', 'test.csv'), reviews(20, 80));
  await writeBertMicro(join(base, 'bert'));
  home = await LocalHome.open(folder());
});
afterAll(async () => {
  await home.close();
  cleanKitchen();
});

describe('a recipe of texts', () => {
  test('imports an encoder, fits a head, fine-tunes, soups and scores, and runs nothing twice', async () => {
    const cooked = await cooking(`${recipe()}cost: { batches: [1], runs: 5 }\n`);
    const of = (id: string) => cooked.get(id)?.result;
    expect(of('stock')?.summary).toMatchObject({ format: 'huggingface-bert', architecture: { family: 'bert' } });
    expect(of('evaluations/ft-00/test')?.summary).toMatchObject({
      n: 12,
      top1: 1,
      further: { f1: 1, macroF1: 1, matthews: 1 },
    });
    const fitted = of('evaluations/ft-00/selection')?.summary as {
      further: Record<string, number>;
      calibration: unknown;
    };
    const scaled = of('evaluations/ft-00/test')?.summary as typeof fitted;
    expect(scaled.further.temperature).toBe(fitted.further.temperature);
    expect(scaled.calibration).toEqual(fitted.calibration);
    expect(scaled.further.nllScaled).toBeLessThan(1);
    expect(of('evaluations/greedy/test')?.summary.top1).toBeGreaterThanOrEqual(0.9);
    expect(of('evaluations/ft+ft-ensemble/test') ?? of('evaluations/ft-ensemble/test')).toBeDefined();
    // Texts as long as they are cut at, 24 tokens: four products and two of the perceptron, attention twice, pooler and head.
    const { networks } = costSummary.parse(of('cost')?.summary);
    expect(networks).toMatchObject([{ example: [24] }]);
    const block = 4 * 24 * 16 ** 2 + 2 * 24 * 16 * 32 + 2 * 24 ** 2 * 16;
    expect(networks[0]?.multiplyAdds).toBe(block + 16 ** 2 + 2 * 16);
    // What looks at the examples themselves looks at texts as at images.
    expect(of('soups/learned')?.summary).toMatchObject({ method: 'learned', n: 16 });
    expect(of('soups/regmean')?.outputs).toMatchObject({ 'measured-1': {}, 'measured-2': {} });
    for (const name of ['learned', 'regmean', 'fisher', 'seasoned']) {
      expect(of(`evaluations/${name}/test`)?.summary.top1).toBeGreaterThanOrEqual(0.9);
    }
    // From the stock with the head that the fit made of it: a model of its own, beside the soup.
    expect(of('soups/ties')?.summary).toMatchObject({ mixing: 'nominal' });
    const base = await readSafetensors(home.store.path(of('soups/ties')?.outputs.base?.hash ?? ''));
    expect(base.tensors.has('head.weight')).toBe(true);
    const { tensors, metadata } = await readSafetensors(
      home.store.path(of('soups/greedy')?.outputs.checkpoint?.hash ?? ''),
    );
    expect(metadata.get('stockpot.stock')).toBe(of('stock')?.outputs.checkpoint?.hash);
    expect(metadata.get('stockpot.classes')).toBe('["bad","good"]');
    const { files } = exportTextCheckpoint({ tensors, metadata }, 'the soup');
    expect(files['tokenizer.json']).toBe(tokenizerFixture.tokenizer);
    expect(JSON.parse(files['config.json'] ?? '').id2label).toEqual({ 0: 'bad', 1: 'good' });
    const again = await cooking(recipe());
    expect([...again.values()].filter(({ reused }) => !reused)).toEqual([]);
  });

  test('with what is for images ends with a sentence', async () => {
    const failure = await cooking(recipe('lr: 1.0e-3, augmentation: shift, mixup: 0.1')).then(
      () => 'It was cooked.',
      (error: CookFailedError) => `${error.message} ${error.advice}`,
    );
    expect(failure).toMatch(
      /A text model cannot be trained with augmentation, mixup.*Leave it out for a dataset of text/,
    );
  });
});
