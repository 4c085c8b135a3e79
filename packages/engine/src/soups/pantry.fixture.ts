/** @file Ingredients as real safetensors files in a folder of their own. Used by tests only. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSafetensors } from '../checkpoints/safetensors.js';
import type { Tensor } from '../graph/tensor.js';
import { keyed } from '../random/index.js';
import type { SoupCertificate } from './certificate.js';
import { sharesOf } from './choosing/members.js';
import { cookMixture } from './cook-mixture.js';
import type { Ingredient, Kitchen, Mixture, Soup } from './method.js';

export type Tensors = Readonly<Record<string, Tensor>>;

export interface Pantry extends AsyncDisposable {
  /** Writes a model; its name is 'model 1', 'model 2' and so on. */
  ingredient(tensors: Tensors, metadata?: Record<string, string>): Promise<Ingredient>;
}

export async function openPantry(): Promise<Pantry> {
  const folder = await mkdtemp(join(tmpdir(), 'stockpot pantry '));
  let written = 0;
  return {
    async ingredient(tensors, metadata = {}) {
      const path = join(folder, `${written++}.safetensors`);
      await writeFile(path, encodeSafetensors(new Map(Object.entries(tensors)), metadata));
      return { name: `model ${written}`, path };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A kitchen that is not interrupted and chooses nothing. */
export function kitchenOf(ingredients: readonly Ingredient[]): Kitchen {
  return { ingredients, selection: null, signal: new AbortController().signal, onProgress: () => undefined };
}

/** The file that a mixture is written as, and its certificate. */
export async function cooked(
  mixture: Mixture | null,
  ingredients: readonly Ingredient[],
): Promise<{ readonly file: Buffer; readonly certificate: SoupCertificate }> {
  if (mixture === null) throw new Error('no mixture');
  const folder = await mkdtemp(join(tmpdir(), 'stockpot soup '));
  const output = join(folder, 'soup.safetensors');
  try {
    const certificate = await cookMixture({ mixture, ingredients, base: null, output }, { certificate: 'apart' });
    return { file: await readFile(output), certificate };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What each ingredient counts in a soup that is the mean of what was chosen. */
export function sharesIn({ mixture }: Soup): { index: number; coefficient: number }[] {
  if (mixture?.method !== 'uniform') throw new Error('no mean');
  return sharesOf(mixture.members);
}

export async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export const f32 = (...values: number[]): Tensor => ({
  dtype: 'f32',
  shape: [values.length],
  data: Float32Array.of(...values),
});
export const i64 = (...values: bigint[]): Tensor => ({
  dtype: 'i64',
  shape: [values.length],
  data: BigInt64Array.of(...values),
});

/** A model of one tensor of random weights, and one of each other kind. */
export function randomModel(seed: number, size = 40): Tensors {
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
