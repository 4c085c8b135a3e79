import { createHash, hash } from 'node:crypto';
import type { ExampleFormat } from '../recipe/dataset-format.js';
import type { DatasetParameters } from '../recipe/parameters.js';
import { type Decoding, decodeImage, measureImage } from './decoding/decode-image.js';
import { IMAGE_DECODER } from './decoding/decoder.js';
import { divide } from './divide.js';
import { DatasetError } from './errors.js';
import type { ExamplesManifest, ManifestContent } from './examples-manifest.js';
import type { Content } from './formats/format.js';
import { datasetFormats, type FoundPart } from './formats/index.js';
import { inOrder } from './in-order.js';
import { assertDisjointSplits } from './manifest.js';
import { findNearDuplicates, type NearDuplicates } from './near-duplicates/find.js';
import { type Fingerprint, fingerprint } from './near-duplicates/perceptual-hash.js';
import { findOverlaps } from './overlaps.js';
import { toPlanes } from './pixels.js';
import type { ExampleReader } from './stores/example-reader.js';
import { openStore } from './stores/store.js';

const DIGEST_BYTES = 32;
/** Examples that are read and decoded at once. Results do not depend on it. */
const AT_ONCE = 8;

interface ReadPart {
  readonly found: FoundPart;
  readonly digests: Uint8Array;
  /** Of each example, when near-duplicates are looked for. */
  readonly fingerprints: readonly (Fingerprint | null)[];
}

/** The least and the largest that was seen so far. */
type Range = [number, number];
interface Seen {
  readonly height: Range;
  readonly width: Range;
  longest: number;
}

/**
 * Registers a dataset of any format but IDX: reads every example of the parts that the splits name once, hashes it,
 * reads the header of every image (decodes it where near-duplicates are looked for), and divides the parts into splits.
 *
 * @param found what was found when the recipe left the format open
 * @returns the manifest, and the examples' hashes (32 bytes each, parts in order) that its `examplesHash` names
 */
export async function registerExamples(
  parameters: DatasetParameters,
  format: ExampleFormat,
  folder: string,
  found?: string,
): Promise<{ manifest: ExamplesManifest; examples: Uint8Array }> {
  const wanted = [...new Set(parameters.splits.map(({ from }) => from))];
  if (wanted.length === 0) throw new DatasetError('The dataset has no splits.', 'Name at least one in the recipe.');
  const options = { columns: parameters.columns ?? {}, labels: parameters.labels ?? 'fine' };
  const scanned = await datasetFormats[format].scan(folder, wanted, options);
  const decoding: Decoding = {
    channels: parameters.channels ?? 3,
    orientation: parameters.orientation ?? (format === 'parquet' ? 'exif' : 'stored'),
  };
  if (scanned.content.kind === 'text' && parameters.near_duplicates === true) {
    throw new DatasetError(
      'Near-duplicates are looked for among images; this dataset holds text.',
      "Remove 'near_duplicates' from the recipe. Identical texts across splits are always reported.",
    );
  }
  const seen: Seen = { height: [Infinity, 0], width: [Infinity, 0], longest: 0 };
  const parts = new Map<string, ReadPart>();
  for (const part of scanned.parts) {
    const reader = openStore(part.store, folder);
    if (reader.n !== part.labels.length || reader.n === 0) {
      throw new DatasetError(
        `The example set '${part.name}' has ${reader.n} examples and ${part.labels.length} labels.`,
        'Fetch the data again: examples and labels must belong together.',
      );
    }
    parts.set(
      part.name,
      await readPart(part, reader, scanned.content, decoding, parameters.near_duplicates === true, seen),
    );
  }
  const classes =
    scanned.classNames?.length ?? 1 + scanned.parts.reduce((most, { labels }) => largest(labels, most), 0);
  const content = describeContent(scanned.content, decoding, seen);
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
    overlaps: findOverlaps(splits, (part, index) => digestOf(parts.get(part), index)),
    ...(parameters.near_duplicates === true ? { nearDuplicates: nearPairs(parts, splits) } : {}),
  };
  assertDisjointSplits(manifest);
  return { manifest, examples };
}

async function readPart(
  found: FoundPart,
  reader: ExampleReader,
  content: Content,
  decoding: Decoding,
  compare: boolean,
  seen: Seen,
): Promise<ReadPart> {
  const digests = new Uint8Array(reader.n * DIGEST_BYTES);
  const fingerprints: (Fingerprint | null)[] = [];
  let index = 0;
  // Rows of arrays come block by block from one reader; files and images gain from several at once.
  const atOnce = content.kind === 'encoded' ? AT_ONCE : 1;
  for await (const example of inOrder(reader.n, atOnce, (at) => readExample(reader, at, content, decoding, compare))) {
    digests.set(example.digest, index++ * DIGEST_BYTES);
    if (compare) fingerprints.push(example.fingerprint);
    widen(seen.height, example.height);
    widen(seen.width, example.width);
    seen.longest = Math.max(seen.longest, example.bytes);
  }
  return { found, digests, fingerprints };
}

async function readExample(
  reader: ExampleReader,
  index: number,
  content: Content,
  decoding: Decoding,
  compare: boolean,
): Promise<{ digest: Uint8Array; fingerprint: Fingerprint | null; height: number; width: number; bytes: number }> {
  const bytes = await reader.read(index);
  if (content.kind === 'pixels') {
    const planes = toPlanes(bytes, content.image, content.layout);
    const [channels, height, width] = content.image;
    return {
      digest: hash('sha256', planes, 'buffer'),
      fingerprint: compare ? fingerprint({ channels, height, width, data: planes }) : null,
      height,
      width,
      bytes: bytes.length,
    };
  }
  const digest = hash('sha256', bytes, 'buffer');
  if (content.kind === 'text') return { digest, fingerprint: null, height: 1, width: 1, bytes: bytes.length };
  const where = reader.where(index);
  if (!compare) {
    const { height, width } = await measureImage(bytes, decoding, where);
    return { digest, fingerprint: null, height, width, bytes: bytes.length };
  }
  const image = await decodeImage(bytes, decoding, where);
  return { digest, fingerprint: fingerprint(image), height: image.height, width: image.width, bytes: bytes.length };
}

function describeContent(content: Content, decoding: Decoding, { height, width, longest }: Seen): ManifestContent {
  if (content.kind === 'pixels') return { kind: 'pixels', image: [...content.image], layout: content.layout };
  if (content.kind === 'text') return { kind: 'text', longest };
  return { kind: 'encoded', ...decoding, height, width, decoder: IMAGE_DECODER };
}

function contentHash(
  content: ManifestContent,
  classes: number,
  classNames: readonly string[] | null,
  parts: ReadonlyMap<string, ReadPart>,
): string {
  // Not the axes' order in the file nor the decoder: the same images are the same content.
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
  for (const index of indices) digest.update(digestOf(part, index)).update(labels.subarray(4 * index, 4 * index + 4));
  return digest.digest('hex');
}

function nearPairs(parts: ReadonlyMap<string, ReadPart>, splits: ExamplesManifest['splits']): NearDuplicates {
  return findNearDuplicates(splits, (number, position) => {
    const split = splits[number];
    const part = split === undefined ? undefined : parts.get(split.from);
    const index = split?.indices[position];
    if (part === undefined || index === undefined) throw new RangeError('There is no such example.');
    return {
      fingerprint: part.fingerprints[index] ?? null,
      digest: Buffer.from(digestOf(part, index)).toString('latin1'),
    };
  });
}

function digestOf(part: ReadPart | undefined, index: number): Uint8Array {
  return part?.digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES) ?? new Uint8Array();
}

function littleEndian(labels: Uint32Array): Buffer {
  const bytes = Buffer.alloc(4 * labels.length);
  for (const [index, label] of labels.entries()) bytes.writeUInt32LE(label, 4 * index);
  return bytes;
}

function widen(range: Range, value: number): void {
  range[0] = Math.min(range[0], value);
  range[1] = Math.max(range[1], value);
}

function largest(labels: Uint32Array, most: number): number {
  return labels.reduce((found, label) => Math.max(found, label), most);
}
