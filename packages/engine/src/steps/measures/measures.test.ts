import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeSafetensors, readSafetensors } from '../../checkpoints/safetensors.js';
import { unpackBits } from '../../evaluation/bitmap.js';
import { metricNamed } from '../../evaluation/metrics/table.js';
import { readProtocol } from '../../evaluation/protocol.js';
import { benchmarkKinds } from '../../recipe/benchmark-kinds/index.js';
import { benchmark } from '../benchmark.js';
import type { InputArtifact, StepContext, StepResult } from '../definition.js';
import { evaluate } from '../evaluate.js';
import { features } from '../features.js';
import { finetune } from '../finetune.js';
import { pretrain } from '../pretrain.js';
import { probe } from '../probe.js';
import { ARCHITECTURE, type TrainingKitchen, trainingKitchen } from '../training-kitchen.fixture.js';
import { measures } from './index.js';

const TRAINING = { split: 'unlabeled', epochs: 2, batch: 20, lr: 3e-3, weight_decay: 0.01, warmup: 0.1, seed: 1 };
const SCORED = 'selection';

let kitchen: TrainingKitchen;
/** A stock without a head, a head for it, and two models that were fine-tuned from them. */
let stock: InputArtifact;
let head: InputArtifact;
let tuned: InputArtifact[];

beforeAll(async () => {
  kitchen = await trainingKitchen();
  const dataset = [kitchen.dataset];
  const mae = { ...TRAINING, algorithm: 'mae', mask: 0.5, decoder: { dim: 8, depth: 1, heads: 2 } };
  const made = await pretrain.execute({ ...mae, architecture: ARCHITECTURE }, kitchen.context({ dataset }));
  stock = kitchen.input(made.outputs.checkpoint);
  const linear = {
    algorithm: 'linear-probe',
    split: 'train',
    epochs: 5,
    batch: 20,
    lr: 1e-2,
    weight_decay: 0,
    seed: 1,
  };
  const { outputs } = await probe.execute(linear, kitchen.context({ dataset, stock: [stock] }));
  head = kitchen.input(outputs.head);
  tuned = [];
  for (const seed of [1, 2]) {
    const parameters = {
      ...TRAINING,
      algorithm: 'supervised',
      split: 'train',
      label_smoothing: 0,
      augmentation: 'none',
      seed,
    };
    const result = await finetune.execute(parameters, kitchen.context({ dataset, stock: [stock], head: [head] }));
    tuned.push(kitchen.input(result.outputs.checkpoint));
  }
});
afterAll(async () => {
  await kitchen?.[Symbol.asyncDispose]();
});

const data = () => ({ dataset: [kitchen.dataset] });
const protocolOf = (result: StepResult) => readProtocol(kitchen.input(result.outputs.protocol).path);

function fix(measure?: object, other?: string, split = SCORED): Promise<StepResult> {
  return benchmark.execute(
    {
      ...{ split, subset: null, corruptions: null, severities: null },
      ...(measure === undefined ? {} : { measure }),
      ...(other === undefined ? {} : { other: { split: other, subset: null } }),
    },
    kitchen.context({ ...data(), ...(other === undefined ? {} : { other: [kitchen.dataset] }) }),
  );
}

async function featuresOf(model: InputArtifact, split: string): Promise<InputArtifact> {
  const made = await features.execute({ split, subset: null }, kitchen.context({ ...data(), model: [model] }));
  return kitchen.input(made.outputs.features);
}

async function score(fixed: StepResult, predictor: string, inputs: StepContext['inputs']): Promise<StepResult> {
  const given = { ...inputs, benchmark: [kitchen.input(fixed.outputs.protocol)] };
  return evaluate.execute({ predictor }, kitchen.context(given));
}

/** Scores the stock, which has no head, by its features. */
async function scoreStock(fixed: StepResult, bank = 'train'): Promise<StepResult> {
  return score(fixed, 'features', {
    features: [await featuresOf(stock, SCORED)],
    bank: [await featuresOf(stock, bank)],
  });
}

/** Features as rows of numbers, with their labels. */
async function rowsOf(file: InputArtifact): Promise<{ rows: number[][]; labels: number[] }> {
  const { tensors } = await readSafetensors(file.path);
  const [n = 0, width = 0] = tensors.get('features')?.shape ?? [];
  const values = [...(tensors.get('features')?.data ?? [])].map(Number);
  return {
    rows: Array.from({ length: n }, (_, row) => values.slice(row * width, (row + 1) * width)),
    labels: [...(tensors.get('labels')?.data ?? [])].map(Number),
  };
}

const cosine = (a: number[], b: number[]) => {
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

/** For each scored example the labels of the bank from the nearest to the farthest, worked out the long way. */
async function rankings(): Promise<{ labels: number[]; ranked: number[][] }> {
  const { rows, labels } = await rowsOf(await featuresOf(stock, SCORED));
  const bank = await rowsOf(await featuresOf(stock, 'train'));
  const ranked = rows.map((row) =>
    bank.rows
      .map((other, index) => ({ index, near: cosine(row, other) }))
      .sort((a, b) => b.near - a.near || a.index - b.index)
      .map(({ index }) => bank.labels[index] ?? -1),
  );
  return { labels, ranked };
}

test('a model without a head answers by its neighbours: with one of them, by the nearest', async () => {
  const fixed = await fix({ kind: 'knn', k: 1, temperature: 0.07 }, 'train');
  const { summary, outputs } = await scoreStock(fixed);
  const { labels, ranked } = await rankings();
  const right = ranked.map(([nearest], row) => nearest === labels[row]);
  expect(summary).toMatchObject({ top1: right.filter(Boolean).length / 30, nll: null, cells: null });
  expect(summary.further).toEqual({ 'knn:1': summary.top1 });
  const bits = await kitchen.store.read(outputs.correct?.hash ?? '');
  expect(unpackBits(bits, 30)).toEqual(right);
  expect(outputs.logits).toBeUndefined();
  expect(fixed.summary).toMatchObject({ kind: 'knn', headline: 'knn:1', n: 30 });
  const protocol = await protocolOf(fixed);
  expect(protocol.measure).toMatchObject({
    protocol: 'knn-1',
    parameters: { kind: 'knn', k: 1, temperature: 0.07 },
    other: { split: { name: 'train', role: 'train', n: 120 } },
  });
  expect(protocol.measure?.other?.positions).toHaveLength(120);
});

test('retrieval finds what a ranking worked out the long way finds', async () => {
  const { summary, outputs } = await scoreStock(await fix({ kind: 'retrieval', ks: [1, 5] }, 'train'));
  const { labels, ranked } = await rankings();
  const precisions = ranked.map((found, row) => {
    const places = found.flatMap((label, place) => (label === labels[row] ? [place + 1] : []));
    return places.reduce((sum, place, found) => sum + (found + 1) / place, 0) / places.length;
  });
  const among = (k: number) => ranked.filter((found, row) => found.slice(0, k).includes(labels[row] ?? -1)).length / 30;
  expect(summary.top1).toBeNull();
  const { further } = summary as { further: Record<string, number> };
  expect(further.meanAveragePrecision).toBeCloseTo(precisions.reduce((sum, one) => sum + one, 0) / 30, 10);
  expect(further).toMatchObject({ 'recallAt:1': among(1), 'recallAt:5': among(5), queriesLeftOut: 0 });
  expect((await kitchen.store.read(outputs.correct?.hash ?? '')).length).toBe(0);
  // Without a reference the scored examples look for each other, never for themselves.
  const own = await score(await fix({ kind: 'retrieval', ks: [1] }), 'features', {
    features: [await featuresOf(stock, SCORED)],
  });
  const { rows } = await rowsOf(await featuresOf(stock, SCORED));
  const alone = rows.map((row, self) => {
    const others = rows
      .map((other, index) => ({ index, near: cosine(row, other) }))
      .filter(({ index }) => index !== self);
    const found = others.sort((a, b) => b.near - a.near || a.index - b.index).map(({ index }) => labels[index]);
    const places = found.flatMap((label, place) => (label === labels[self] ? [place + 1] : []));
    return places.reduce((sum, place, index) => sum + (index + 1) / place, 0) / places.length;
  });
  expect((own.summary as { further: Record<string, number> }).further.meanAveragePrecision).toBeCloseTo(
    alone.reduce((sum, one) => sum + one, 0) / 30,
    10,
  );
});

test('a linear probe gives logits, so it has every number of answers; few-shot has the mean of draws with an interval', async () => {
  const fixed = await fix({ kind: 'linear-probe', c: 1 }, 'train');
  const { summary, outputs } = await scoreStock(fixed);
  const { tensors } = await readSafetensors(kitchen.input(outputs.logits).path);
  expect(tensors.get('logits')?.shape).toEqual([30, 3]);
  const { top1, nll, further } = summary as { top1: number; nll: number; further: Record<string, number> };
  expect(top1).toBeGreaterThan(0.5);
  expect(nll).toBeLessThan(Math.log(3));
  expect(further).toEqual({ linearProbe: top1 });

  const few = await scoreStock(await fix({ kind: 'few-shot', shots: 2, draws: 4, seed: 7, c: 1 }, 'train'));
  const numbers = (few.summary as { further: Record<string, number> }).further;
  expect(few.summary.top1).toBeNull();
  expect(numbers['fewShotDraws:2']).toBe(4);
  expect(numbers['fewShotLow:2']).toBeLessThan(numbers['fewShot:2'] ?? 0);
  expect(numbers['fewShotHigh:2']).toBeGreaterThan(numbers['fewShot:2'] ?? 1);
  expect(numbers['fewShot:2']).toBeLessThan(top1);
  const again = await scoreStock(await fix({ kind: 'few-shot', shots: 2, draws: 4, seed: 7, c: 1 }, 'train'));
  expect(again.outputs).toEqual(few.outputs);
});

test('features of other examples than the protocol names are refused', async () => {
  const fixed = await fix({ kind: 'knn', k: 1, temperature: 0.07 }, 'train');
  await expect(scoreStock(fixed, 'unlabeled')).rejects.toThrow(
    /not the features of the 120 examples that the protocol names/,
  );
});

describe('strangers', () => {
  const energy = (logits: number[]) => Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  const AGAINST = { kind: 'out-of-distribution' };
  const rows = async (result: StepResult, name: string) => {
    const { tensors } = await readSafetensors(kitchen.input(result.outputs.logits).path);
    const values = [...(tensors.get(name)?.data ?? [])].map(Number);
    const [n = 0, width = 0] = tensors.get(name)?.shape ?? [];
    return Array.from({ length: n }, (_, row) => values.slice(width * row, width * (row + 1)));
  };
  const inputs = (model: InputArtifact) => ({ ...data(), other: [kitchen.dataset], model: [model] });

  test('are told apart by the energy as often as pairs of one of each say', async () => {
    const fixed = await fix(AGAINST, 'unlabeled');
    const [model] = tuned;
    const result = await score(fixed, 'checkpoint', inputs(model ?? stock));
    const [known, other] = [await rows(result, 'logits'), await rows(result, 'other')];
    expect([known.length, other.length]).toEqual([30, 120]);
    let wins = 0;
    for (const a of known) {
      for (const b of other) wins += energy(a) > energy(b) ? 1 : energy(a) === energy(b) ? 0.5 : 0;
    }
    const { further, top1 } = result.summary as { further: Record<string, number>; top1: number | null };
    expect(further['auroc:energy']).toBeCloseTo(wins / (30 * 120), 6);
    expect(Object.keys(further).sort()).toEqual([
      'auroc:energy',
      'auroc:max-softmax',
      'fpr95:energy',
      'fpr95:max-softmax',
    ]);
    expect(top1).toBeNull();
  });

  test('are told apart by all classes of a model, however many the data set has', async () => {
    const fixed = await fix(AGAINST, 'unlabeled');
    const [model = stock] = tuned;
    const [three, six] = [model, await withMoreClasses(model)];
    const [few, many] = [
      await score(fixed, 'checkpoint', inputs(three)),
      await score(fixed, 'checkpoint', inputs(six)),
    ];
    const [before, after] = [await rows(few, 'other'), await rows(many, 'other')];
    expect([after.length, after[17]?.length]).toEqual([120, 6]);
    for (const [at, logit] of (before[17] ?? []).entries()) expect(after[17]?.[at]).toBeCloseTo(logit, 5);
    const { further } = many.summary as { further: Record<string, number> };
    const known = await rows(many, 'logits');
    const wins = known.map((a) => after.filter((b) => energy(a) > energy(b)).length);
    expect(further['auroc:energy']).toBeCloseTo(wins.reduce((sum, one) => sum + one, 0) / (30 * 120), 6);
  });

  test('an ensemble tells them apart by the mean of the logits of its members', async () => {
    const fixed = await fix(AGAINST, 'unlabeled');
    const members = await Promise.all(tuned.map((model) => score(fixed, 'checkpoint', inputs(model))));
    const logits = members.map(({ outputs }) => kitchen.input(outputs.logits));
    const together = await score(fixed, 'logit-ensemble', { logits });
    const [first, second] = await Promise.all(members.map((member) => rows(member, 'other')));
    const mean = await rows(together, 'other');
    expect(mean[17]?.[1]).toBeCloseTo(((first?.[17]?.[1] ?? 0) + (second?.[17]?.[1] ?? 0)) / 2, 6);
    // Two networks see the 30 known examples and the 120 strangers.
    expect(together.summary.forwardPasses).toBe(2 * (30 + 120));
    expect(members.map(({ summary }) => summary.forwardPasses)).toEqual([30 + 120, 30 + 120]);
  });
});

/** The model with three more classes, whose logits are 0. */
async function withMoreClasses(model: InputArtifact): Promise<InputArtifact> {
  const { tensors, metadata } = await readSafetensors(model.path);
  const wider = [...tensors].map(([name, tensor]): [string, typeof tensor] => {
    if (!name.startsWith('head.') || !(tensor.data instanceof Float32Array)) return [name, tensor];
    const data = new Float32Array(2 * tensor.data.length);
    data.set(tensor.data);
    return [name, { ...tensor, shape: [6, ...tensor.shape.slice(1)], data }];
  });
  return kitchen.put(encodeSafetensors(new Map(wider), Object.fromEntries(metadata)));
}

describe('attacks', () => {
  const attack = (epsilon: number, more: object = {}) => ({
    ...{
      kind: 'adversarial',
      version: 2,
      attack: 'pgd',
      norm: 'linf',
      epsilon,
      steps: 3,
      step_size: epsilon / 2,
      restarts: 1,
      seed: 0,
    },
    ...more,
  });
  const attacked = async (measure: object) =>
    score(await fix(measure), 'probe', { ...data(), model: [stock], head: [head] });
  const numbers = ({ summary }: StepResult) => summary as { top1: number; further: Record<string, number> };

  test('of radius 0 leave the accuracy as it is; wider ones never raise it; seeded starts give the same bytes', async () => {
    const plain = await score(await fix(), 'probe', { ...data(), model: [stock], head: [head] });
    const none = await attacked(attack(0));
    expect(numbers(none).top1).toBe(plain.summary.top1);
    expect(none.outputs.correct?.hash).toBe(plain.outputs.correct?.hash);
    const [narrow, wide] = [await attacked(attack(0.1)), await attacked(attack(0.6))];
    expect(numbers(narrow).top1).toBeLessThanOrEqual(numbers(none).top1);
    expect(numbers(wide).top1).toBeLessThan(numbers(none).top1);
    expect(numbers(wide).further).toMatchObject({
      adversarialAccuracy: numbers(wide).top1,
      unattackedAccuracy: numbers(none).top1,
    });
    expect((await attacked(attack(0.1))).outputs).toEqual(narrow.outputs);
    // Each image unattacked, at three steps, and once more to be answered.
    expect(narrow.summary).toMatchObject({ forwardPasses: 30 * 5, backwardPasses: 30 * 5 });
    expect(plain.summary).toMatchObject({ forwardPasses: 30 });
    expect(plain.summary).not.toHaveProperty('backwardPasses');
  });

  test('by another definition than this version has are refused', async () => {
    const { version: _, ...first } = { ...attack(0.1), version: 1 };
    await expect(fix(first)).rejects.toThrow(/version/);
  });

  test('of a model of other classes than the labels are refused', async () => {
    const [model = stock] = tuned;
    const given = { ...data(), model: [await withMoreClasses(model)] };
    await expect(score(await fix(attack(0.1)), 'checkpoint', given)).rejects.toThrow(
      'The model answers among 6 classes; the labels of the benchmark are of 3.',
    );
  });

  test('of one step from the image itself draw nothing', async () => {
    const one = (seed: number) => attack(0.2, { attack: 'fgsm', steps: 1, step_size: 0.2, seed });
    expect((await attacked(one(1))).outputs.correct?.hash).toBe((await attacked(one(2))).outputs.correct?.hash);
  });
});

test('a second split that holds the scored examples is refused', async () => {
  await expect(fix({ kind: 'knn', k: 1, temperature: 0.07 }, SCORED)).rejects.toThrow(
    /30 of the 30 examples of the split 'selection' are also in 'selection'/,
  );
});

test.each(Object.keys(benchmarkKinds) as (keyof typeof benchmarkKinds)[])(
  'of the kind %s every number has a row that its protocol defines',
  (kind) => {
    const { formula, metrics } = measures[kind];
    expect(formula).toMatch(/\d{4}|linear-probe-1/);
    const headline = benchmarkKinds[kind].headlineOf({ k: 20, shots: 5, epsilon: 0.1 });
    expect(metricNamed(headline)).toBeDefined();
    expect(metrics(3)).toContain(headline.split(':')[0]);
  },
);
