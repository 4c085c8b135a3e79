/** @file The pixels of official files: hashed when a benchmark is fixed, held against the hashes when a model is scored. */
import { createHash } from 'node:crypto';
import { decodeImage } from '../../data/decoding/decode-image.js';
import { inOrder } from '../../data/in-order.js';
import { toPlanes } from '../../data/pixels.js';
import type { RawImage } from '../../data/raw-image.js';
import type { ExampleReader } from '../../data/stores/example-reader.js';
import { type TestImages, type TestPlan, testImagesFrom } from '../../data/test-images.js';
import { CancelledError } from '../../errors.js';
import { type OfficialCell, type OfficialSet, OfficialSetError } from './official-set.js';

/** Bytes of the hash of one image. */
export const DIGEST_BYTES = 32;
/** Encoded images that are read and decoded at once. Results do not depend on it. */
const DECODED_AT_ONCE = 8;

/** Some rows of some cells of official files: the images of a benchmark, cell by cell. */
export interface OfficialChoice {
  readonly set: OfficialSet;
  readonly cells: readonly OfficialCell[];
  /** Rows of each cell, in the benchmark's order. */
  readonly rows: ArrayLike<number>;
  /** Channels that encoded images are decoded to. */
  readonly channels: 1 | 3;
}

/** SHA-256 of an image's size (c, h, w as 4 bytes each, low first) and its bytes [c, h, w]. */
export function pixelDigest({ channels, height, width, data }: RawImage): Buffer {
  const size = Buffer.alloc(12);
  for (const [index, value] of [channels, height, width].entries()) size.writeUInt32LE(value, 4 * index);
  return createHash('sha256').update(size).update(data).digest();
}

export interface DigestOptions {
  /** Looked at before each image. */
  readonly signal: AbortSignal;
  /** Called after each cell with the cells done. */
  readonly onCell: (done: number) => void;
}

/** The hashes of all images, `DIGEST_BYTES` each, cell by cell. */
export async function officialDigests(choice: OfficialChoice, { signal, onCell }: DigestOptions): Promise<Buffer> {
  const { cells, rows } = choice;
  const digests = Buffer.alloc(cells.length * rows.length * DIGEST_BYTES);
  let at = 0;
  for (const [done, cell] of cells.entries()) {
    const read = cellReader(choice, cell);
    for await (const image of inOrder(rows.length, atOnce(choice), (index) => read(rows[index] ?? 0))) {
      if (signal.aborted) throw new CancelledError('The benchmark');
      pixelDigest(image).copy(digests, at);
      at += DIGEST_BYTES;
    }
    onCell(done + 1);
  }
  return digests;
}

/**
 * The images ready for a model, cell by cell.
 *
 * @param digests of `officialDigests`
 * @throws OfficialSetError, from a chunk, for an image that is not the one that was hashed
 */
export function officialImages(choice: OfficialChoice, digests: Buffer, plan: TestPlan): TestImages {
  const { cells, rows } = choice;
  let open: { readonly cell: number; readonly read: (row: number) => Promise<RawImage> } | undefined;
  const readAt = async (index: number) => {
    const number = Math.floor(index / rows.length);
    const cell = cells[number];
    if (cell === undefined) throw new RangeError(`Image ${index} of the official files was asked for.`);
    if (open?.cell !== number) open = { cell: number, read: cellReader(choice, cell) };
    const row = rows[index % rows.length] ?? 0;
    const image = await open.read(row);
    if (!pixelDigest(image).equals(digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES))) {
      throw new OfficialSetError(
        `${choice.set.open(cell).where(row)}: the image is not the one that the benchmark was fixed on.`,
        'Put the original files back, or run the recipe again: the benchmark is fixed anew on the files that are there.',
      );
    }
    return image;
  };
  return testImagesFrom(cells.length * rows.length, plan, (from, to) =>
    inOrder(to - from, atOnce(choice), (index) => readAt(from + index)),
  );
}

/** Rows of an array come from one block of its file, which is read once if they are asked for one after the other. */
const atOnce = ({ set }: OfficialChoice) => (set.content.kind === 'encoded' ? DECODED_AT_ONCE : 1);

function cellReader({ set, channels }: OfficialChoice, cell: OfficialCell): (row: number) => Promise<RawImage> {
  const reader: ExampleReader = set.open(cell);
  const { content } = set;
  if (content.kind === 'encoded') {
    return async (row) => decodeImage(await reader.read(row), { channels, orientation: 'stored' }, reader.where(row));
  }
  const [depth, height, width] = content.image;
  return async (row) => ({
    channels: depth,
    height,
    width,
    data: toPlanes(await reader.read(row), content.image, content.layout),
  });
}
