import { createHash, hash } from 'node:crypto';
import type { DatasetParameters } from '../recipe/parameters.js';
import { divide } from './divide.js';
import { DatasetError } from './errors.js';
import { findPart, PART_NAMES, type PartFiles, type PartName, readPart } from './files.js';
import { assertDisjointSplits, type IdxManifest } from './manifest.js';
import { findNearDuplicates, type NearDuplicates } from './near-duplicates/find.js';
import { fingerprint } from './near-duplicates/perceptual-hash.js';
import { findOverlaps } from './overlaps.js';

const DIGEST_BYTES = 32;

/**
 * Reads the files of a dataset once, divides them into splits and writes down what was found: a hash of every file, of
 * every example and of every split, and the identical images that two splits share.
 *
 * @returns the manifest, and the examples' hashes (32 bytes each, parts in order) that its `examplesHash` names
 */
export async function registerIdx(
  parameters: DatasetParameters,
  folder: string,
): Promise<{ manifest: IdxManifest; examples: Uint8Array }> {
  const foreign = parameters.splits.find(({ from }) => !PART_NAMES.some((part) => part === from));
  if (foreign !== undefined) {
    throw new DatasetError(
      `IDX files have no example set '${foreign.from}'.`,
      `Take it from ${PART_NAMES.join(' or ')}.`,
    );
  }
  const parts = new Map<PartName, { data: PartFiles; digests: Uint8Array }>();
  for (const name of PART_NAMES.filter((part) => parameters.splits.some((split) => split.from === part))) {
    const data = await readPart(folder, await findPart(folder, name));
    parts.set(name, { data, digests: digestExamples(data) });
  }
  const [first] = parts.values();
  if (first === undefined) {
    throw new DatasetError('The dataset has no splits.', 'Name at least one split in the recipe.');
  }
  const { image } = first.data;
  for (const [name, { data }] of parts) {
    if (data.image.join() !== image.join()) {
      throw new DatasetError(
        `The ${name} images are ${data.image.join('×')} and the others ${image.join('×')} (channels×height×width).`,
        'Images of one dataset must have one size: use files that belong together.',
      );
    }
  }
  const classes = 1 + Math.max(...[...parts.values()].map(({ data }) => largest(data.labels)));
  const sizes = new Map<string, number>([...parts].map(([name, { data }]) => [name, data.n]));
  const splits = divide(parameters, sizes).map(({ from, indices, ...split }) => {
    const part = PART_NAMES.find((name) => name === from);
    if (part === undefined) throw new RangeError(`'${from}' was found to be an example set before.`);
    return { ...split, from: part, contentHash: splitHash(parts, part, indices), indices };
  });
  const examples = Buffer.concat([...parts.values()].map(({ digests }) => digests));
  const manifest: IdxManifest = {
    format: 'stockpot-dataset',
    version: 1,
    source: parameters.source,
    image: [...image],
    classes,
    contentHash: contentHash(image, classes, parts),
    examplesHash: hash('sha256', examples),
    parts: [...parts].map(([name, { data }]) => ({
      name,
      n: data.n,
      images: describe(data.files.images),
      labels: describe(data.files.labels),
    })),
    splits,
    overlaps: findOverlaps(splits, (part, index) => digestOf(parts, part, index)),
    ...(parameters.near_duplicates === true ? { nearDuplicates: nearPairs(parts, splits) } : {}),
  };
  assertDisjointSplits(manifest);
  return { manifest, examples };
}

type Parts = ReadonlyMap<PartName, { readonly data: PartFiles; readonly digests: Uint8Array }>;

function nearPairs(parts: Parts, splits: IdxManifest['splits']): NearDuplicates {
  return findNearDuplicates(splits, (number, position) => {
    const split = splits[number];
    const data = split === undefined ? undefined : parts.get(split.from)?.data;
    const index = split?.indices[position];
    if (split === undefined || data === undefined || index === undefined) throw new RangeError('No such example.');
    const [channels, height, width] = data.image;
    const size = channels * height * width;
    const pixels = data.pixels.subarray(index * size, (index + 1) * size);
    return {
      fingerprint: fingerprint({ channels, height, width, data: pixels }),
      digest: Buffer.from(digestOf(parts, split.from, index)).toString('latin1'),
    };
  });
}

function splitHash(parts: Parts, from: PartName, indices: readonly number[]): string {
  const digest = createHash('sha256').update('stockpot-split-v1\n');
  for (const index of indices) {
    digest.update(digestOf(parts, from, index));
    digest.update(Uint8Array.of(parts.get(from)?.data.labels[index] ?? 0));
  }
  return digest.digest('hex');
}

function contentHash(image: readonly number[], classes: number, parts: Parts): string {
  const digest = createHash('sha256').update(`stockpot-dataset-v1\n${image.join('×')}\n${classes} classes\n`);
  for (const [name, { data, digests }] of parts) {
    digest.update(`${name} ${data.n}\n`).update(digests).update(data.labels);
  }
  return digest.digest('hex');
}

function digestExamples({ n, image, pixels }: PartFiles): Uint8Array {
  const size = image[0] * image[1] * image[2];
  const digests = new Uint8Array(n * DIGEST_BYTES);
  for (let index = 0; index < n; index++) {
    digests.set(hash('sha256', pixels.subarray(index * size, (index + 1) * size), 'buffer'), index * DIGEST_BYTES);
  }
  return digests;
}

function digestOf(parts: Parts, part: string, index: number): Uint8Array {
  const name = PART_NAMES.find((known) => known === part);
  const digests = name === undefined ? undefined : parts.get(name)?.digests;
  return digests?.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES) ?? new Uint8Array();
}

function describe({ path, bytes }: { path: string; bytes: Uint8Array }) {
  return { path, sha256: hash('sha256', bytes), bytes: bytes.length };
}

function largest(labels: Uint8Array): number {
  let result = 0;
  for (const label of labels) result = Math.max(result, label);
  return result;
}
