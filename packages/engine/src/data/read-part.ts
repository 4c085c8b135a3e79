import { createHash, hash } from 'node:crypto';
import { type Decoding, decodeImage } from './decoding/decode-image.js';
import type { Content, FoundPart } from './formats/format.js';
import { inOrder } from './in-order.js';
import { type Fingerprint, fingerprint } from './near-duplicates/perceptual-hash.js';
import { toPlanes } from './pixels.js';
import type { ExampleReader } from './stores/example-reader.js';

export const DIGEST_BYTES = 32;
/** Images that are read and decoded at once. Results do not depend on it. */
const AT_ONCE = 8;

export interface Reading {
  readonly content: Content;
  readonly decoding: Decoding;
  /** Whether near-duplicates are looked for. */
  readonly compare: boolean;
}

/** What was learnt of one example. */
export interface RegisteredExample {
  /** SHA-256 of its bytes as they are encoded; of pixels, in the order c, h, w. */
  readonly digest: Uint8Array;
  /** SHA-256 of its decoded pixels: what identical images share, however they are encoded. Else the same as `digest`. */
  readonly pixelDigest: Uint8Array;
  /** When near-duplicates are looked for; null for an image of one flat colour. */
  readonly fingerprint: Fingerprint | null;
  readonly height: number;
  readonly width: number;
  /** As encoded. */
  readonly bytes: number;
}

/** The hashes of all examples of a part, 32 bytes each. */
export interface ReadPart {
  readonly found: FoundPart;
  readonly digests: Uint8Array;
  readonly pixelDigests: Uint8Array;
  /** Of each example, when near-duplicates are looked for. */
  readonly fingerprints: readonly (Fingerprint | null)[];
}

/** Reads and hashes every example of a part, and decodes every image. `visit` sees them in order. */
export async function readPart(
  found: FoundPart,
  reader: ExampleReader,
  reading: Reading,
  visit: (example: RegisteredExample) => void,
): Promise<ReadPart> {
  const encoded = reading.content.kind === 'encoded';
  const digests = new Uint8Array(reader.n * DIGEST_BYTES);
  const pixelDigests = encoded ? new Uint8Array(reader.n * DIGEST_BYTES) : digests;
  const fingerprints: (Fingerprint | null)[] = [];
  // Rows of arrays come block by block from one reader; encoded images gain from several at once.
  const atOnce = encoded ? AT_ONCE : 1;
  let index = 0;
  for await (const example of inOrder(reader.n, atOnce, (at) => readExample(reader, at, reading))) {
    digests.set(example.digest, index * DIGEST_BYTES);
    pixelDigests.set(example.pixelDigest, index * DIGEST_BYTES);
    if (reading.compare) fingerprints.push(example.fingerprint);
    index++;
    visit(example);
  }
  return { found, digests, pixelDigests, fingerprints };
}

async function readExample(
  reader: ExampleReader,
  index: number,
  { content, decoding, compare }: Reading,
): Promise<RegisteredExample> {
  const stored = await reader.read(index);
  const bytes = stored.length;
  if (content.kind === 'text') {
    const digest = hash('sha256', stored, 'buffer');
    return { digest, pixelDigest: digest, fingerprint: null, height: 1, width: 1, bytes };
  }
  if (content.kind === 'pixels') {
    const [channels, height, width] = content.image;
    const data = toPlanes(stored, content.image, content.layout);
    const digest = hash('sha256', data, 'buffer');
    const found = compare ? fingerprint({ channels, height, width, data }) : null;
    return { digest, pixelDigest: digest, fingerprint: found, height, width, bytes };
  }
  const image = await decodeImage(stored, decoding, reader.where(index));
  const { height, width } = image;
  return {
    digest: hash('sha256', stored, 'buffer'),
    pixelDigest: createHash('sha256').update(`${height}×${width}\n`).update(image.data).digest(),
    fingerprint: compare ? fingerprint(image) : null,
    height,
    width,
    bytes,
  };
}
