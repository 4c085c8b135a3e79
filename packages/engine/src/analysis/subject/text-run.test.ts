import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reviews, writeBertMicro } from '../../models/text/bert-micro.fixture.js';
import { cook } from '../../process/cook.js';
import { LocalHome } from '../../process/home.js';
import { writeRunRecord } from '../../process/run-record.js';
import { compilePlan, parseRecipe } from '../../recipe/index.js';
import { analyseBarrier, analyseDiversity } from '../documents/index.js';
import { only } from '../mixtures/shares.js';
import { CookedRun } from './cooked-run.js';
import { openRunSubject } from './run-subject.js';

const recipe = `
version: 1
name: sentiment
seed: 3
datasets:
  reviews:
    source: { path: ./data }
    format: csv
    splits:
      train: { role: train, from: train, count: 32 }
      selection: { role: selection, from: train, count: 16 }
      test: { role: test, from: test }
benchmarks:
  selection: { split: reviews/selection, subset: { count: 12, seed: 1 } }
  test: { split: reviews/test }
stock:
  name: bert-micro
  checkpoint: { path: ./bert }
  head: { algorithm: linear-probe, split: reviews/train, epochs: 2, batch: 16, lr: 1.0e-2, weight_decay: 0 }
ingredients:
  - name: ft
    algorithm: supervised
    split: reviews/train
    count: 2
    space: { lr: { loguniform: [1.0e-3, 3.0e-3] }, weight_decay: 0.01, epochs: 1, batch: 16 }
soups:
  uniform: { method: uniform, ingredients: [ft] }
baselines: [best]
report: [test]
analyses:
  way: { kind: barrier, models: [ft], on: selection }
  differ: { kind: diversity, models: [ft], on: selection, features: 8 }
`;

let place = '';
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'stockpot texts '));
  await mkdir(join(place, 'data'));
  await writeFile(join(place, 'data', 'train.csv'), reviews(60, 0));
  await writeFile(join(place, 'data', 'test.csv'), reviews(20, 80));
  await writeBertMicro(join(place, 'bert'));
  const home = await LocalHome.open(join(place, 'home'));
  const plan = compilePlan(parseRecipe(recipe));
  const cooked = await cook(plan, { place: home, sources: { base: place, confined: true }, concurrency: 1 });
  await writeRunRecord(home.root, plan, place, cooked);
  await home.close();
}, 60_000);
afterAll(() => rm(place, { recursive: true }));

test('models of text are mixed and asked as the recipe asked them: the soup in the middle answers what was stored of it', async () => {
  const run = await CookedRun.open(join(place, 'home'));
  const options = { threads: 1, signal: new AbortController().signal };
  await using subject = await openRunSubject(run, options);
  const document = await analyseBarrier(subject);
  expect(document.examined).toMatchObject({
    source: 'reviews/selection',
    role: 'selection',
    n: 12,
    rows: 12,
    classes: 2,
  });
  // Both ends and the uniform soup were evaluated when the recipe was cooked.
  expect(document.evaluations).toEqual({ measured: 8, known: 3 });
  // A pool in which no soup is known says the same of the middle.
  await using again = await openRunSubject(run, { ...options, names: ['ft-00', 'ft-01', 'ft-00'] });
  expect(await again.score([1, 2, 1])).toEqual(await subject.score([1, 1]));
  const features = [await subject.features(0, 8), await subject.features(1, 8)];
  const answers = [await subject.answers(only(0, 2)), await subject.answers(only(1, 2))];
  const {
    pairs,
    mean,
    features: shown,
  } = analyseDiversity({
    models: subject.models,
    examined: subject.examined,
    answers,
    features,
  });
  expect(shown).toBe(8);
  expect(pairs[0]?.cka).toBeLessThanOrEqual(1);
  // The steps of the recipe found the same, with nothing known but the answers of the two.
  expect(await run.document('way')).toEqual({ ...document, evaluations: { measured: 9, known: 2 } });
  expect(await run.document('differ')).toMatchObject({ features: 8, mean, pairs: [{ cka: pairs[0]?.cka }] });
});
