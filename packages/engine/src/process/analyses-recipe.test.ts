import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answer, runPlace } from '../analysis/asking/index.js';
import { analysisDocuments } from '../analysis/documents/index.js';
import { CookedRun } from '../analysis/subject/cooked-run.js';
import { encodeSafetensors, readSafetensors } from '../checkpoints/safetensors.js';
import { tinyDataset } from '../data/idx-files.fixture.js';
import { canonicalJson, type JsonValue } from '../json.js';
import { STOCK_KEY } from '../models/metadata.js';
import { keyed } from '../random/index.js';
import { compilePlan } from '../recipe/compile.js';
import { parseRecipe } from '../recipe/parse.js';
import type { Plan } from '../recipe/plan.js';
import { analyse } from '../steps/analyse.js';
import { type CookedStep, cook } from './cook.js';
import { executeStep } from './execute-step.js';
import { cleanKitchen, folder } from './fixtures/kitchen.js';
import { LocalHome } from './home.js';
import { writeRunRecord } from './run-record.js';

const SIDE = 8;

const recipe = (data: string) => `
version: 1
name: asked
seed: 3
datasets:
  dots:
    source: { path: ${JSON.stringify(data)} }
    splits:
      train: { role: train, from: train, count: 64 }
      selection: { role: selection, from: train, count: 48 }
      test: { role: test, from: test }
benchmarks:
  selection: { split: dots/selection }
  test: { split: dots/test }
stock:
  name: micro
  architecture: { family: vit, image: ${SIDE}, channels: 1, patch: 4, dim: 8, depth: 1, heads: 2, mlp: 16 }
  pretrain: { algorithm: mae, split: dots/train, epochs: 2, batch: 16, lr: 1.0e-3, weight_decay: 0.05, mask: 0.5, decoder: { dim: 8, depth: 1, heads: 2 } }
  head: { algorithm: linear-probe, split: dots/train, epochs: 2, batch: 16, lr: 1.0e-2, weight_decay: 0 }
ingredients:
  - name: ft
    algorithm: supervised
    split: dots/train
    count: 4
    space: { epochs: 3, batch: 16, lr: { loguniform: [1.0e-3, 1.0e-2] }, weight_decay: 0.01, snapshots: 3 }
soups:
  greedy: { method: greedy, ingredients: [ft], select: selection }
  late: { method: lawa, ingredients: [ft-03], over: snapshots }
baselines: [ensemble]
report: [test]
analyses:
  way: { kind: barrier, models: [ft-00, greedy], on: test, points: 13 }
  basin: { kind: barriers, models: [ft], on: selection }
  triangle: { kind: ternary, models: [ft-00, ft-01, ft-02], on: selection, divisions: 4 }
  shapley: { kind: contribution, soup: greedy, on: test, pairs: 4, metric: loss }
  next: { kind: marginal, models: [ft], on: selection, orders: 3 }
  differ: { kind: diversity, models: [ft], on: selection, features: 20 }
  lies: { kind: weights, models: [ft, greedy], tensors: true }
  paper: { kind: soup-versus-ensemble, models: [ft-00, ft-01], on: selection }
  better: { kind: compare, models: [greedy, ft-ensemble], on: test }
  kept: { kind: why, soup: greedy, barriers: true }
  other: { kind: what-if, soup: greedy, order: given, evaluate: true }
  run: { kind: barriers, soup: late, on: selection }
`;

/** The same questions as somebody asks them of the cooked folder, where more is known than the steps were given. */
const QUESTIONS = {
  way: [['ft-00', 'greedy'], { benchmark: 'test' }, { points: 13 }],
  basin: [[], {}, {}],
  triangle: [['ft-00', 'ft-01', 'ft-02'], {}, { divisions: 4 }],
  shapley: [[], { soup: 'greedy', benchmark: 'test' }, { pairs: 4, metric: 'loss', seed: 3 }],
  next: [[], {}, { orders: 3, costs: [1, 1, 1, 1], unit: 'ingredients', seed: 3 }],
  differ: [[], {}, { features: 20 }],
  lies: [['ft-00', 'ft-01', 'ft-02', 'ft-03', 'greedy'], {}, { tensors: true }],
  paper: [['ft-00', 'ft-01'], {}, {}],
  better: [['greedy', 'ft-ensemble'], { benchmark: 'test' }, {}],
  kept: [['greedy'], {}, { barriers: true }],
  other: [['greedy'], {}, { order: 'given', evaluate: true }],
  run: [[], { soup: 'late' }, {}],
} as const;

let home: LocalHome;
let data: Awaited<ReturnType<typeof tinyDataset>>;
let plan: Plan;
let made: ReadonlyMap<string, CookedStep>;
const signal = new AbortController().signal;

beforeAll(async () => {
  const part = (n: number, seed: number) => {
    const random = keyed(seed, 'dots');
    const labels = Array.from({ length: n }, (_, i) => i % 2);
    const images = labels.map((label) =>
      Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (at % 2 === label ? 60 : 0) + random.integer(190)),
    );
    return { labels, images };
  };
  data = await tinyDataset(SIDE, { train: part(112, 1), test: part(60, 2) });
  home = await LocalHome.open(folder());
  plan = compilePlan(parseRecipe(recipe(data.folder)));
  const sources = { base: home.root, confined: false };
  made = await cook(plan, { place: home, sources, concurrency: 2 });
  await writeRunRecord(home.root, plan, home.root, made);
}, 60_000);
afterAll(async () => {
  await home.close();
  await data[Symbol.asyncDispose]();
  cleanKitchen();
});

const documentOf = async (name: string): Promise<string> => {
  const { hash = '' } = made.get(`analyses/${name}`)?.result.outputs.document ?? {};
  return readFile(home.store.path(hash), 'utf8');
};

describe('the analyses of a recipe', () => {
  test.each(Object.entries(QUESTIONS))(
    '%s: what is stored is what the cooked folder answers',
    async (name, question) => {
      const text = await documentOf(name);
      const found: JsonValue = JSON.parse(text);
      expect(text).toBe(canonicalJson(found));
      const [names, asked, options] = question;
      const run = await CookedRun.open(home.root);
      const place = runPlace(
        run,
        { ...(names.length === 0 ? {} : { names }), ...asked },
        { threads: 1, signal, fresh: true },
      );
      const stored = await run.document(name);
      expect(analysisDocuments[stored.analysis].parse(found)).toEqual(stored);
      expect(canonicalJson(await answer(stored.analysis, place, options))).toBe(text);
    },
  );

  test('know their own models alone, and not what soups of them scored', async () => {
    const run = await CookedRun.open(home.root);
    const asked = { soup: 'greedy', benchmark: 'test' };
    const options = { metric: 'loss', pairs: 4, seed: 3 };
    const again = await answer('contribution', runPlace(run, asked, { threads: 1, signal }), options);
    const stored = await run.document('shapley');
    const { evaluations, ...found } = { evaluations: null, ...again };
    const { evaluations: counted, ...first } = { evaluations: null, ...stored };
    expect(found).toEqual(first);
    expect(counted).toEqual({ measured: 11, known: 4 });
    expect(evaluations).not.toEqual(counted);
    expect(total(evaluations)).toBe(15);
  });

  test('tell in a summary whom they are about, on which examples in which role, and what they cost', () => {
    const { seconds, ...summary } = made.get('analyses/way')?.result.summary ?? {};
    expect(seconds).toBeGreaterThan(0);
    expect(summary).toEqual({
      analysis: 'barrier',
      models: ['ft-00', 'greedy'],
      examined: { source: 'dots/test', role: 'test', n: 60 },
      evaluations: { measured: 11, known: 2 },
    });
    expect(made.get('analyses/lies')?.result.summary).toMatchObject({ examined: null, evaluations: null });
  });

  test('look at the snapshots of a training as they were', async () => {
    const document = JSON.parse(await documentOf('run'));
    expect(document.models).toEqual(['ft-03/snapshot-1', 'ft-03/snapshot-2', 'ft-03/snapshot-3']);
    // Nobody scored a snapshot before.
    expect(document.evaluations).toEqual({ measured: 3 + 3 * 9, known: 0 });
  });
});

test('an analysis that was stopped goes on from the scores it has, and comes to the same bytes', async () => {
  const step = plan.steps.find(({ id }) => id === 'analyses/basin');
  const scratch = await mkdtemp(join(tmpdir(), 'stockpot basin '));
  const inputs = Object.fromEntries(
    Object.entries(step?.inputs ?? {}).map(([role, list]) => [
      role,
      list.map(({ step: from, output }) => made.get(from)?.result.outputs[output]?.hash ?? ''),
    ]),
  );
  const attempt = async (until: number) => {
    const stopping = new AbortController();
    const progress = ({ done }: { done: number }) => {
      if (done >= until) stopping.abort();
    };
    const request = { kind: 'analyse', parameters: step?.parameters ?? {}, inputs, scratch } as const;
    return executeStep(
      analyse,
      { ...request, storeRoot: home.store.root, sources: { base: home.root, confined: false } },
      { threads: 1, reporter: { metric: () => undefined, progress }, signal: stopping.signal },
    );
  };
  const times = async () => {
    const files = (await readdir(join(scratch, 'scores'))).sort();
    return new Map(
      await Promise.all(
        files.map(async (file) => [file, (await stat(join(scratch, 'scores', file))).mtimeMs] as const),
      ),
    );
  };
  await expect(attempt(7)).rejects.toMatchObject({ name: 'CancelledError' });
  const before = await times();
  expect(before.size).toBe(7);
  const { outputs, summary } = await attempt(Number.POSITIVE_INFINITY);
  expect(outputs.document).toEqual(made.get('analyses/basin')?.result.outputs.document);
  expect(summary.evaluations).toEqual({ measured: 6 * 9, known: 4 });
  const after = await times();
  expect(after.size).toBe(6 * 9);
  for (const [file, time] of before) expect(after.get(file)).toBe(time);
  await rm(scratch, { recursive: true });
});

test('models that say they come from other stocks are asked whether they share a basin, and not what their soups are worth', async () => {
  const run = await CookedRun.open(home.root);
  const path = home.store.path(run.model('ft-01').outputs.checkpoint ?? '');
  const { tensors, metadata } = await readSafetensors(path);
  const elsewhere = encodeSafetensors(tensors, Object.fromEntries([...metadata, [STOCK_KEY, 'ab'.repeat(32)]]));
  const { hash } = await home.store.put(Buffer.from(elsewhere), 'application/x-safetensors');
  const steps = run.record.steps.map((step) =>
    step.id === 'ingredients/ft-01' ? { ...step, outputs: { ...step.outputs, checkpoint: hash } } : step,
  );
  const apart = new CookedRun({ ...run.record, steps }, run.store, run.resolveSource);
  const of = (one: CookedRun) => runPlace(one, { names: ['ft-00', 'ft-01'] }, { threads: 1, signal });
  // The weights are the same, and so is what lies between them.
  expect(await answer('barrier', of(apart), {})).toEqual(await answer('barrier', of(run), {}));
  await expect(answer('contribution', of(apart), {})).rejects.toThrow(/it was trained from another stock/);
});

test('models are measured from a stock that is theirs: by all that lies between, and by the reference of what was aligned', async () => {
  const { record, store, resolveSource } = await CookedRun.open(home.root);
  const pool = (run: CookedRun, ...names: string[]) => names.map((name) => run.poolModel(name));
  const made = (parents: Readonly<Record<string, readonly string[]>>, kind: 'align' | 'import') => {
    const steps = record.steps.map((step) => {
      const from = parents[step.id];
      if (from === undefined || step.makes.type !== 'model') return step;
      return { ...step, kind, makes: { ...step.makes, parents: [...from] } };
    });
    return new CookedRun({ ...record, steps }, store, resolveSource);
  };
  const whole = made({}, 'import');
  expect(whole.stockOf(pool(whole, 'ft-00', 'greedy', 'late'))?.id).toBe('stock');
  const apart = made({ 'ingredients/ft-03': [] }, 'import');
  expect(apart.stockOf(pool(apart, 'ft-00'))?.id).toBe('stock');
  for (const name of ['ft-03', 'late']) expect(apart.stockOf(pool(apart, 'ft-00', name))).toBeUndefined();
  const aligned = { 'ingredients/ft-01': ['ingredients/ft-03', 'ingredients/ft-00'], 'ingredients/ft-03': [] };
  const to = made(aligned, 'align');
  expect(to.stockOf(pool(to, 'ft-01'))?.id).toBe('stock');
  // A stock that is trained anew is that of its own repeat.
  const again = record.steps.flatMap((step) =>
    step.makes.type === 'model' && step.id === 'stock'
      ? [{ ...step, id: 'stock@2', makes: { ...step.makes, name: 'micro@2' } }]
      : [],
  );
  const anew = made({ 'ingredients/ft-01': ['stock@2'] }, 'import');
  const twice = new CookedRun({ ...record, steps: [...again, ...anew.record.steps] }, store, resolveSource);
  expect(twice.stockOf(pool(twice, 'ft-01'))?.id).toBe('stock@2');
  expect(twice.stockOf(pool(twice, 'ft-00', 'ft-01'))).toBeUndefined();
  const place = runPlace(apart, { names: ['ft-03'] }, { threads: 1, signal });
  expect([place.stock(), await place.baseline('accuracy')]).toEqual([null, undefined]);
});

function total(evaluations: { readonly measured: number; readonly known: number } | null): number {
  return evaluations === null ? 0 : evaluations.measured + evaluations.known;
}
