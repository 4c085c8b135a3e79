import { z } from 'zod';
import { EXAMPLE_FORMATS } from '../recipe/dataset-format.js';
import { datasetSource, splitRole } from '../recipe/parameters.js';
import { nearDuplicates } from './near-duplicates/find.js';
import { countColumn } from './stores/columns.js';
import { exampleStore } from './stores/store.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.int().min(1);
const range = z.tuple([size, size]);

/** What an example is. */
export const manifestContent = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pixels'),
    /** Channels, height and width of every image; elements are unsigned bytes. */
    image: z.tuple([size, size, size]),
    /** How the axes of an image lie in the file. */
    layout: z.enum(['chw', 'hwc']),
  }),
  z.strictObject({
    kind: z.literal('encoded'),
    channels: z.union([z.literal(1), z.literal(3)]),
    orientation: z.enum(['stored', 'exif']),
    /** The least and the largest of all images. */
    height: range,
    width: range,
    /** What decodes them; another decoder may give other pixels. */
    decoder: z.string(),
    /** SHA-256 over the pixels of every image: equal after another decoder registered the same files, nothing changed. */
    pixelsHash: sha256,
  }),
  z.strictObject({ kind: z.literal('text'), /** UTF-8 bytes of the longest text. */ longest: size }),
]);
export type ManifestContent = z.infer<typeof manifestContent>;

/**
 * A dataset whose examples are listed one by one: where each lies, its class and its hash. The files stay where they are;
 * every example is checked against its hash when it is read, so opening a dataset reads none of it.
 */
export const examplesManifest = z.strictObject({
  format: z.literal('stockpot-dataset'),
  version: z.literal(2),
  source: datasetSource,
  reader: z.enum(EXAMPLE_FORMATS),
  /** What was found, when the recipe left the format open. */
  found: z.string().exactOptional(),
  content: manifestContent,
  classes: size,
  /** Names of the classes by number; null where the data have none. */
  classNames: z.array(z.string()).nullable(),
  /** SHA-256 over content, classes and every example: independent of file names and of where the files lie. */
  contentHash: sha256,
  /** SHA-256 of the `examples` output: 32 bytes an example, parts in the order given here. */
  examplesHash: sha256,
  parts: z.array(
    z.strictObject({
      name: z.string(),
      n: size,
      store: exampleStore,
      /** Class of each example. */
      labels: countColumn,
      /** Base64 of 32 bytes an example: SHA-256 of its bytes as they are encoded; of pixels, in the order c, h, w. */
      digests: z.base64(),
    }),
  ),
  splits: z.array(
    z.strictObject({
      name: z.string(),
      role: splitRole,
      from: z.string(),
      n: size,
      /** SHA-256 over the hash and the label (4 bytes, low first) of each example, in the split's order. */
      contentHash: sha256,
      /** Positions in the part. An example of a split is named by its position in this list. */
      indices: countColumn,
    }),
  ),
  /** Pairs of splits with identical examples in both (equal pixels, however encoded), and the number of distinct ones. */
  overlaps: z.array(z.strictObject({ a: z.string(), b: z.string(), n: size })),
  /** Absent when they were not looked for. */
  nearDuplicates: nearDuplicates.exactOptional(),
});
export type ExamplesManifest = z.infer<typeof examplesManifest>;
