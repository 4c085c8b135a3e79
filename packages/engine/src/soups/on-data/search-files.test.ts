import { readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSafetensors } from '../../checkpoints/safetensors.js';
import { picture } from '../../data/formats/picture.fixture.js';
import { numbersOf, type Tensor, tensorOf } from '../../graph/tensor.js';
import { classesMetadata } from '../../models/metadata.js';
import { classifier } from '../../training/inference.js';
import { readCertificate } from '../certificate.js';
import { writeSoup } from '../streaming/index.js';
import { verifySoup } from '../verify-soup.js';
import { CandidateFiles } from './candidate-files.js';
import { choiceProblem } from './choice-problem.js';
import { cookOnData, type DataMethodName } from './index.js';
import { architecture, CLASSES, type ExamplePantry, examplePantry, images, weights } from './pantry.fixture.js';

let pantry: ExamplePantry;
let ingredients: readonly string[];
beforeAll(async () => {
  pantry = await examplePantry();
  ingredients = await Promise.all([0, 1, 2, 3, 4].map((seed) => pantry.ingredient(`model ${seed}`, seed)));
});
afterAll(() => pantry[Symbol.asyncDispose]());

const signal = new AbortController().signal;
let soups = 0;
function cook(method: DataMethodName, paths: readonly string[], more: object = {}, home = pantry.home) {
  const output = pantry.path(`soup ${soups++}.safetensors`);
  return cookOnData(
    { method, ingredients: paths, output, data: pantry.data, examples: 'val', ...more },
    { home, threads: 1, device: 'cpu', signal },
  );
}

/** Top-1 on the examples of `val`, by the network alone: no steps, no caches, no soups. */
async function accuracy(tensors: ReadonlyMap<string, Tensor>): Promise<number> {
  const { pixels, labels } = images(60, 'val'.length);
  const network = await classifier(tensors, architecture, { batch: 60, threads: 1 });
  const logits = await network.logits(Float32Array.from(pixels, (byte) => (byte / 255 - 0.5) / 0.5));
  await network.dispose();
  const right = [...labels].filter((label, row) => {
    const answers = [...logits.subarray(row * CLASSES, (row + 1) * CLASSES)];
    return answers.indexOf(Math.max(...answers)) === label;
  });
  return right.length / labels.length;
}

function meanOf(members: readonly number[]): Map<string, Tensor> {
  const models = members.map((seed) => weights(seed, 0.15));
  return new Map(
    [...(models[0] ?? [])].map(([name, { shape }]) => {
      const rows = models.map((model) => numbersOf(model.get(name) ?? tensorOf('f32', [0], [])));
      const mean = Float64Array.from(rows[0] ?? [], (_, at) => rows.reduce((sum, row) => sum + (row[at] ?? 0), 0));
      return [
        name,
        tensorOf(
          'f32',
          shape,
          mean.map((sum) => sum / members.length),
        ),
      ];
    }),
  );
}

describe('a greedy soup of files', () => {
  test('is what the recipe of the paper gives, written out', async () => {
    const alone = await Promise.all([0, 1, 2, 3, 4].map((seed) => accuracy(weights(seed, 0.15))));
    const order = [0, 1, 2, 3, 4].sort((a, b) => (alone[b] ?? 0) - (alone[a] ?? 0) || a - b);
    let members = order.slice(0, 1);
    let best = alone[members[0] ?? 0] ?? 0;
    for (const next of order.slice(1)) {
      const score = await accuracy(meanOf([...members, next]));
      if (score < best) continue;
      members = [...members, next];
      best = score;
    }
    const soup = await cook('greedy', ingredients);
    expect(soup.scores).toEqual(alone);
    expect(soup.mixture.members).toEqual([...members].sort((a, b) => a - b));
    expect(soup.score).toBe(best);
    // Its own score for each ingredient, and at most one for each but the first.
    expect(soup.evaluated).toBe(5 + 4);
  });

  test('evaluates only what is new when it is cooked again with one ingredient more', async () => {
    const given = { parameters: { order: 'given' } };
    await cook('greedy', ingredients, given);
    expect((await cook('greedy', ingredients, given)).evaluated).toBe(0);
    const { evaluated, trials } = await cook('greedy', [...ingredients, await pantry.ingredient('new', 99)], given);
    // By itself, and in the one soup that it was tried in.
    expect(evaluated).toBe(2);
    expect(trials?.map(({ cached }) => cached)).toEqual([true, true, true, true, true, false]);
    expect(trials?.at(-1)).toMatchObject({ index: 5 });
    // Where the files lie and what they are called does not matter.
    const copies = await Promise.all([0, 1, 2, 3, 4].map((seed) => pantry.ingredient(`copy of ${seed}`, seed)));
    expect((await cook('greedy', copies, given)).evaluated).toBe(0);
  });

  test('evaluates weights once, whatever files they are in', async () => {
    const home = pantry.path('another home');
    const twin = await pantry.ingredient('twin', 1, 0.15, { note: 'the same weights in another file' });
    const folder = pantry.path('shards');
    await writeSoup(
      { method: 'uniform', ingredients: [ingredients[1] ?? ''], output: folder },
      { maxShardBytes: 3000 },
    );
    const { scores, evaluated } = await cook('greedy', [ingredients[1] ?? '', twin, folder], {}, home);
    expect(new Set(scores).size).toBe(1);
    expect(evaluated).toBe(1);
    // Whether its answers are those of the data is asked of each file that says something else of its classes.
    const named = await pantry.ingredient('named', 1, 0.15, classesMetadata(['x', 'y', 'z']));
    expect((await cook('greedy', [named], {}, home)).evaluated).toBe(1);
  });

  test('is asked again whether its answers are those of the data when class folders are renamed in the same order', async () => {
    const [data, home] = [pantry.path('named data'), pantry.path('home of named data')];
    for (const [level, name] of ['x', 'y', 'z'].entries()) {
      await mkdir(join(data, 'val', name), { recursive: true });
      const size = { width: 8, height: 8 };
      await writeFile(join(data, 'val', name, '0.png'), await picture(80 * level, 80 * level, 80 * level, size));
    }
    const named = await pantry.ingredient('of named classes', 1, 0.15, classesMetadata(['x', 'y', 'z']));
    expect((await cook('greedy', [named], { data }, home)).evaluated).toBe(1);
    expect((await cook('greedy', [named], { data }, home)).evaluated).toBe(0);
    await rename(join(data, 'val', 'z'), join(data, 'val', 'zebra'));
    await expect(cook('greedy', [named], { data }, home)).rejects.toThrow(/Row 2 .* class 'z', .* is 'zebra'/);
  });

  test('has a certificate with its trace, from which it can be cooked and chosen again', async () => {
    const { certificate, trials } = await cook('greedy', ingredients, { parameters: { accept: '>', ties: 'last' } });
    const output = pantry.path(`soup ${soups - 1}.safetensors`);
    expect(certificate.chosen).toMatchObject({
      method: 'greedy',
      parameters: { accept: '>', ties: 'last' },
      examples: { from: 'val', n: 60 },
      names: [0, 1, 2, 3, 4].map((seed) => `model ${seed}.safetensors`),
    });
    expect(certificate.chosen?.trace).toHaveLength(trials?.length ?? 0);
    expect(await verifySoup(output, ingredients)).toMatchObject({ discrepancies: [], cookedAgain: true });
    const { metadata } = await readSafetensors(output);
    expect(readCertificate(metadata)).toEqual(certificate);
  });

  test('is found out when its trace leads to another soup', async () => {
    const { certificate } = await cook('greedy', ingredients);
    const { chosen, ingredients: own } = certificate;
    if (chosen?.trace === undefined) throw new Error('There is no trace.');
    expect(await choiceProblem(certificate)).toBeNull();
    const better = chosen.trace.map((trial, at) => (at === 1 ? { ...trial, score: 1 } : trial));
    expect(await choiceProblem({ ...certificate, chosen: { ...chosen, trace: better } })).toMatch(
      /leads to|does not tell/,
    );
    expect(await choiceProblem({ ...certificate, ingredients: [...own, ...own.slice(0, 1)] })).toMatch(/leads to/);
  });
});

describe('any soup of files that is chosen on data', () => {
  test.each<[DataMethodName, object]>([
    ['random-order', { seed: 4, parameters: { start: 'first' } }],
    ['greedier', { parameters: { replacement: true, accept: '>' } }],
    ['pruned', {}],
    ['learned', { parameters: { epochs: 4, lr: 0.2, batch: 20 } }],
    ['learned', { parameters: { by: 'tensor', epochs: 1 } }],
    ['instant-seasoning', { parameters: { draws: 6, k: 5 } }],
    ['self-seasoning', { parameters: { epochs: 3, batch: 20 }, examples: 'val:66.7%' }],
  ])('%s %j can be cooked again from its ingredients', async (method, more) => {
    const { certificate, evaluated, learned, trials } = await cook(method, ingredients, more);
    const output = pantry.path(`soup ${soups - 1}.safetensors`);
    expect(await verifySoup(output, ingredients)).toMatchObject({ discrepancies: [], cookedAgain: true });
    expect(certificate.chosen).toMatchObject({ method, pool: { length: 5 } });
    expect((await cook(method, ingredients, more)).certificate).toEqual(certificate);
    if (trials !== undefined) expect(evaluated).toBeLessThanOrEqual(15);
    if (method === 'learned' && learned !== undefined && learned.losses.length > 2) {
      expect(Math.min(...learned.losses.slice(1))).toBeLessThan(learned.losses[0] ?? 0);
    }
  });

  test('is drawn from the examples by the seed, as many as were asked for', async () => {
    const some = async (examples: string, seed: number) =>
      (await cook('greedy', ingredients.slice(0, 2), { examples, seed })).certificate.chosen?.examples;
    const [half, again, other] = [await some('train:50%', 1), await some('train:45', 1), await some('train:45', 2)];
    expect(half).toMatchObject({ n: 45, from: 'train:50%' });
    expect(again?.split).toBe(half?.split);
    expect(other?.split).not.toBe(half?.split);
  });

  test('refuses what does not fit in a sentence, and leaves nothing behind', async () => {
    const there = () => readdirSync(pantry.folder).sort();
    const before = there();
    await expect(cook('greedy', ingredients, { examples: 'dev' })).rejects.toThrow(/no example set 'dev'; found/);
    await expect(cook('greedy', ingredients, { examples: 'val:0%' })).rejects.toThrow(/does not say which examples/);
    await expect(cook('greedy', ingredients, { examples: 'val:61' })).rejects.toThrow(/asks for 61 examples/);
    await expect(cook('greedy', ingredients, { parameters: { epochs: 3 } })).rejects.toThrow(/no 'epochs'/);
    await expect(cook('greedy', [...ingredients, pantry.path('nowhere')])).rejects.toThrow(/there is nothing there/);
    await expect(cook('greedy', ingredients, { model: join(pantry.data, 'val_images.npy') })).rejects.toThrow(
      /not JSON/,
    );
    const stopped = cookOnData(
      { method: 'greedy', ingredients, output: pantry.path('never.safetensors'), data: pantry.data, examples: 'train' },
      { home: pantry.path('home'), threads: 1, device: 'cpu', signal: AbortSignal.abort() },
    );
    await expect(stopped).rejects.toThrow(/cancelled/);
    expect(there()).toEqual(before);
  });
});

test('Candidates of many members come from the sums of all but the last, bit for bit', async () => {
  const paths: string[] = [];
  for (let seed = 10; seed < 19; seed++) paths.push(await pantry.ingredient(`many ${seed}`, seed));
  const folder = pantry.path('sums');
  const contents = paths.map((_, index) => `content ${index}`);
  const options = { paths, contents, hashes: new Map(), workforce: undefined, signal, folder };
  const candidates = new CandidateFiles({ ...options, growing: true });
  for (const members of [
    [0, 1, 2, 3, 4, 5, 6],
    [0, 1, 2, 3, 4, 5, 6, 7],
    [7, 6, 5, 4, 3, 2, 1, 0, 8],
    [0, 0, 1, 2, 3, 4, 5, 6],
  ]) {
    const output = pantry.path('candidate.safetensors');
    const found = await candidates.mean(members, output);
    const { tensors } = await writeSoup({
      method: 'uniform',
      ingredients: members.map((index) => paths[index] ?? ''),
      output: pantry.path('plain.safetensors'),
    });
    expect(found).toEqual(tensors);
  }
  const kept = readdirSync(folder);
  expect(kept).toHaveLength(2);
  // A candidate that leaves one out is no beginning of another: it reads sums that lie there, and makes none.
  const shrinking = new CandidateFiles({ ...options, growing: false });
  for (const members of [
    [1, 2, 3, 4, 5, 6, 7, 8],
    [0, 2, 3, 4, 5, 6, 7, 8],
    [0, 0, 1, 2, 3, 4, 5, 7],
  ]) {
    const found = await shrinking.mean(members, pantry.path('candidate.safetensors'));
    const ingredients = members.map((index) => paths[index] ?? '');
    const { tensors } = await writeSoup({ method: 'uniform', ingredients, output: pantry.path('plain.safetensors') });
    expect(found).toEqual(tensors);
    expect(readdirSync(folder)).toEqual(kept);
  }
  await rm(folder, { recursive: true });
});
