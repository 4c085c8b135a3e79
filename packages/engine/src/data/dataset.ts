import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../json.js';
import type { SplitRole } from '../recipe/parameters.js';
import { DataFileError, DatasetError } from './errors.js';
import { type PartFiles, type PartName, readPart } from './files.js';
import { type DatasetManifest, parseManifest } from './manifest.js';
import type { RawImage } from './raw-image.js';

/** One split in memory. Examples are named by their position in the split, 0 … n−1. */
export interface Split {
  readonly name: string;
  readonly role: SplitRole;
  readonly n: number;
  readonly contentHash: string;
  /** [c, h, w] of every image. */
  readonly image: readonly [number, number, number];
  readonly classes: number;
  /** [c, h, w] where all images have one size; null where sizes differ: then `images` refuses, and `read` is the way. */
  readonly size: readonly [number, number, number] | null;
  /** One example, of the size that it has. */
  read(position: number): Promise<RawImage>;
  /** Bytes [positions.length, c, h, w]; all examples in order when no positions are given. */
  images(positions?: ArrayLike<number>): Uint8Array;
  /** Classes [positions.length], each in 0 … classes−1. */
  labels(positions?: ArrayLike<number>): Uint8Array;
}

export interface Dataset {
  readonly manifest: DatasetManifest;
  readonly image: readonly [number, number, number];
  readonly classes: number;
  /** Throws DatasetError for a name that the dataset does not have, or that was not opened. */
  split(name: string): Split;
}

export interface OpenDatasetOptions {
  /** The folder of the manifest's source: `StepContext.resolveSource`. */
  readonly resolveSource: (source: JsonObject) => string;
  /** The splits to open; only their files are read. All when left out. */
  readonly splits?: readonly string[];
}

/**
 * Opens a registered dataset and verifies that its files still hold what was registered. Throws DatasetError for a
 * manifest that contradicts itself, DataFileError for a file that is missing, damaged or changed.
 */
export async function openDataset(manifestPath: string, options: OpenDatasetOptions): Promise<Dataset> {
  const manifest = parseManifest(await readFile(manifestPath, 'utf8'), manifestPath);
  const wanted = (options.splits ?? manifest.splits.map((split) => split.name)).map((name) => describe(manifest, name));
  const folder = options.resolveSource(manifest.source);
  const parts = new Map<PartName, PartFiles>();
  for (const part of manifest.parts) {
    if (!wanted.some((split) => split.from === part.name)) continue;
    const files = await readPart(folder, { images: part.images.path, labels: part.labels.path });
    verify(folder, part.images, files.files.images.bytes);
    verify(folder, part.labels, files.files.labels.bytes);
    parts.set(part.name, files);
  }
  return {
    manifest,
    image: manifest.image,
    classes: manifest.classes,
    split(name) {
      const description = describe(manifest, name);
      const files = parts.get(description.from);
      if (files === undefined || !wanted.includes(description)) {
        throw new DatasetError(`The split '${name}' was not opened.`, 'Name it among the splits to open.');
      }
      return splitOf(manifest, description, files);
    },
  };
}

function describe(manifest: DatasetManifest, name: string): DatasetManifest['splits'][number] {
  const found = manifest.splits.find((split) => split.name === name);
  if (found === undefined) {
    const known = manifest.splits.map((split) => `'${split.name}'`).join(', ');
    throw new DatasetError(
      `The dataset has no split '${name}'; it has ${known}.`,
      'Use one of these, or add the split to the recipe.',
    );
  }
  return found;
}

function verify(folder: string, registered: { path: string; sha256: string }, bytes: Uint8Array): void {
  const found = hash('sha256', bytes);
  if (found !== registered.sha256) {
    throw new DataFileError(
      join(folder, registered.path),
      `the file changed since the dataset was registered: expected SHA-256 ${registered.sha256}, found ${found}.`,
      'Put the original file back, or give the new data a dataset of its own in the recipe.',
    );
  }
}

function splitOf(manifest: DatasetManifest, description: DatasetManifest['splits'][number], files: PartFiles): Split {
  const { name, role, n, contentHash, indices } = description;
  const [channels, height, width] = manifest.image;
  const size = channels * height * width;
  const everything = Uint32Array.from({ length: n }, (_, position) => position);
  const indexOf = (position: number): number => {
    const index = indices[position];
    if (index === undefined) {
      throw new RangeError(`Example ${position} of the split '${name}' was asked for; it has ${n}.`);
    }
    return index;
  };
  return {
    name,
    role,
    n,
    contentHash,
    image: manifest.image,
    classes: manifest.classes,
    size: manifest.image,
    async read(position) {
      const start = indexOf(position) * size;
      return { channels, height, width, data: files.pixels.slice(start, start + size) };
    },
    images(positions = everything) {
      const result = new Uint8Array(positions.length * size);
      for (let i = 0; i < positions.length; i++) {
        const index = indexOf(positions[i] ?? -1);
        result.set(files.pixels.subarray(index * size, (index + 1) * size), i * size);
      }
      return result;
    },
    labels(positions = everything) {
      return Uint8Array.from(positions, (position) => files.labels[indexOf(position)] ?? 0);
    },
  };
}
