/** @file Small datasets as real IDX files in a folder of their own. Used by tests only. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatasetParameters } from '../recipe/parameters.js';

export interface TinyPart {
  readonly images: readonly Uint8Array[];
  readonly labels: readonly number[];
}

/** An IDX file of bytes. */
export function idxFile(shape: readonly number[], data: Uint8Array): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, 8, shape.length]);
  for (const [axis, size] of shape.entries()) head.writeUInt32BE(size, 4 + 4 * axis);
  return Buffer.concat([head, data]);
}

/** A folder with the four files of MNIST, holding square images of the given side. Remove it with `await using`. */
export async function tinyDataset(
  side: number,
  parts: { readonly train: TinyPart; readonly test: TinyPart },
): Promise<{ readonly folder: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'stockpot tiny dataset '));
  for (const [name, { images, labels }] of [
    ['train', parts.train],
    ['t10k', parts.test],
  ] as const) {
    const pixels = Buffer.concat(images);
    await writeFile(join(folder, `${name}-images-idx3-ubyte`), idxFile([images.length, side, side], pixels));
    await writeFile(join(folder, `${name}-labels-idx1-ubyte`), idxFile([labels.length], Uint8Array.from(labels)));
  }
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** n images that differ from each other, the label in their first pixel. */
export function numbered(n: number, side: number, classes: number, offset = 0): TinyPart {
  const labels = Array.from({ length: n }, (_, index) => index % classes);
  const images = labels.map((label, index) => {
    const image = new Uint8Array(side * side);
    image.set([label, (index + offset) & 255, (index + offset) >> 8]);
    return image;
  });
  return { images, labels };
}

/** Splits of `tinyDataset` as a recipe would name them. */
export function tinyParameters(folder: string, splits: DatasetParameters['splits'], seed = 17): DatasetParameters {
  return { source: { path: folder }, format: 'idx', seed, splits };
}
