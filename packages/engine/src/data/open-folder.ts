import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalJson } from '../json.js';
import { type DatasetFormatName, IMAGE_DECODER_NAME, mayHoldEncodedImages } from '../recipe/dataset-format.js';
import type { DatasetParameters } from '../recipe/parameters.js';
import { type Dataset, openDataset, openTextDataset, type TextDataset } from './dataset.js';
import { findPart, PART_NAMES } from './files.js';
import { keptRegistration } from './kept-registration.js';
import { loadTestImages } from './loader/index.js';
import type { RegisterOptions } from './register-examples.js';
import type { Labels, Split, TextSplit } from './split.js';
import type { TestImages, TestPlan } from './test-images.js';

export interface OpenFolderOptions extends RegisterOptions {
  /** How the examples lie in the folder; recognised when left out, IDX among them. */
  readonly format?: DatasetFormatName;
  /** Which example set; 'test' when left out. */
  readonly split?: string;
  /** Examples to draw, without replacement; all of the set when left out. */
  readonly count?: number;
  /** Of the draw; 0 when left out. Fewer examples of one seed are the beginning of more. */
  readonly seed?: number;
  /** Where it is kept what was registered, so that an unchanged folder is not read whole again; left out, nowhere. */
  readonly home?: string;
}

interface Opened extends AsyncDisposable {
  readonly labels: Labels;
}

/** Labelled examples of a folder, for who has no recipe. Hold them with `await using`. */
export type FolderExamples = FolderImages | FolderTexts;

export interface FolderImages extends Opened {
  readonly kind: 'images';
  readonly dataset: Dataset;
  readonly split: Split;
  /** As a model is tested on them, in the order of the labels. */
  images(plan: Pick<TestPlan, 'image' | 'normalise'>): TestImages;
}

export interface FolderTexts extends Opened {
  readonly kind: 'texts';
  readonly dataset: TextDataset;
  /** In the order of the labels. */
  readonly split: TextSplit;
}

/**
 * Registers one example set of a folder and opens it. Every example is read, hashed and checked, as a recipe's dataset is, unless
 * the same content was registered before; the
 * manifest lies in a temporary folder for as long as the examples are held.
 *
 * @throws DataFileError for data of no known format, an example set that is not there (naming those that are) or damaged files
 * @throws DatasetError for more examples than there are
 */
export async function openFolder(folder: string, options: OpenFolderOptions = {}): Promise<FolderExamples> {
  const { split: from = 'test', count = null, seed = 0, home = null, ...register } = options;
  const format = options.format ?? (await usualFormat(folder));
  const parameters: DatasetParameters = {
    source: { path: folder },
    format,
    ...(mayHoldEncodedImages(format) ? { decoder: IMAGE_DECODER_NAME } : {}),
    seed,
    splits: [{ name: from, role: 'test', from, count }],
  };
  const registered = await keptRegistration(parameters, folder, home, register);
  const place = await mkdtemp(join(tmpdir(), 'stockpot-data-'));
  const release = () => rm(place, { recursive: true, force: true });
  try {
    const manifest = join(place, 'manifest.json');
    await writeFile(manifest, canonicalJson(registered));
    const options = { resolveSource: () => folder };
    if (registered.version === 2 && registered.content.kind === 'text') {
      const dataset = await openTextDataset(manifest, options);
      const split = dataset.split(from);
      return { kind: 'texts', dataset, split, labels: split.labels(), [Symbol.asyncDispose]: release };
    }
    const dataset = await openDataset(manifest, options);
    const split = dataset.split(from);
    return {
      kind: 'images',
      dataset,
      split,
      labels: split.labels(),
      images: (plan) => loadTestImages({ plan, dataset, split: from, manifest, folder }),
      [Symbol.asyncDispose]: release,
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** IDX is known by the names of its files; the rest is recognised by `auto`. */
export async function usualFormat(folder: string): Promise<DatasetFormatName> {
  for (const part of PART_NAMES) {
    const found = await findPart(folder, part).catch(() => undefined);
    if (found !== undefined) return 'idx';
  }
  return 'auto';
}
