import { createHash, hash } from 'node:crypto';
import { CancelledError } from '../errors.js';
import type { ExampleFormat } from '../recipe/dataset-format.js';
import type { DatasetParameters } from '../recipe/parameters.js';
import type { Decoding } from './decoding/decode-image.js';
import { IMAGE_DECODER } from './decoding/decoder.js';
import { divide } from './divide.js';
import { DatasetError } from './errors.js';
import type { ExamplesManifest, ManifestContent } from './examples-manifest.js';
import type { Content, FoundPart } from './formats/format.js';
import { datasetFormats } from './formats/index.js';
import { assertDisjointSplits } from './manifest.js';
import { findNearDuplicates, type NearDuplicates } from './near-duplicates/find.js';
import { findOverlaps } from './overlaps.js';
import { DIGEST_BYTES, type ReadPart, type RegisteredExample, readPart } from './read-part.js';
import type { ExampleReader } from './stores/example-reader.js';
import { openStore } from './stores/store.js';

/** Progress is told every so many examples. */
const REPORTED = 1000;

export interface RegisterOptions {
  readonly signal?: AbortSignal;
  /** Called now and then with the examples read so far and in all. */
  readonly onProgress?: (done: number, total: number) => void;
}

type Parts = ReadonlyMap<string, ReadPart>;

/**
 * Registers a dataset of any format but IDX: reads every example of the parts that the splits name once, hashes it,
 * decodes every image (a damaged one is found now, not in the middle of a training), and divides the parts into splits.
 *
 * @param found what was found when the recipe left the format open
 * @returns the manifest, and the examples' hashes (32 bytes each, parts in order) that its `examplesHash` names
 */
export async function registerExamples(
  parameters: DatasetParameters,
  format: ExampleFormat,
  folder: string,
  found: string | undefined,
  options: RegisterOptions,
): Promise<{ manifest: ExamplesManifest; examples: Uint8Array }> {
  const wanted = [...new Set(parameters.splits.map(({ from }) => from))];
  if (wanted.length === 0) throw new DatasetError('The dataset has no splits.', 'Name at least one in the recipe.');
  const scanned = await datasetFormats[format].scan(folder, wanted, {
    columns: parameters.columns ?? {},
    labels: parameters.labels ?? 'fine',
  });
  const compare = parameters.near_duplicates === true;
  if (compare && scanned.content.kind === 'text') {
    throw new DatasetError(
      'Near-duplicates are looked for among images; this dataset holds text.',
      "Remove 'near_duplicates' from the recipe. Identical texts across splits are always reported.",
    );
  }
  const decoding: Decoding = {
    channels: parameters.channels ?? 3,
    orientation: parameters.orientation ?? (format === 'parquet' ? 'exif' : 'stored'),
  };
  const total = scanned.parts.reduce((sum, { labels }) => sum + labels.length, 0);
  const measure = new Measure(total, options);
  const parts = new Map<string, ReadPart>();
  for (const part of scanned.parts) {
    const reading = { content: scanned.content, decoding, compare };
    parts.set(part.name, await readPart(part, openPart(part, folder), reading, (example) => measure.add(example)));
  }
  const content = describeContent(scanned.content, decoding, measure, parts);
  const classes =
    scanned.classNames?.length ?? 1 + scanned.parts.reduce((most, { labels }) => largest(labels, most), 0);
  const sizes = new Map([...parts].map(([name, { found: part }]) => [name, part.labels.length]));
  const splits = divide(parameters, sizes).map(({ indices, ...split }) => ({
    ...split,
    contentHash: splitHash(parts.get(split.from), indices),
    indices,
  }));
  const examples = Buffer.concat([...parts.values()].map(({ digests }) => digests));
  const manifest: ExamplesManifest = {
    format: 'stockpot-dataset',
    version: 2,
    source: parameters.source,
    reader: format,
    ...(found === undefined ? {} : { found }),
    content,
    classes,
    classNames: scanned.classNames === null ? null : [...scanned.classNames],
    contentHash: contentHash(content, classes, scanned.classNames, parts),
    examplesHash: hash('sha256', examples),
    parts: [...parts].map(([name, { found: part, digests }]) => ({
      name,
      n: part.labels.length,
      store: part.store,
      labels: [...part.labels],
      digests: Buffer.from(digests).toString('base64'),
    })),
    splits,
    overlaps: findOverlaps(splits, (part, index) => digestAt(parts.get(part)?.pixelDigests, index)),
    ...(compare ? { nearDuplicates: nearPairs(parts, splits) } : {}),
  };
  assertDisjointSplits(manifest);
  return { manifest, examples };
}

/** What is learnt of all examples together, and told of them while they are read. */
class Measure {
  readonly height: [number, number] = [Number.POSITIVE_INFINITY, 0];
  readonly width: [number, number] = [Number.POSITIVE_INFINITY, 0];
  longest = 1;
  #done = 0;
  readonly #total: number;
  readonly #options: RegisterOptions;

  constructor(total: number, options: RegisterOptions) {
    this.#total = total;
    this.#options = options;
  }

  add({ height, width, bytes }: RegisteredExample): void {
    const { signal, onProgress } = this.#options;
    if (signal?.aborted) throw new CancelledError('The registration');
    widen(this.height, height);
    widen(this.width, width);
    this.longest = Math.max(this.longest, bytes);
    this.#done++;
    if (this.#done % REPORTED === 0 || this.#done === this.#total) onProgress?.(this.#done, this.#total);
  }
}

function widen(range: [number, number], value: number): void {
  range[0] = Math.min(range[0], value);
  range[1] = Math.max(range[1], value);
}

function openPart(part: FoundPart, folder: string): ExampleReader {
  const reader = openStore(part.store, folder);
  if (reader.n === part.labels.length && reader.n > 0) return reader;
  throw new DatasetError(
    `The example set '${part.name}' has ${reader.n} examples and ${part.labels.length} labels.`,
    'Fetch the data again: examples and labels must belong together.',
  );
}

function describeContent(content: Content, decoding: Decoding, measure: Measure, parts: Parts): ManifestContent {
  if (content.kind === 'pixels') return { kind: 'pixels', image: [...content.image], layout: content.layout };
  if (content.kind === 'text') return { kind: 'text', longest: measure.longest };
  const pixels = createHash('sha256');
  for (const { pixelDigests } of parts.values()) pixels.update(pixelDigests);
  const { height, width } = measure;
  return { kind: 'encoded', ...decoding, height, width, decoder: IMAGE_DECODER, pixelsHash: pixels.digest('hex') };
}

function contentHash(
  content: ManifestContent,
  classes: number,
  classNames: readonly string[] | null,
  parts: Parts,
): string {
  // Neither the axes' order in the file nor the decoder: the same images are the same content.
  const shape = content.kind === 'pixels' ? content.image.join('×') : content.kind;
  const digest = createHash('sha256').update(`stockpot-dataset-v2\n${shape}\n${classes} classes\n`);
  digest.update(`${JSON.stringify(classNames)}\n`);
  for (const [name, { found, digests }] of parts) {
    digest.update(`${name} ${found.labels.length}\n`).update(digests).update(littleEndian(found.labels));
  }
  return digest.digest('hex');
}

function splitHash(part: ReadPart | undefined, indices: readonly number[]): string {
  const digest = createHash('sha256').update('stockpot-split-v2\n');
  const labels = littleEndian(part?.found.labels ?? new Uint32Array());
  for (const index of indices) {
    digest.update(digestAt(part?.digests, index)).update(labels.subarray(4 * index, 4 * index + 4));
  }
  return digest.digest('hex');
}

function nearPairs(parts: Parts, splits: ExamplesManifest['splits']): NearDuplicates {
  return findNearDuplicates(splits, (number, position) => {
    const split = splits[number];
    const part = split === undefined ? undefined : parts.get(split.from);
    const index = split?.indices[position];
    if (part === undefined || index === undefined) throw new RangeError('There is no such example.');
    return {
      fingerprint: part.fingerprints[index] ?? null,
      digest: Buffer.from(digestAt(part.pixelDigests, index)).toString('latin1'),
    };
  });
}

function digestAt(digests: Uint8Array | undefined, index: number): Uint8Array {
  return digests?.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES) ?? new Uint8Array();
}

function littleEndian(labels: Uint32Array): Buffer {
  const bytes = Buffer.alloc(4 * labels.length);
  for (const [index, label] of labels.entries()) bytes.writeUInt32LE(label, 4 * index);
  return bytes;
}

function largest(labels: Uint32Array, most: number): number {
  return labels.reduce((found, label) => Math.max(found, label), most);
}
