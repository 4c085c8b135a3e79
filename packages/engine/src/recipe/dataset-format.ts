/** @file How the examples of a dataset lie in its folder, and what a recipe may say about reading them. Pure. */
import { z } from 'zod';
import { object, oneOf } from './fields.js';

/** Formats whose manifests list every example (docs/data.md). IDX is older and has manifests of its own. */
export const EXAMPLE_FORMATS = [
  'image-folder',
  'cifar-10',
  'cifar-100',
  'npy',
  'npz',
  'parquet',
  'webdataset',
  'csv',
  'parquet-text',
] as const;
export type ExampleFormat = (typeof EXAMPLE_FORMATS)[number];

export const DATASET_FORMATS = ['idx', ...EXAMPLE_FORMATS, 'auto'] as const;
export const datasetFormat = oneOf(DATASET_FORMATS);
export type DatasetFormatName = z.infer<typeof datasetFormat>;

/** Example sets of IDX files; other formats name their own. */
export const IDX_PARTS: readonly string[] = ['train', 'test'];

/** Which of the data's example sets a split is taken from. */
export const splitFrom = z
  .string({ error: "expected the name of an example set, such as 'train'" })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, {
    error: "expected the name of an example set, such as 'train': letters, digits, '.', '_' and '-'",
  });

/** What decodes images. Part of the parameters of datasets that hold encoded ones: another decoder may round differently. */
export const IMAGE_DECODER_NAME = 'sharp-0.35.5/libvips-8.18.7';

const column = z.string().min(1, { error: 'expected the name of a column' }).exactOptional();

/** Optional fields of a dataset, with the formats that know them. Absent from a plan when not given. */
export const datasetOptions = {
  columns: object('columns', { image: column, text: column, pair: column, label: column })
    .exactOptional()
    .describe(
      'Names of columns (Parquet, CSV) or of the label field (WebDataset); left out, the usual ones are found.',
    ),
  labels: oneOf(['fine', 'coarse'])
    .exactOptional()
    .describe("CIFAR-100's 100 fine labels (the default) or its 20 coarse ones."),
  channels: z
    .union([z.literal(1), z.literal(3)], { error: 'expected 3 (colour, the default) or 1 (grey)' })
    .exactOptional()
    .describe('Channels that encoded images are decoded to: 3 (colour, the default) or 1 (grey).'),
  orientation: oneOf(['stored', 'exif'])
    .exactOptional()
    .describe(
      "Whether encoded images are turned by their EXIF tag. Left out: 'exif' for Parquet as in the library datasets, 'stored' elsewhere as in torchvision.",
    ),
};

/** Formats of text. */
export const TEXT_FORMATS: readonly DatasetFormatName[] = ['csv', 'parquet-text'];

const ENCODED: readonly ExampleFormat[] = ['image-folder', 'parquet', 'webdataset'];

/** Which formats know an option. */
export const OPTION_FORMATS: Readonly<Record<keyof typeof datasetOptions, readonly DatasetFormatName[]>> = {
  columns: ['parquet', 'parquet-text', 'csv', 'webdataset', 'auto'],
  labels: ['cifar-100', 'auto'],
  channels: [...ENCODED, 'auto'],
  orientation: [...ENCODED, 'auto'],
};

/** Whether a dataset may hold encoded images, so that what decodes them belongs to its parameters. */
export function mayHoldEncodedImages(format: DatasetFormatName): boolean {
  return format === 'auto' || ENCODED.some((encoded) => encoded === format);
}
