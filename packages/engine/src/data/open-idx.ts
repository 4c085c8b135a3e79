import { hash } from 'node:crypto';
import { join } from 'node:path';
import { DataFileError } from './errors.js';
import { type PartFiles, type PartName, readPart } from './files.js';
import type { IdxManifest } from './manifest.js';
import { pixelSplit } from './pixel-split.js';
import type { Split } from './split.js';

/** Reads the files of the wanted splits and verifies them against the manifest. */
export async function openIdx(
  manifest: IdxManifest,
  wanted: readonly IdxManifest['splits'][number][],
  folder: string,
): Promise<ReadonlyMap<string, Split>> {
  const parts = new Map<PartName, PartFiles>();
  for (const part of manifest.parts) {
    if (!wanted.some((split) => split.from === part.name)) continue;
    const files = await readPart(folder, { images: part.images.path, labels: part.labels.path });
    verify(folder, part.images, files.files.images.bytes);
    verify(folder, part.labels, files.files.labels.bytes);
    parts.set(part.name, files);
  }
  const splits = new Map<string, Split>();
  for (const { indices, ...split } of wanted) {
    const files = parts.get(split.from);
    if (files === undefined) continue;
    const { pixels, labels } = files;
    splits.set(
      split.name,
      pixelSplit({ ...split, classes: manifest.classes }, { size: manifest.image, indices, pixels, labels }),
    );
  }
  return splits;
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
