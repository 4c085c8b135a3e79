import { z } from 'zod';
import { type DatasetSource, datasetSource, splitRole } from '../recipe/parameters.js';
import { DatasetError } from './errors.js';
import { examplesManifest } from './examples-manifest.js';
import { nearDuplicates } from './near-duplicates/find.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const dataFile = z.strictObject({
  /** Path inside the source's folder, with forward slashes; it never leads out of it. */
  path: z.string().regex(/^(?!\.)[\w.-]+(?:\/(?!\.)[\w.-]+)*$/),
  sha256,
  bytes: z.int().min(0),
});

/**
 * A dataset of IDX files as it was registered: which files, with which content, divided how. The files stay where they
 * are; a step that reads them checks them against the hashes here.
 */
export const idxManifest = z.strictObject({
  format: z.literal('stockpot-dataset'),
  version: z.literal(1),
  source: datasetSource,
  /** Channels, height and width of every image; its elements are unsigned bytes. */
  image: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]),
  classes: z.int().min(1),
  /** SHA-256 over image shape, class count and every example: independent of file names and of where the files lie. */
  contentHash: sha256,
  /** SHA-256 of the `examples` output: 32 bytes an example, the hash of its pixels, parts in the order given here. */
  examplesHash: sha256,
  parts: z.array(
    z.strictObject({ name: z.enum(['train', 'test']), n: z.int().min(1), images: dataFile, labels: dataFile }),
  ),
  splits: z.array(
    z.strictObject({
      name: z.string(),
      role: splitRole,
      from: z.enum(['train', 'test']),
      n: z.int().min(1),
      /** SHA-256 over the pixels' hash and the label of each example, in the split's order. */
      contentHash: sha256,
      /** Positions in the part's files. An example of a split is named by its position in this list. */
      indices: z.array(z.int().min(0)),
    }),
  ),
  /** Pairs of splits with identical images in both, and the number of distinct such images. */
  overlaps: z.array(z.strictObject({ a: z.string(), b: z.string(), n: z.int().min(1) })),
  /** Absent when they were not looked for. */
  nearDuplicates: nearDuplicates.exactOptional(),
});
export type IdxManifest = z.infer<typeof idxManifest>;

/** A registered dataset: version 1 of IDX files, version 2 of every other format. */
export const datasetManifest = z.discriminatedUnion('version', [idxManifest, examplesManifest]);
export type DatasetManifest = z.infer<typeof datasetManifest>;
export type { DatasetSource };

/** Parses and cross-checks a manifest. Throws DatasetError. */
export function parseManifest(text: string, where: string): DatasetManifest {
  const parsed = datasetManifest.safeParse(parseJson(text, where));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new DatasetError(
      `${where}: not a dataset manifest of this version: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
      'Run the recipe again to register the dataset anew.',
    );
  }
  assertDisjointSplits(parsed.data);
  return parsed.data;
}

/** Refuses a split that names an example twice, one outside its files, or one that another split holds already. */
export function assertDisjointSplits(manifest: {
  readonly parts: readonly { readonly name: string; readonly n: number }[];
  readonly splits: readonly {
    readonly name: string;
    readonly from: string;
    readonly n: number;
    readonly indices: readonly number[];
  }[];
}): void {
  for (const part of manifest.parts) {
    const owner = new Int32Array(part.n).fill(-1);
    for (const [number, split] of manifest.splits.entries()) {
      if (split.from !== part.name) continue;
      if (split.indices.length !== split.n) {
        throw new DatasetError(
          `The split '${split.name}' says it has ${split.n} examples and lists ${split.indices.length}.`,
          'Register the dataset anew.',
        );
      }
      for (const index of split.indices) {
        const holder = owner[index];
        if (holder === undefined) {
          throw new DatasetError(
            `The split '${split.name}' names example ${index} of the ${part.name} files, which have ${part.n}.`,
            'Register the dataset anew from the files that are there.',
          );
        }
        if (holder >= 0) {
          throw new DatasetError(
            `Example ${index} of the ${part.name} files is in '${manifest.splits[holder]?.name}' and in '${split.name}'.`,
            'Splits may not share examples: what is chosen on one would be judged on the other. Separate them.',
          );
        }
        owner[index] = number;
      }
    }
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DatasetError(`${where}: not JSON.`, 'Run the recipe again to register the dataset anew.', { cause });
  }
}
