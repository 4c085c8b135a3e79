import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { FileArtifactStore } from '../artifacts/file-store.js';
import { decodeSafetensors, encodeSafetensors } from '../checkpoints/safetensors.js';
import { MNIST_CORRUPTIONS } from '../corruptions/index.js';
import { type TinyPart, tinyDataset } from '../data/idx-files.fixture.js';
import { unpackBits } from '../evaluation/bitmap.js';
import type { JsonObject } from '../json.js';
import { architectureSchema } from '../models/architecture.js';
import { initialise } from '../models/initialise.js';
import { encodeModel } from '../models/save-model.js';
import { visionModel } from '../models/vision-model.js';
import { keyed } from '../random/index.js';
import { plannedImageSoup } from '../recipe/image-soups.js';
import { verifySoup } from '../soups/files.js';
import type { InputArtifact, StepContext, StepResult } from './definition.js';
import { stepDefinitions } from './index.js';

const SIDE = 12;
const CLASSES = 3;
const architecture = architectureSchema.parse({
  family: 'vit',
  image: SIDE,
  channels: 1,
  patch: 4,
  dim: 16,
  depth: 1,
  heads: 2,
  mlp: 32,
});
const preprocessing = { mean: [0.3], std: [0.3] };

const jsonRecord = z.record(z.string(), z.json());
const imageSoup = z.looseObject({ method: z.enum(['instant-seasoning', 'self-seasoning', 'fisher', 'regmean']) });

/** Noisy images of which an untrained network gets some right, so that scores differ and sometimes tie. */
function noisy(n: number, seed: number): TinyPart {
  const random = keyed(seed, 'images');
  const labels = Array.from({ length: n }, () => random.integer(CLASSES));
  const images = labels.map((label) =>
    Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (at % CLASSES === label ? 120 : 0) + random.integer(136)),
  );
  return { images, labels };
}

let data: Awaited<ReturnType<typeof tinyDataset>>;
let store: FileArtifactStore;
let dataset: StepResult;
const models: InputArtifact[] = [];

function context(inputs: Record<string, readonly InputArtifact[]>, signal = new AbortController().signal): StepContext {
  const reporter = { metric: () => undefined, progress: () => undefined };
  const scratch = join(data.folder, 'scratch');
  return { inputs, store, reporter, signal, scratch, threads: 1, device: 'cpu', resolveSource: () => data.folder };
}

function output(result: StepResult, name: string): InputArtifact {
  const hash = result.outputs[name]?.hash ?? '';
  return { hash, path: store.path(hash) };
}

async function keep(bytes: Uint8Array): Promise<InputArtifact> {
  const { hash } = await store.put(bytes, 'application/x-safetensors');
  return { hash, path: store.path(hash) };
}

const manifest = () => output(dataset, 'manifest');
const fixBenchmark = (parameters: JsonObject) =>
  stepDefinitions.benchmark.execute(parameters, context({ dataset: [manifest()] }));
const plain = (split: string): JsonObject => ({ split, subset: null, corruptions: null, severities: null });

async function evaluate(model: InputArtifact, benchmark: StepResult): Promise<StepResult> {
  const images = benchmark.outputs.images === undefined ? {} : { images: [output(benchmark, 'images')] };
  const inputs = { model: [model], dataset: [manifest()], benchmark: [output(benchmark, 'protocol')], ...images };
  return stepDefinitions.evaluate.execute({ predictor: 'checkpoint' }, context(inputs));
}

async function greedy(benchmark: StepResult, evaluations: readonly StepResult[], accept = '>='): Promise<StepResult> {
  const inputs = {
    ingredients: models,
    dataset: [manifest()],
    benchmark: [output(benchmark, 'protocol')],
    evaluations: evaluations.map((evaluation) => output(evaluation, 'evaluation')),
  };
  return stepDefinitions.soup.execute({ method: 'greedy', accept }, context(inputs));
}

beforeAll(async () => {
  data = await tinyDataset(SIDE, { train: noisy(90, 1), test: noisy(40, 2) });
  await mkdir(join(data.folder, 'scratch'));
  store = await FileArtifactStore.open(join(data.folder, 'blobs'));
  dataset = await stepDefinitions.dataset.execute(
    {
      source: { path: data.folder },
      format: 'idx',
      seed: 3,
      splits: [
        { name: 'train', role: 'train', from: 'train', count: 30 },
        { name: 'selection', role: 'selection', from: 'train', count: null },
        { name: 'test', role: 'test', from: 'test', count: null },
      ],
    },
    context({}),
  );
  const model = visionModel(architecture);
  const table = [...model.parameters, ...model.head(CLASSES)];
  const stock = initialise(table, 1);
  for (let index = 0; index < 4; index++) {
    const tensors = new Map(
      [...stock].map(([name, { shape, data }]) => {
        const random = keyed(index, name);
        return [name, { shape, data: data.map((value) => value + 0.3 * random.normal()) }];
      }),
    );
    models.push(await keep(encodeModel(tensors, { architecture, preprocessing })));
  }
});
afterAll(async () => data[Symbol.asyncDispose]());

describe('a benchmark', () => {
  test('takes a seeded subset of a split, and names exactly which examples', async () => {
    const benchmark = await fixBenchmark({ ...plain('test'), subset: { count: 10, seed: 3 } });
    expect(benchmark.summary).toEqual({
      n: 10,
      protocol: benchmark.outputs.protocol?.hash,
      role: 'test',
      split: 'test',
      corruptions: null,
      severities: null,
      protocolName: null,
      kind: 'accuracy',
      headline: 'top1',
    });
    const document = JSON.parse(Buffer.from(await store.read(output(benchmark, 'protocol').hash)).toString());
    expect(new Set(document.positions).size).toBe(10);
    expect(document.metrics.ece).toMatch(/15 equal-width bins/);
    const again = await fixBenchmark({ ...plain('test'), subset: { count: 10, seed: 3 } });
    expect(again.outputs).toEqual(benchmark.outputs);
    const other = await fixBenchmark({ ...plain('test'), subset: { count: 10, seed: 4 } });
    expect(other.outputs.protocol?.hash).not.toBe(benchmark.outputs.protocol?.hash);
  });

  test('that asks for more than there is is refused', async () => {
    await expect(fixBenchmark({ ...plain('test'), subset: { count: 41, seed: 3 } })).rejects.toThrow(
      "The benchmark asks for 41 examples of the split 'test', which has 40.",
    );
    await expect(fixBenchmark(plain('validation'))).rejects.toThrow(/no split 'validation'/);
  });
});

describe('an evaluation', () => {
  test('says the same numbers as its bitmap and its logits, twice the same bytes', async () => {
    const benchmark = await fixBenchmark(plain('test'));
    const [model] = models;
    if (model === undefined) throw new Error('no model');
    const first = await evaluate(model, benchmark);
    const bits = unpackBits(await store.read(output(first, 'correct').hash), 40);
    const { tensors } = decodeSafetensors(await store.read(output(first, 'logits').hash));
    const logits = tensors.get('logits');
    expect(logits?.shape).toEqual([40, CLASSES]);
    const { labels } = noisy(40, 2);
    const order: number[] = JSON.parse(Buffer.from(await store.read(manifest().hash)).toString()).splits[2].indices;
    const right = order.map((index, row) => {
      const answers = Array.from(logits?.data ?? [], Number).slice(row * CLASSES, (row + 1) * CLASSES);
      return answers.indexOf(Math.max(...answers)) === labels[index];
    });
    expect(bits).toEqual(right);
    expect(first.summary.top1).toBe(right.filter(Boolean).length / 40);
    expect(first.summary).toMatchObject({ n: 40, cells: null, meanCorruptionError: null, forwardPasses: 40 });
    expect((await evaluate(model, benchmark)).outputs).toEqual(first.outputs);
  });

  test('on corruptions has a cell for each corruption and severity', async () => {
    const benchmark = await fixBenchmark({
      split: 'test',
      subset: { count: 5, seed: 3 },
      corruptions: 'mnist-c',
      severities: [1, 4],
    });
    expect(benchmark.summary).toMatchObject({ n: 5, corruptions: [...MNIST_CORRUPTIONS], severities: [1, 4] });
    const [model] = models;
    if (model === undefined) throw new Error('no model');
    const { summary, outputs } = await evaluate(model, benchmark);
    const cells = summary.cells as unknown as { top1: number[]; severity: number[]; n: number[] };
    expect(cells.top1).toHaveLength(30);
    expect(cells.severity.slice(0, 4)).toEqual([1, 4, 1, 4]);
    expect(summary).toMatchObject({ n: 5, forwardPasses: 150 });
    expect(summary.meanCorruptionError).toBeCloseTo(1 - Number(summary.top1), 12);
    expect(outputs.correct?.bytes).toBe(Math.ceil(150 / 8));
  });

  test('of images that are not those of the protocol is refused', async () => {
    const corrupted = (severities: number[]) =>
      fixBenchmark({ split: 'test', subset: { count: 2, seed: 3 }, corruptions: 'mnist-c', severities });
    const one = await corrupted([1]);
    const inputs = {
      model: models.slice(0, 1),
      dataset: [manifest()],
      benchmark: [output(one, 'protocol')],
      images: [output(await corrupted([2]), 'images')],
    };
    await expect(stepDefinitions.evaluate.execute({ predictor: 'checkpoint' }, context(inputs))).rejects.toThrow(
      /the corrupted images have the hash/,
    );
  });

  test('stops when it is told to', async () => {
    const benchmark = await fixBenchmark(plain('test'));
    const inputs = { model: models.slice(0, 1), dataset: [manifest()], benchmark: [output(benchmark, 'protocol')] };
    const stopped = context(inputs, AbortSignal.abort());
    await expect(stepDefinitions.evaluate.execute({ predictor: 'checkpoint' }, stopped)).rejects.toThrow('cancelled');
  });
});

describe('a greedy soup', () => {
  test('evaluated again on its selection split scores what its trace says, no less than its best ingredient', async () => {
    const benchmark = await fixBenchmark(plain('selection'));
    const evaluations: StepResult[] = [];
    for (const model of models) evaluations.push(await evaluate(model, benchmark));
    const soup = await greedy(benchmark, evaluations);
    const trace = soup.summary.trace as unknown as { accepted: boolean; score: number }[];
    const last = trace.filter(({ accepted }) => accepted).at(-1);
    const again = await evaluate(output(soup, 'checkpoint'), benchmark);
    expect(again.summary.top1).toBe(last?.score);
    expect(Number(again.summary.top1)).toBeGreaterThanOrEqual(
      Math.max(...evaluations.map(({ summary }) => Number(summary.top1))),
    );
    expect(soup.summary).toMatchObject({ method: 'greedy', parameters: { accept: '>=' }, rule: '>=', n: 60 });
    expect(trace).toHaveLength(models.length);
    expect((await greedy(benchmark, evaluations)).outputs).toEqual(soup.outputs);
  });

  test('chosen on a test split is refused', async () => {
    const benchmark = await fixBenchmark(plain('test'));
    await expect(greedy(benchmark, [])).rejects.toThrow(
      "A soup was to be chosen on the split 'test', whose role is 'test'.",
    );
  });

  test('by scores of another protocol is refused', async () => {
    const benchmark = await fixBenchmark(plain('selection'));
    const other = await fixBenchmark({ ...plain('selection'), subset: { count: 30, seed: 1 } });
    const evaluations: StepResult[] = [];
    for (const model of models) evaluations.push(await evaluate(model, other));
    await expect(greedy(benchmark, evaluations)).rejects.toThrow(/the evaluation was made by the protocol/);
  });
});

describe('soups that are chosen or learned otherwise', () => {
  const cook = async (parameters: JsonObject, benchmark: StepResult, evaluations: readonly StepResult[]) => {
    const scored = evaluations.map((evaluation) => output(evaluation, 'evaluation'));
    const inputs = {
      ...{ ingredients: models, dataset: [manifest()], benchmark: [output(benchmark, 'protocol')] },
      ...(scored.length === 0 ? {} : { evaluations: scored }),
    };
    return stepDefinitions.soup.execute(parameters, context(inputs));
  };

  test('by every search: what is written scores what the trace says', async () => {
    const benchmark = await fixBenchmark(plain('selection'));
    const evaluations: StepResult[] = [];
    for (const model of models) evaluations.push(await evaluate(model, benchmark));
    for (const parameters of [
      { method: 'greedier', accept: '>=' },
      { method: 'greedier', accept: '>', replacement: true, most: 3 },
      { method: 'pruned', accept: '>=' },
      { method: 'greedy', accept: '>=', order: 'random', seed: 4, tolerance: 0.05, patience: 2 },
    ]) {
      const soup = await cook(parameters, benchmark, evaluations);
      const { method: _, ...told } = parameters;
      expect(soup.summary).toMatchObject({
        method: parameters.method,
        parameters: told,
        n: 60,
        rule: parameters.accept,
      });
      const trace = soup.summary.trace as unknown as { accepted: boolean; score: number; best: number }[];
      const kept = trace.filter(({ accepted }) => accepted).at(-1)?.score ?? trace[0]?.best;
      expect((await evaluate(output(soup, 'checkpoint'), benchmark)).summary.top1).toBe(kept);
      // Its certificate proves the mixture from the files, and the choice from its own scores: the search is done again.
      const files = models.map(({ path }) => path);
      const proven = await verifySoup(output(soup, 'checkpoint').path, files, output(soup, 'certificate').path);
      expect([proven.discrepancies, proven.certificate.chosen?.method]).toEqual([[], parameters.method]);
    }
  });

  test('by gradient: the loss falls, the selection split is named, twice the same bytes', async () => {
    const benchmark = await fixBenchmark(plain('selection'));
    for (const by of ['model', 'tensor']) {
      const parameters = { method: 'learned', by, epochs: 3, batch: 32, lr: 0.05, seed: 1 };
      const soup = await cook(parameters, benchmark, []);
      const { losses } = soup.summary.learned as unknown as { losses: number[] };
      expect(losses).toHaveLength(3);
      expect(losses[2]).toBeLessThan(losses[0] ?? 0);
      expect(soup.summary).toMatchObject({ method: 'learned', n: 60, rule: null, trace: [] });
      expect((await cook(parameters, benchmark, [])).outputs).toEqual(soup.outputs);
      const files = models.map(({ path }) => path);
      const proven = await verifySoup(output(soup, 'checkpoint').path, files, output(soup, 'certificate').path);
      expect([proven.discrepancies, proven.cookedAgain]).toEqual([[], true]);
      expect(soup.summary).toMatchObject({ mixing: by === 'tensor' ? 'by tensor' : 'linear' });
    }
  });

  test.each([
    { method: 'instant-seasoning', draws: 4, k: 3 },
    { method: 'self-seasoning', epochs: 2, batch: 20, k: 4 },
    { method: 'fisher' },
    { method: 'fisher', labels: 'sampled', weights: [3, 1, 1, 1] },
    { method: 'regmean', batch: 16 },
  ])('by the images themselves: $method, proven offline from what it names', async (told) => {
    const benchmark = await fixBenchmark(plain('selection'));
    const parameters = plannedImageSoup(imageSoup.parse(told), 5);
    const soup = await cook(jsonRecord.parse(parameters), benchmark, []);
    const measures = told.method === 'fisher' || told.method === 'regmean';
    expect(soup.summary).toMatchObject({ mixing: measures ? 'nominal' : 'linear', n: 60, rule: null, trace: [] });
    const shares = soup.summary.coefficients as unknown as { coefficient: number }[];
    expect(shares.reduce((sum, { coefficient }) => sum + coefficient, 0)).toBeCloseTo(1, 9);
    const measured = models.flatMap((_, index) => {
      const name = `measured-${index + 1}`;
      return soup.outputs[name] === undefined ? [] : [output(soup, name)];
    });
    expect(measured).toHaveLength(measures ? models.length : 0);
    const given = [...models, ...measured].map(({ path }) => path);
    const proven = await verifySoup(output(soup, 'checkpoint').path, given, output(soup, 'certificate').path);
    expect([proven.discrepancies, proven.cookedAgain]).toEqual([[], true]);
    expect(proven.certificate.chosen?.method).toBe(told.method);
    expect((await cook(jsonRecord.parse(parameters), benchmark, [])).outputs).toEqual(soup.outputs);
    await expect(cook(jsonRecord.parse(parameters), await fixBenchmark(plain('test')), [])).rejects.toThrow(
      /whose role is 'test'/,
    );
  });

  test('not by gradient on a test split, nor on corrupted images', async () => {
    const parameters = { method: 'learned', by: 'model', epochs: 1, batch: 32, lr: 0.05, seed: 1 };
    await expect(cook(parameters, await fixBenchmark(plain('test')), [])).rejects.toThrow(/whose role is 'test'/);
    const foggy = { split: 'selection', subset: { count: 2, seed: 3 }, corruptions: 'mnist-c', severities: [1] };
    await expect(cook(parameters, await fixBenchmark(foggy), [])).rejects.toThrow(/images of a split as they are/);
  });
});

describe('baselines', () => {
  test('a uniform soup of one model is that model: the same blob, so nothing is evaluated twice', async () => {
    const inputs = { ingredients: models.slice(0, 1) };
    const soup = await stepDefinitions.soup.execute({ method: 'uniform' }, context(inputs));
    expect(soup.outputs.checkpoint?.hash).toBe(models[0]?.hash);
    expect(soup.summary).toMatchObject({
      coefficients: [{ index: 0, coefficient: 1 }],
      trace: [],
      rule: null,
      n: null,
    });
  });

  test('an ensemble of one is its member, of several the mean of their logits', async () => {
    const benchmark = await fixBenchmark(plain('test'));
    const members = [];
    for (const model of models) members.push(await evaluate(model, benchmark));
    const list = await stepDefinitions.soup.execute({ method: 'logit-ensemble' }, context({ ingredients: models }));
    const ensemble = (logits: readonly StepResult[]) =>
      stepDefinitions.evaluate.execute(
        { predictor: 'logit-ensemble' },
        context({
          logits: logits.map((member) => output(member, 'logits')),
          members: [output(list, 'members')],
          dataset: [manifest()],
          benchmark: [output(benchmark, 'protocol')],
        }),
      );
    const [first] = members;
    if (first === undefined) throw new Error('no member');
    expect((await ensemble([first])).outputs.evaluation).toEqual(first.outputs.evaluation);
    const all = await ensemble(members);
    expect(all.summary).toMatchObject({ n: 40, forwardPasses: 160 });
    expect((await ensemble([...members].reverse())).outputs).toEqual(all.outputs);
    const document = JSON.parse(Buffer.from(await store.read(output(list, 'members').hash)).toString());
    expect(document).toEqual({ method: 'logit-ensemble', members: models.map(({ hash }) => hash) });
  });

  test('a greedy ensemble has the members that its logits choose, and answers as the ensemble of those alone', async () => {
    const selection = await fixBenchmark(plain('selection'));
    const answers = [];
    for (const model of models) answers.push(await evaluate(model, selection));
    const inputs = {
      ingredients: models,
      logits: answers.map((answer) => output(answer, 'logits')),
      dataset: [manifest()],
      benchmark: [output(selection, 'protocol')],
    };
    const parameters = { method: 'greedy-ensemble', accept: '>=' };
    const list = await stepDefinitions.soup.execute(parameters, context(inputs));
    const document = JSON.parse(Buffer.from(await store.read(output(list, 'members').hash)).toString());
    const { chosen } = document;
    expect(document.members).toEqual(chosen.map((index: number) => models[index]?.hash));
    const tops = answers.map(({ summary }) => Number(summary.top1));
    expect(list.summary).toMatchObject({
      rule: '>=',
      coefficients: chosen.map((index: number) => ({ index, coefficient: 1 / chosen.length })),
      trace: { 0: { index: tops.indexOf(Math.max(...tops)), score: Math.max(...tops) }, length: models.length },
    });
    const benchmark = await fixBenchmark(plain('test'));
    const members: StepResult[] = [];
    for (const model of models) members.push(await evaluate(model, benchmark));
    const ensemble = (logits: readonly StepResult[], members: StepResult | null) =>
      stepDefinitions.evaluate.execute(
        { predictor: 'logit-ensemble' },
        context({
          logits: logits.map((member) => output(member, 'logits')),
          ...(members === null ? {} : { members: [output(members, 'members')] }),
          dataset: [manifest()],
          benchmark: [output(benchmark, 'protocol')],
        }),
      );
    const alone = await ensemble(
      chosen.flatMap((index: number) => members[index] ?? []),
      null,
    );
    const found = await ensemble(members, list);
    expect(found.outputs).toEqual(alone.outputs);
    expect(found.summary.forwardPasses).toBe(40 * chosen.length);
    await expect(
      stepDefinitions.soup.execute(parameters, context({ ...inputs, benchmark: [output(benchmark, 'protocol')] })),
    ).rejects.toThrow(/whose role is 'test'/);
    await expect(
      stepDefinitions.soup.execute(parameters, context({ ...inputs, logits: inputs.logits.slice(1) })),
    ).rejects.toThrow(/needs what each of them answers/);
  });

  test('ingredients of other shapes are refused and nothing is stored', async () => {
    const stranger = await keep(
      encodeSafetensors(new Map([['head.weight', { dtype: 'f32' as const, shape: [1], data: Float32Array.of(1) }]])),
    );
    const inputs = { ingredients: [...models, stranger] };
    await expect(stepDefinitions.soup.execute({ method: 'uniform' }, context(inputs))).rejects.toThrow(
      /Ingredient 4 .* does not fit Ingredient 0/,
    );
  });
});
