import { hash } from 'node:crypto';
import { decodeImage } from './decoding/decode-image.js';
import { IMAGE_DECODER } from './decoding/decoder.js';
import { DataFileError, DatasetError } from './errors.js';
import type { ExamplesManifest, ManifestContent } from './examples-manifest.js';
import { inOrder } from './in-order.js';
import { assertPosition, pick, pixelSplit, type SplitIdentity } from './pixel-split.js';
import { toPlanes } from './pixels.js';
import { DIGEST_BYTES } from './read-part.js';
import type { LabelledSplit, Labels, Split, TextSplit } from './split.js';
import { openStore } from './stores/store.js';
import { decodeText } from './text-example.js';

/** Images that are decoded at once by `load`. Results do not depend on it. */
const AT_ONCE = 8;

type Part = ExamplesManifest['parts'][number];
type SplitEntry = ExamplesManifest['splits'][number];

interface OpenPart {
  readonly labels: Labels;
  /** The bytes of an example that has the registered hash. */
  read(index: number): Promise<Uint8Array>;
  where(index: number): string;
}

/** Opens splits of images. Pixels are read into memory; encoded images stay where they are. */
export async function openExamples(
  manifest: ExamplesManifest,
  wanted: readonly SplitEntry[],
  folder: string,
): Promise<ReadonlyMap<string, Split>> {
  const { content, classes } = manifest;
  if (content.kind === 'text') {
    throw new DatasetError(
      'The dataset holds text, and images were asked for.',
      'Use a dataset of images for this model.',
    );
  }
  if (content.kind === 'encoded') assertDecoder(content.decoder);
  const splits = new Map<string, Split>();
  for (const split of wanted) {
    const part = openPart(manifest, split.from, folder, content);
    const identity = { ...split, classes };
    splits.set(
      split.name,
      content.kind === 'pixels'
        ? await loadPixels(identity, content.image, split.indices, part)
        : encodedSplit(identity, content, split.indices, part),
    );
  }
  return splits;
}

/** Opens splits of texts, read on demand. */
export function openTexts(
  manifest: ExamplesManifest,
  wanted: readonly SplitEntry[],
  folder: string,
): ReadonlyMap<string, TextSplit> {
  if (manifest.content.kind !== 'text') {
    throw new DatasetError(
      'The dataset holds images, and text was asked for.',
      'Use a dataset of text for this model.',
    );
  }
  return new Map(
    wanted.map((split) => {
      const part = openPart(manifest, split.from, folder, manifest.content);
      const common = labelled({ ...split, classes: manifest.classes }, split.indices, part.labels);
      const text: TextSplit = {
        ...common,
        async read(position) {
          assertPosition(common, position);
          return decodeText(await part.read(split.indices[position] ?? 0));
        },
      };
      return [split.name, text];
    }),
  );
}

function openPart(manifest: ExamplesManifest, name: string, folder: string, content: ManifestContent): OpenPart {
  const part = manifest.parts.find((candidate) => candidate.name === name);
  const digests = Buffer.from(part?.digests ?? '', 'base64');
  if (part === undefined || part.labels.length !== part.n || digests.length !== part.n * DIGEST_BYTES) {
    throw contradiction(name);
  }
  const reader = openStore(part.store, folder);
  if (reader.n !== part.n) throw contradiction(name);
  return {
    labels: labelsOf(part, manifest.classes),
    where: reader.where,
    async read(index) {
      const stored = await reader.read(index);
      const bytes = content.kind === 'pixels' ? toPlanes(stored, content.image, content.layout) : stored;
      const expected = digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES);
      if (!expected.equals(hash('sha256', bytes, 'buffer'))) {
        throw new DataFileError(
          reader.where(index),
          `the example changed since the dataset was registered: its SHA-256 is not ${expected.toString('hex')}.`,
          'Put the original data back, or give the new data a dataset of its own in the recipe.',
        );
      }
      return bytes;
    },
  };
}

function labelsOf({ name, labels }: Part, classes: number): Labels {
  if (labels.some((label) => label >= classes)) throw contradiction(name);
  return classes <= 256 ? Uint8Array.from(labels) : Uint32Array.from(labels);
}

async function loadPixels(
  identity: SplitIdentity,
  size: readonly [number, number, number],
  indices: readonly number[],
  part: OpenPart,
): Promise<Split> {
  const length = size[0] * size[1] * size[2];
  const pixels = new Uint8Array(identity.n * length);
  // In the order of the files, so that each block of them is read once.
  const order = Uint32Array.from(indices, (_, position) => position).sort(
    (a, b) => (indices[a] ?? 0) - (indices[b] ?? 0),
  );
  for (const position of order) pixels.set(await part.read(indices[position] ?? 0), position * length);
  const own = Uint32Array.from(indices, (_, position) => position);
  const labels = pick(part.labels, indices, (index) => index);
  return pixelSplit(identity, { size, indices: own, pixels, labels });
}

function encodedSplit(
  identity: SplitIdentity,
  content: Extract<ManifestContent, { kind: 'encoded' }>,
  indices: readonly number[],
  part: OpenPart,
): Split {
  const { channels, height, width } = content;
  const size = height[0] === height[1] && width[0] === width[1] ? ([channels, height[0], width[0]] as const) : null;
  const common = labelled(identity, indices, part.labels);
  const sized = (): readonly [number, number, number] => {
    if (size !== null) return size;
    throw new DatasetError(
      `The images of the split '${common.name}' differ in size: ${height.join(' to ')} pixels high, ${width.join(' to ')} wide.`,
      'Use a model whose preprocessing resizes and crops, or resize the images once beforehand.',
    );
  };
  const read = async (position: number) => {
    assertPosition(common, position);
    const index = indices[position] ?? 0;
    return decodeImage(await part.read(index), content, part.where(index));
  };
  return {
    ...common,
    channels,
    encoded: true,
    size,
    get image() {
      return sized();
    },
    read,
    async load(positions = Uint32Array.from(indices, (_, position) => position)) {
      const [, high, wide] = sized();
      const length = channels * high * wide;
      const result = new Uint8Array(positions.length * length);
      let row = 0;
      for await (const image of inOrder(positions.length, AT_ONCE, (at) => read(positions[at] ?? -1))) {
        result.set(image.data, row++ * length);
      }
      return result;
    },
    images() {
      throw new DatasetError(
        `The images of the split '${common.name}' are encoded files, which cannot be had at once.`,
        'Read them with `read` or `load`, which decode on demand.',
      );
    },
  };
}

function labelled(identity: SplitIdentity, indices: readonly number[], labels: Labels): LabelledSplit {
  const { name, role, n, contentHash, classes } = identity;
  return {
    name,
    role,
    n,
    contentHash,
    classes,
    labels: (positions = Uint32Array.from(indices, (_, position) => position)) =>
      pick(labels, positions, (position) => {
        assertPosition(identity, position);
        return indices[position] ?? 0;
      }),
  };
}

function assertDecoder(registered: string): void {
  if (registered === IMAGE_DECODER) return;
  throw new DatasetError(
    `The dataset was registered with the image decoder ${registered}; this is ${IMAGE_DECODER}, which may give other pixels.`,
    'Cook the recipe again: its datasets are registered anew with this decoder.',
  );
}

function contradiction(part: string): DatasetError {
  return new DatasetError(
    `The dataset manifest contradicts itself about the example set '${part}'.`,
    'Run the recipe again to register the dataset anew.',
  );
}
