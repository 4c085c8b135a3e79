import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { DataFileError } from './errors.js';
import { readIdxFile } from './idx.js';

/** The names under which the MNIST files are known: the original ones, and those of some mirrors. */
const NAMES = {
  train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
  test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
} as const;
const FOLDERS = ['', 'data/'];

export type PartName = keyof typeof NAMES;
export const PART_NAMES: readonly PartName[] = ['train', 'test'];

/** The images and labels of one part of a dataset, with the bytes of the files from which hashes are taken. */
export interface PartFiles {
  readonly n: number;
  /** [c, h, w] */
  readonly image: readonly [number, number, number];
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  readonly files: Readonly<Record<'images' | 'labels', { readonly path: string; readonly bytes: Uint8Array }>>;
}

/** Finds the images and labels of a part below a folder. Throws DataFileError with the places that were looked at. */
export async function findPart(folder: string, part: PartName): Promise<{ images: string; labels: string }> {
  return { images: await find(folder, NAMES[part].images), labels: await find(folder, NAMES[part].labels) };
}

/** Reads a part and checks that its two files belong together. */
export async function readPart(folder: string, paths: { images: string; labels: string }): Promise<PartFiles> {
  const imageFile = join(folder, paths.images);
  const labelFile = join(folder, paths.labels);
  const images = await readIdxFile(imageFile);
  const labels = await readIdxFile(labelFile);
  const [n = 0, height = 0, width = 0] = images.shape;
  if (images.shape.length !== 3 || n * height * width === 0) {
    throw new DataFileError(
      imageFile,
      `expected images of shape n×height×width, found ${images.shape.join('×')}.`,
      'Check that the images file is not the labels file.',
    );
  }
  if (labels.shape.length !== 1 || labels.shape[0] !== n) {
    throw new DataFileError(
      labelFile,
      `expected ${n} labels, one for each image of ${paths.images}, found ${labels.shape.join('×')}.`,
      'Fetch both files again from the same place.',
    );
  }
  return {
    n,
    image: [1, height, width],
    pixels: images.bytes.subarray(16),
    labels: labels.bytes.subarray(8),
    files: {
      images: { path: paths.images, bytes: images.bytes },
      labels: { path: paths.labels, bytes: labels.bytes },
    },
  };
}

async function find(folder: string, name: string): Promise<string> {
  const candidates = FOLDERS.flatMap((prefix) => [prefix + name, prefix + name.replace('-idx', '.idx')]);
  for (const candidate of candidates) {
    if (await exists(join(folder, candidate))) return candidate;
  }
  for (const candidate of candidates) {
    if (await exists(join(folder, `${candidate}.gz`))) {
      throw new DataFileError(
        join(folder, candidate),
        `the file is missing; ${candidate}.gz is there.`,
        `Decompress it: gunzip -k '${join(folder, candidate)}.gz'.`,
      );
    }
  }
  throw new DataFileError(
    join(folder, name),
    `the file is missing (looked for ${candidates.join(', ')}).`,
    'Check the source in the recipe, and that the four MNIST files are in its folder; of other data say the `format` (docs/data.md).',
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
