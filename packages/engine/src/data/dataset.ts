import { readFile } from 'node:fs/promises';
import type { JsonObject } from '../json.js';
import { DatasetError } from './errors.js';
import { type DatasetManifest, parseManifest } from './manifest.js';
import { openExamples, openTexts } from './open-examples.js';
import { openIdx } from './open-idx.js';
import type { Split, TextSplit } from './split.js';

export type { LabelledSplit, Labels, Split, TextSplit } from './split.js';

export interface Dataset {
  readonly manifest: DatasetManifest;
  /** [c, h, w] of every image. Throws DatasetError where sizes differ. */
  readonly image: readonly [number, number, number];
  readonly classes: number;
  /** Names of the classes by number; null where the data have none. */
  readonly classNames: readonly string[] | null;
  /** Throws DatasetError for a name that the dataset does not have, or that was not opened. */
  split(name: string): Split;
}

export interface TextDataset extends Omit<Dataset, 'image' | 'split'> {
  /** Throws DatasetError for a name that the dataset does not have, or that was not opened. */
  split(name: string): TextSplit;
}

export interface OpenDatasetOptions {
  /** The folder of the manifest's source: `StepContext.resolveSource`. */
  readonly resolveSource: (source: JsonObject) => string;
  /** The splits to open; only their examples are read. All when left out. */
  readonly splits?: readonly string[];
}

/**
 * Opens a registered dataset of images. What is read is verified: whole files of IDX at once, examples of other formats
 * when they are read. Throws DatasetError for a manifest that contradicts itself and for one of text, DataFileError for a
 * file that is missing, damaged or changed.
 */
export async function openDataset(manifestPath: string, options: OpenDatasetOptions): Promise<Dataset> {
  const manifest = parseManifest(await readFile(manifestPath, 'utf8'), manifestPath);
  const folder = options.resolveSource(manifest.source);
  const splits =
    manifest.version === 1
      ? await openIdx(manifest, chosen(manifest, options.splits), folder)
      : await openExamples(manifest, chosen(manifest, options.splits), folder);
  return {
    manifest,
    classes: manifest.classes,
    classNames: classNamesOf(manifest),
    get image() {
      if (manifest.version === 1) return manifest.image;
      const [first] = splits.values();
      if (first === undefined) throw new DatasetError('No split was opened.', 'Name at least one split to open.');
      return first.image;
    },
    split: (name) => opened(manifest, splits, name),
  };
}

/** Whether a registered dataset holds text. Throws DatasetError for a file that is no manifest. */
export async function holdsText(manifestPath: string): Promise<boolean> {
  const manifest = parseManifest(await readFile(manifestPath, 'utf8'), manifestPath);
  return manifest.version === 2 && manifest.content.kind === 'text';
}

/** Opens a registered dataset of text. Throws DatasetError for one of images. */
export async function openTextDataset(manifestPath: string, options: OpenDatasetOptions): Promise<TextDataset> {
  const manifest = parseManifest(await readFile(manifestPath, 'utf8'), manifestPath);
  if (manifest.version === 1) {
    throw new DatasetError(
      'The dataset holds images, and text was asked for.',
      'Use a dataset of text for this model.',
    );
  }
  const splits = openTexts(manifest, chosen(manifest, options.splits), options.resolveSource(manifest.source));
  return {
    manifest,
    classes: manifest.classes,
    classNames: manifest.classNames,
    split: (name) => opened(manifest, splits, name),
  };
}

function classNamesOf(manifest: DatasetManifest): readonly string[] | null {
  return manifest.version === 1 ? null : manifest.classNames;
}

function chosen<Entry extends { readonly name: string }>(
  manifest: { readonly splits: readonly Entry[] },
  names: readonly string[] | undefined,
): readonly Entry[] {
  return names === undefined ? manifest.splits : names.map((name) => describe(manifest, name));
}

function opened<Opened>(
  manifest: Pick<DatasetManifest, 'splits'>,
  splits: ReadonlyMap<string, Opened>,
  name: string,
): Opened {
  describe(manifest, name);
  const split = splits.get(name);
  if (split === undefined) {
    throw new DatasetError(`The split '${name}' was not opened.`, 'Name it among the splits to open.');
  }
  return split;
}

function describe<Entry extends { readonly name: string }>(
  manifest: { readonly splits: readonly Entry[] },
  name: string,
): Entry {
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
