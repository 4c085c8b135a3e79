import { createHash, hash } from 'node:crypto';
import { keyed } from '../random/index.js';
import type { DatasetParameters } from '../recipe/parameters.js';
import { DatasetError } from './errors.js';
import { findPart, PART_NAMES, type PartFiles, type PartName, readPart } from './files.js';
import { assertDisjointSplits, type DatasetManifest } from './manifest.js';

const DIGEST_BYTES = 32;

/**
 * Reads the files of a dataset once, divides them into splits and writes down what was found: a hash of every file, of
 * every example and of every split, and the identical images that two splits share.
 *
 * @returns the manifest, and the examples' hashes (32 bytes each, parts in order) that its `examplesHash` names
 */
export async function registerDataset(
  parameters: DatasetParameters,
  folder: string,
): Promise<{ manifest: DatasetManifest; examples: Uint8Array }> {
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
  const splits = divide(parameters, parts);
  const examples = Buffer.concat([...parts.values()].map(({ digests }) => digests));
  const manifest: DatasetManifest = {
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
  };
  assertDisjointSplits(manifest);
  return { manifest, examples };
}

type Parts = ReadonlyMap<PartName, { readonly data: PartFiles; readonly digests: Uint8Array }>;

/** Consecutive ranges of one seeded permutation of each part's examples: disjoint by construction. */
function divide({ splits, seed }: DatasetParameters, parts: Parts): DatasetManifest['splits'] {
  const used = new Map<PartName, number>();
  const orders = new Map([...parts].map(([name, { data }]) => [name, keyed(seed, 'splits', name).permutation(data.n)]));
  return splits.map(({ name, role, from, count }) => {
    const order = orders.get(from) ?? new Uint32Array();
    const start = used.get(from) ?? 0;
    const left = order.length - start;
    const n = count ?? left;
    if (n > left || n === 0) {
      throw new DatasetError(
        `The split '${name}' asks for ${count ?? 'all remaining'} examples of the ${from} files, of which ${left} of ${order.length} are left.`,
        'Lower the counts of the splits of these files, so that they add up to what is there.',
      );
    }
    used.set(from, start + n);
    const indices = [...order.subarray(start, start + n)];
    return { name, role, from, n, contentHash: splitHash(parts, from, indices), indices };
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

function digestOf(parts: Parts, part: PartName, index: number): Uint8Array {
  return parts.get(part)?.digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES) ?? new Uint8Array();
}

/** Identical images in two splits: leakage that disjoint positions do not exclude, because a file may repeat an image. */
export function findOverlaps(
  splits: readonly { readonly name: string; readonly from: PartName; readonly indices: readonly number[] }[],
  digest: (part: PartName, index: number) => Uint8Array,
): DatasetManifest['overlaps'] {
  const holders = new Map<string, Set<number>>();
  for (const [number, split] of splits.entries()) {
    for (const index of split.indices) {
      const key = Buffer.from(digest(split.from, index)).toString('latin1');
      const known = holders.get(key);
      if (known === undefined) holders.set(key, new Set([number]));
      else known.add(number);
    }
  }
  const counts = new Map<string, { a: string; b: string; n: number }>();
  for (const numbers of holders.values()) {
    const sorted = [...numbers].sort((x, y) => x - y);
    for (const [place, first] of sorted.entries()) {
      for (const second of sorted.slice(place + 1)) {
        const key = `${first},${second}`;
        const pair = counts.get(key) ?? { a: splits[first]?.name ?? '', b: splits[second]?.name ?? '', n: 0 };
        pair.n++;
        counts.set(key, pair);
      }
    }
  }
  return [...counts.values()];
}

function describe({ path, bytes }: { path: string; bytes: Uint8Array }) {
  return { path, sha256: hash('sha256', bytes), bytes: bytes.length };
}

function largest(labels: Uint8Array): number {
  let result = 0;
  for (const label of labels) result = Math.max(result, label);
  return result;
}
