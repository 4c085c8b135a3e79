import type { ExampleFormat } from '../../recipe/dataset-format.js';
import { DataFileError } from '../errors.js';
import { cifar10 } from './cifar-10.js';
import { cifar100 } from './cifar-100.js';
import { csv } from './csv.js';
import type { DatasetFormat } from './format.js';
import { imageFolder } from './image-folder.js';
import { npy } from './npy.js';
import { npz } from './npz.js';
import { parquet } from './parquet.js';
import { parquetText } from './parquet-text.js';
import { webdataset } from './webdataset.js';

export type { DatasetFormat, FoundDataset, FoundPart } from './format.js';

/** Every format but IDX, whose manifests are older and stay as they are. `auto` looks for them in this order. */
export const datasetFormats: { readonly [Name in ExampleFormat]: DatasetFormat } = {
  'cifar-10': cifar10,
  'cifar-100': cifar100,
  npz,
  npy,
  parquet,
  'parquet-text': parquetText,
  webdataset,
  csv,
  'image-folder': imageFolder,
};

export function isExampleFormat(name: string): name is ExampleFormat {
  return Object.hasOwn(datasetFormats, name);
}

/** Finds the format of a folder by what lies in it. Throws DataFileError when it is none, or more than one. */
export async function recogniseFormat(
  folder: string,
): Promise<{ readonly format: ExampleFormat; readonly found: string }> {
  const hits: { format: ExampleFormat; found: string }[] = [];
  for (const [format, { recognise }] of Object.entries(datasetFormats)) {
    const found = isExampleFormat(format) ? await recognise(folder) : null;
    if (found !== null && isExampleFormat(format)) hits.push({ format, found });
  }
  const [hit, ...others] = hits;
  if (hit === undefined) {
    throw new DataFileError(
      folder,
      `the data are of no format that is known: ${Object.keys(datasetFormats).join(', ')}.`,
      'Check the source, or say the format in the recipe (IDX files are always named).',
    );
  }
  if (others.length > 0) {
    throw new DataFileError(
      folder,
      `the data look like ${hits.map(({ format }) => format).join(' and like ')}: ${hits.map(({ found }) => found).join(' ')}`,
      "Say which is meant with 'format' in the recipe.",
    );
  }
  return hit;
}
