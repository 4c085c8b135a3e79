/** @file Folders of data in any format, and the fixtures that their own libraries wrote. Used by tests only. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { DatasetParameters } from '../recipe/parameters.js';
import { readFixture } from '../testing/oracle.fixture.js';
import { type Dataset, openDataset, openTextDataset, type TextDataset } from './dataset.js';
import type { ExamplesManifest } from './examples-manifest.js';
import { registerDataset } from './register.js';

export type Splits = DatasetParameters['splits'];

/** A split that takes all of a part. */
export function allOf(from: string, role: Splits[number]['role'] = 'train', name = from): Splits[number] {
  return { name, role, from, count: null };
}

export interface DataFolder extends AsyncDisposable {
  readonly path: string;
  write(files: Readonly<Record<string, Uint8Array | string>>): Promise<void>;
  /** Registers the folder and parses the manifest again, as the steps after it do. */
  register(
    format: DatasetParameters['format'],
    splits: Splits,
    options?: Partial<DatasetParameters>,
  ): Promise<ExamplesManifest>;
  open(manifest: ExamplesManifest): Promise<Dataset>;
  openText(manifest: ExamplesManifest): Promise<TextDataset>;
}

/** A folder with these files. Remove it with `await using`. */
export async function dataFolder(files: Readonly<Record<string, Uint8Array | string>>): Promise<DataFolder> {
  const root = await mkdtemp(join(tmpdir(), 'stockpot data folder '));
  const path = join(root, 'data');
  const saved = join(root, 'manifest.json');
  const write: DataFolder['write'] = async (more) => {
    await mkdir(path, { recursive: true });
    for (const [name, bytes] of Object.entries(more)) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), bytes);
    }
  };
  await write(files);
  const options = { resolveSource: () => path };
  const save = (manifest: ExamplesManifest) => writeFile(saved, JSON.stringify(manifest));
  return {
    path,
    write,
    async register(format, splits, more = {}) {
      const { manifest } = await registerDataset({ source: { path }, format, seed: 17, splits, ...more }, path);
      if (manifest.version !== 2) throw new Error('a manifest of version 2 was expected');
      return manifest;
    },
    async open(manifest) {
      await save(manifest);
      return openDataset(saved, options);
    },
    async openText(manifest) {
      await save(manifest);
      return openTextDataset(saved, options);
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

const bytes = z.base64().transform((text) => Uint8Array.from(Buffer.from(text, 'base64')));
const planes = z.strictObject({ shape: z.tuple([z.int(), z.int(), z.int()]), bytes });

/** What `test/oracles/engine/data_formats.py` wrote. */
export function formatFixtures() {
  return readFixture(new URL('./fixtures/formats.json', import.meta.url), {
    images: z.array(z.strictObject({ name: z.string(), file: bytes, rgb: planes, grey: planes, upright: planes })),
    arrays: z.strictObject({ files: z.record(z.string(), bytes), labels: z.array(z.int()), pixels: bytes }),
    parquet: z.strictObject({
      files: z.record(z.string(), bytes),
      images: z.array(bytes),
      labels: z.array(z.int()),
      names: z.array(z.string()),
      texts: z.strictObject({ file: bytes, sentences: z.array(z.string()), labels: z.array(z.int()) }),
    }),
    webdataset: z.strictObject({ file: bytes, images: z.array(bytes), labels: z.array(z.int()) }),
  });
}
