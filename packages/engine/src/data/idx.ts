/**
 * @file The IDX format of the MNIST files: two zero bytes, a type code, the number of dimensions, each dimension as a
 * big-endian 32-bit word, then the elements, last dimension fastest.
 */
import { open } from 'node:fs/promises';
import { DataFileError } from './errors.js';

const TYPE_U8 = 0x08;
const MAX_DIMENSIONS = 4;
const FETCH_AGAIN = 'Fetch the file again from where it came from.';

export interface IdxArray {
  /** Examples first, e.g. [60000, 28, 28] or [60000]. */
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * Reads a whole IDX file of unsigned bytes. Its header is checked against the file's size before the data is read, so a
 * false header cannot claim memory. Throws DataFileError.
 */
export async function readIdx(path: string): Promise<IdxArray> {
  const { shape, bytes } = await readIdxFile(path);
  return { shape, data: bytes.subarray(4 + 4 * shape.length) };
}

/** As `readIdx`, with the bytes of the whole file, from which its hash is taken. */
export async function readIdxFile(path: string): Promise<{ shape: readonly number[]; bytes: Uint8Array }> {
  const file = await open(path).catch((cause: unknown) => {
    throw new DataFileError(path, 'the file cannot be opened.', 'Check that the file is there and readable.', {
      cause,
    });
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile())
      throw new DataFileError(path, 'this is not a file.', 'Give the folder that holds the four files.');
    const { size } = stat;
    const header = Buffer.alloc(Math.min(size, 4 + 4 * MAX_DIMENSIONS));
    await file.read(header, 0, header.length, 0);
    const shape = parseHeader(path, header, size);
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await file.read(bytes, at, size - at, at);
      if (bytesRead === 0) {
        throw new DataFileError(path, `the file shrank from ${size} to ${at} bytes while it was read.`, FETCH_AGAIN);
      }
      at += bytesRead;
    }
    return { shape, bytes };
  } finally {
    await file.close();
  }
}

function parseHeader(path: string, header: Buffer, size: number): number[] {
  if (header.length >= 2 && header[0] === 0x1f && header[1] === 0x8b) {
    throw new DataFileError(path, 'expected an IDX file, found gzip data.', 'Decompress it first: gunzip FILE.gz.');
  }
  if (header.length < 4) {
    throw new DataFileError(path, `expected an IDX header of at least 4 bytes, found ${size} bytes.`, FETCH_AGAIN);
  }
  if (header[0] !== 0 || header[1] !== 0) {
    const found = header.subarray(0, 4).toString('hex');
    throw new DataFileError(
      path,
      `expected the magic number 000008NN of an IDX file of bytes (NN dimensions), found ${found}.`,
      'Check that this is one of the original MNIST files, not another format.',
    );
  }
  if (header[2] !== TYPE_U8) {
    throw new DataFileError(
      path,
      `expected elements of type 0x08 (unsigned byte), found type 0x${header.subarray(2, 3).toString('hex')}.`,
      'Convert the data to unsigned bytes.',
    );
  }
  const rank = header[3] ?? 0;
  if (rank < 1 || rank > MAX_DIMENSIONS) {
    throw new DataFileError(path, `expected 1 to ${MAX_DIMENSIONS} dimensions, found ${rank}.`, FETCH_AGAIN);
  }
  const start = 4 + 4 * rank;
  if (header.length < start) {
    throw new DataFileError(path, `expected a header of ${start} bytes, found ${size} bytes in all.`, FETCH_AGAIN);
  }
  const shape = Array.from({ length: rank }, (_, index) => header.readUInt32BE(4 + 4 * index));
  const expected = start + shape.reduce((product, dimension) => product * dimension, 1);
  if (size !== expected) {
    const difference = size < expected ? 'it is truncated' : `${size - expected} bytes trail the data`;
    throw new DataFileError(
      path,
      `expected ${expected} bytes for ${shape.join('×')} elements, found ${size}: ${difference}.`,
      FETCH_AGAIN,
    );
  }
  return shape;
}
