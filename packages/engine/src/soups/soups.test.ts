import { hash } from 'node:crypto';
import { mkdtempDisposableSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../checkpoints/safetensors.js';
import type { Tensor } from '../graph/tensor.js';
import { keyed } from '../random/index.js';
import { averageOf } from './average.js';
import { averageLogits, type Candidate, cookSoup, type Ingredient, type Selection } from './index.js';

let folder: ReturnType<typeof mkdtempDisposableSync>;
beforeAll(() => {
  folder = mkdtempDisposableSync(join(tmpdir(), 'stockpot-soups-'));
});
afterAll(() => {
  folder.remove();
});

type Tensors = Record<string, Tensor>;
const signal = new AbortController().signal;
const onProgress = () => {};
let written = 0;

async function ingredient(tensors: Tensors, metadata: Record<string, string> = {}): Promise<Ingredient> {
  const path = join(folder.path, `${written++}.safetensors`);
  await writeFile(path, encodeSafetensors(new Map(Object.entries(tensors)), metadata));
  return { name: `model ${written}`, path };
}

async function collect(stream: AsyncIterable<Uint8Array> | null): Promise<Buffer> {
  if (stream === null) throw new Error('no checkpoint');
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const f32 = (...values: number[]): Tensor => ({
  dtype: 'f32',
  shape: [values.length],
  data: Float32Array.of(...values),
});
const i64 = (...values: bigint[]): Tensor => ({
  dtype: 'i64',
  shape: [values.length],
  data: BigInt64Array.of(...values),
});

/** A model of one tensor of random weights, and one of each other kind. */
function randomModel(seed: number, size = 40): Tensors {
  const random = keyed(seed, 'model');
  const draw = (scale: number) => Array.from({ length: size }, () => random.normal() * scale);
  const halves = Uint16Array.from({ length: 8 }, () => random.integer(0x7c00) | (random.integer(2) << 15));
  return {
    'blocks.0.weight': f32(...draw(0.1)),
    'blocks.0.bias': f32(...draw(1e-6)),
    half: { dtype: 'f16', shape: [2, 4], data: halves },
    brain: { dtype: 'bf16', shape: [8], data: halves.map((bits) => bits | 0x100) },
    // Five scales of which no pair of f64 holds the sum: the case for integers.
    scales: f32([2 ** 120, 2 ** 10, 2 ** -140, -(2 ** 120), 1][seed % 5] ?? 0),
    wide: { dtype: 'f64', shape: [3], data: Float64Array.from(draw(1).slice(0, 3)) },
    counter: i64(3n, -1n),
  };
}

async function uniform(ingredients: readonly Ingredient[]): Promise<Buffer> {
  const soup = await cookSoup('uniform', { method: 'uniform' }, { ingredients, selection: null, signal, onProgress });
  return collect(soup.checkpoint);
}

describe('the uniform soup', () => {
  test('is the mean of every element, of the same names, shapes and dtypes', async () => {
    const soup = decodeSafetensors(
      await uniform([await ingredient({ a: f32(1, 2), n: i64(7n) }), await ingredient({ a: f32(2, 4), n: i64(7n) })]),
    );
    expect(soup.tensors.get('a')).toEqual(f32(1.5, 3));
    expect(soup.tensors.get('n')).toEqual(i64(7n));
  });

  test('of one model, or of any number of copies of it, is that file bit for bit', async () => {
    const model = await ingredient(randomModel(1), { 'stockpot.architecture': '{}', note: 'x' });
    const original = await collect(averageOf([model], [0], { signal }));
    expect(
      original.equals(
        Buffer.from(
          encodeSafetensors(new Map(Object.entries(randomModel(1))), { 'stockpot.architecture': '{}', note: 'x' }),
        ),
      ),
    ).toBe(true);
    for (const copies of [2, 3, 7, 10]) {
      expect((await uniform(Array(copies).fill(model))).equals(original)).toBe(true);
    }
  });

  test('is the same bytes in every order of the ingredients, and in chunks of any size', async () => {
    const models = [];
    for (let seed = 0; seed < 5; seed++) models.push(await ingredient(randomModel(seed)));
    const expected = (await uniform(models)).toString('hex');
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(models, { minLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        async (shuffled, chunkElements) => {
          const bytes = await collect(averageOf(shuffled, [0, 1, 2, 3, 4], { signal, chunkElements }));
          expect(bytes.toString('hex')).toBe(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  test('keeps the metadata on which all ingredients agree, and no other', async () => {
    const a = await ingredient({ a: f32(1) }, { format: 'pt', seed: '1' });
    const b = await ingredient({ a: f32(3) }, { format: 'pt', seed: '2' });
    expect(decodeSafetensors(await uniform([a, b])).metadata).toEqual(new Map([['format', 'pt']]));
  });

  test('a learning-rate disaster is refused by the names of model, tensor and element', async () => {
    const good = await ingredient({ head: f32(1, 2, 3) });
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const diverged = await ingredient({ head: f32(1, 2, bad) });
      await expect(uniform([good, diverged])).rejects.toThrow(
        `${diverged.name}: tensor "head" holds ${bad} at element 2.`,
      );
      await expect(uniform([diverged])).rejects.toThrow(/holds/);
    }
  });

  test('integers that differ are refused, and named', async () => {
    const pair = [await ingredient({ steps: i64(1n, 2n) }), await ingredient({ steps: i64(1n, 3n) })];
    await expect(uniform(pair)).rejects.toThrow(/Tensor "steps" holds integers.*at element 1/);
  });

  test('shapes, dtypes and names that do not fit are refused before a byte is written', async () => {
    const first = await ingredient({ a: f32(1, 2) });
    for (const [other, message] of [
      [{ a: f32(1) }, /tensor "a" has shape \[1\] instead of \[2\]/],
      [{ a: i64(1n, 2n) }, /tensor "a" is i64 instead of f32/],
      [{ b: f32(1, 2) }, /tensor "a" is missing; tensor "b" is not expected/],
    ] as const) {
      const kitchen = { ingredients: [first, await ingredient(other)], selection: null, signal, onProgress };
      await expect(cookSoup('uniform', { method: 'uniform' }, kitchen)).rejects.toThrow(message);
    }
  });

  test('models that see their inputs differently, or come from different stocks, are refused', async () => {
    for (const [key, one, other] of [
      ['stockpot.preprocessing', '{"mean":[0.5]}', '{"mean":[0.13]}'],
      ['stockpot.stock', 'aaaa', 'bbbb'],
    ] as const) {
      const pair = [await ingredient({ a: f32(1) }, { [key]: one }), await ingredient({ a: f32(1) }, { [key]: other })];
      await expect(uniform(pair)).rejects.toThrow(`differ in ${key}: ${other} and ${one}.`);
    }
  });

  test('stops when it is told to', async () => {
    const stopped = AbortSignal.abort();
    const model = await ingredient({ a: f32(1) });
    await expect(collect(averageOf([model], [0], { signal: stopped }))).rejects.toThrow('The soup was cancelled.');
  });
});

describe('the greedy soup', () => {
  /** A world in which a soup's score is a function of its one weight. */
  async function greedy(weights: readonly number[], scoreOf: (weight: number) => number, accept: '>=' | '>') {
    const ingredients: Ingredient[] = [];
    for (const weight of weights) ingredients.push(await ingredient({ w: f32(weight) }));
    const seen: number[] = [];
    const selection: Selection = {
      scores: weights.map(scoreOf),
      async score({ tensors }: Candidate) {
        const weight = Number(tensors.get('w')?.data[0]);
        seen.push(weight);
        return scoreOf(weight);
      },
    };
    const soup = await cookSoup('greedy', { method: 'greedy', accept }, { ingredients, selection, signal, onProgress });
    const { tensors } = decodeSafetensors(await collect(soup.checkpoint));
    return { ...soup, seen, weight: Number(tensors.get('w')?.data[0]) };
  }
  /** Best at 0, worse with distance. */
  const nearZero = (weight: number) => Math.max(0, 1 - Math.abs(weight));

  test('a story: best first, a helpful one in, a harmful one out, the mean of those that stayed', async () => {
    const soup = await greedy([0.5, 0.25, -0.375], nearZero, '>=');
    expect(soup.trace).toEqual([
      { round: 0, index: 1, score: 0.75, best: 0.75, accepted: true, members: 1 },
      { round: 1, index: 2, score: 0.9375, best: 0.75, accepted: true, members: 2 },
      { round: 2, index: 0, score: 0.875, best: 0.9375, accepted: false, members: 2 },
    ]);
    expect(soup.coefficients).toEqual([
      { index: 1, coefficient: 0.5 },
      { index: 2, coefficient: 0.5 },
    ]);
    expect(soup.weight).toBe(-0.0625);
    expect(soup.rule).toBe('>=');
  });

  test('on a tie the paper goes on and its code stops', async () => {
    const flat = () => 0.5;
    expect((await greedy([1, 2, 3], flat, '>=')).coefficients).toHaveLength(3);
    const strict = await greedy([1, 2, 3], flat, '>');
    expect(strict.coefficients).toEqual([{ index: 0, coefficient: 1 }]);
    expect(strict.weight).toBe(1);
  });

  test('equal ingredients are tried as the plan lists them', async () => {
    const { trace } = await greedy([0.5, -0.25, 0.25, -0.5], nearZero, '>');
    expect(trace.map(({ index }) => index)).toEqual([1, 2, 0, 3]);
  });

  test('invariants of science §7.2: never worse than the best ingredient, scores never fall, k−1 evaluations', async () => {
    const score = (weight: number) => Math.floor(20 * (0.5 + 0.5 * Math.sin(5 * weight))) / 20;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.float({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 6 }),
        fc.constantFrom('>=' as const, '>' as const),
        async (weights, accept) => {
          const soup = await greedy(weights, score, accept);
          const accepted = soup.trace.filter((trial) => trial.accepted).map((trial) => trial.score);
          expect(soup.seen).toHaveLength(weights.length - 1);
          expect(accepted[0]).toBe(Math.max(...weights.map(score)));
          expect([...accepted].sort((a, b) => a - b)).toEqual(accepted);
          // The checkpoint that is written scores what the trace says it does.
          expect(score(soup.weight)).toBe(accepted[accepted.length - 1]);
          expect(soup.coefficients.reduce((sum, { coefficient }) => sum + coefficient, 0)).toBeCloseTo(1, 12);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('candidates by running sums are the files that averaging from scratch writes', async () => {
    const ingredients: Ingredient[] = [];
    for (let seed = 0; seed < 5; seed++) ingredients.push(await ingredient(randomModel(seed)));
    const candidates: string[] = [];
    const selection: Selection = {
      scores: [0.1, 0.5, 0.3, 0.2, 0.4],
      async score({ tensors, metadata }) {
        candidates.push(hash('sha256', encodeSafetensors(tensors, metadata)));
        return 1;
      },
    };
    await cookSoup('greedy', { method: 'greedy', accept: '>=' }, { ingredients, selection, signal, onProgress });
    for (const [place, members] of [
      [1, 4],
      [1, 4, 2],
      [1, 4, 2, 3],
      [1, 4, 2, 3, 0],
    ].entries()) {
      const bytes = await collect(averageOf(ingredients, [...members].reverse(), { signal }));
      expect(candidates[place]).toBe(hash('sha256', bytes));
    }
  });

  test('without a score for every ingredient it is refused', async () => {
    const kitchen = { ingredients: [await ingredient({ a: f32(1) })], selection: null, signal, onProgress };
    await expect(cookSoup('greedy', { method: 'greedy', accept: '>=' }, kitchen)).rejects.toThrow(
      /needs the selection score/,
    );
  });
});

describe('the logit ensemble', () => {
  test('lists its members and writes no checkpoint', async () => {
    const ingredients = [await ingredient({ a: f32(1) }), await ingredient({ b: f32(2) })];
    const soup = await cookSoup(
      'logit-ensemble',
      { method: 'logit-ensemble' },
      { ingredients, selection: null, signal, onProgress },
    );
    expect(soup.checkpoint).toBeNull();
    expect(soup.coefficients).toEqual([
      { index: 0, coefficient: 0.5 },
      { index: 1, coefficient: 0.5 },
    ]);
  });

  test('averages raw logits, in any order the same bits, and refuses what is no number', () => {
    const members = [1, 2, 3].map((seed) => Float32Array.from({ length: 30 }, () => keyed(seed, 'logits').normal()));
    const mean = averageLogits(members);
    expect(averageLogits([...members].reverse())).toEqual(mean);
    expect(mean[0]).toBeCloseTo(((members[0]?.[0] ?? 0) + (members[1]?.[0] ?? 0) + (members[2]?.[0] ?? 0)) / 3, 6);
    expect(() => averageLogits([Float32Array.of(1), Float32Array.of(Number.NaN)])).toThrow(/Member 1 .* NaN/);
    expect(() => averageLogits([Float32Array.of(1), Float32Array.of(1, 2)])).toThrow(/1, 2 logits/);
  });

  test('of linear models is the soup: mean of logits equals logits of the mean', () => {
    // Weights and inputs are small integers, so that every product and sum is exact.
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }), {
          minLength: 4,
          maxLength: 4,
        }),
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 3, maxLength: 3 }),
        (models, x) => {
          const dot = (w: readonly number[]) => w.reduce((sum, value, at) => sum + value * (x[at] ?? 0), 0);
          const ensemble = averageLogits(models.map((w) => Float32Array.of(dot(w))));
          const soup = averageLogits(models.map((w) => Float32Array.from(w)));
          expect(dot([...soup])).toBe(ensemble[0]);
        },
      ),
    );
  });
});
