/** @file A folder with images in two classes of stripes and one of blobs, and small vision transformers. Used by tests only. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSafetensors } from '../../checkpoints/safetensors.js';
import { type Tensor, tensorOf } from '../../graph/tensor.js';
import { architectureSchema } from '../../models/architecture.js';
import { initialise } from '../../models/initialise.js';
import { modelMetadata } from '../../models/metadata.js';
import { visionModel } from '../../models/vision-model.js';
import { keyed } from '../../random/index.js';

const SIDE = 8;
export const CLASSES = 3;
export const architecture = architectureSchema.parse({
  ...{ family: 'vit', image: SIDE, channels: 1, patch: 4, dim: 8, depth: 1, heads: 2, mlp: 16 },
});
export const preprocessing = { mean: [0.5], std: [0.5] };
const model = visionModel(architecture);

/** [n, 8, 8] bytes and their classes. */
export function images(n: number, seed: number): { readonly pixels: Uint8Array; readonly labels: Uint8Array } {
  const labels = Uint8Array.from({ length: n }, (_, index) => index % CLASSES);
  const pixels = new Uint8Array(n * SIDE * SIDE);
  for (const [index, label] of labels.entries()) {
    const random = keyed(seed, index);
    for (let at = 0; at < SIDE * SIDE; at++) {
      const [row, column] = [Math.floor(at / SIDE), at % SIDE];
      const on = [row % 2 === 0, column % 2 === 0, Math.hypot(row - 3.5, column - 3.5) < 3][label];
      pixels[index * SIDE * SIDE + at] = (on ? 150 : 60) + random.integer(60);
    }
  }
  return { pixels, labels };
}

export function npy(shape: readonly number[], data: Uint8Array): Buffer {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const head = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${header.padEnd(117)}\n`, 'latin1');
  head.writeUInt16LE(118, 8);
  return Buffer.concat([head, data]);
}

export interface ExamplePantry extends AsyncDisposable {
  readonly folder: string;
  /** The folder of the data: `train` with 90 images, `val` with 60. */
  readonly data: string;
  readonly home: string;
  path(name: string): string;
  /** Writes a model that is `spread` away from a common stock; returns its path. */
  ingredient(name: string, seed: number, spread?: number, metadata?: Record<string, string>): Promise<string>;
}

/** The weights of a model near a common stock. */
export function weights(seed: number, spread: number): Map<string, Tensor> {
  const table = [...model.parameters, ...model.head(CLASSES)];
  const stock = initialise(table, 7);
  return new Map(
    table.map(({ name, shape }): [string, Tensor] => {
      const random = keyed(seed, name);
      const start = stock.get(name)?.data ?? new Float32Array();
      const data = start.map((value) => 3 * value + spread * random.normal());
      return [name, tensorOf('f32', shape, data)];
    }),
  );
}

export async function examplePantry(): Promise<ExamplePantry> {
  const folder = await mkdtemp(join(tmpdir(), 'stockpot on data '));
  const data = join(folder, 'data');
  await mkdir(data);
  for (const [part, n] of [
    ['train', 90],
    ['val', 60],
  ] as const) {
    const { pixels, labels } = images(n, part.length);
    await writeFile(join(data, `${part}_images.npy`), npy([n, SIDE, SIDE], pixels));
    await writeFile(join(data, `${part}_labels.npy`), npy([n], labels));
  }
  const path = (name: string) => join(folder, name);
  return {
    folder,
    data,
    home: path('home'),
    path,
    async ingredient(name, seed, spread = 0.15, more = {}) {
      const metadata = { ...modelMetadata({ architecture, preprocessing }, { stock: 's', head: 'h' }), ...more };
      const file = path(`${name}.safetensors`);
      await writeFile(file, encodeSafetensors(weights(seed, spread), metadata));
      return file;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
