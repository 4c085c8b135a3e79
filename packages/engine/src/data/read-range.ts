import { type FileHandle, open } from 'node:fs/promises';
import { DataFileError } from './errors.js';

/**
 * Reads `length` bytes from `offset` of a file. Throws DataFileError when the file is missing, is no file or ends before;
 * memory is claimed only for bytes that the file has.
 */
export async function readRange(path: string, offset: number, length: number): Promise<Buffer<ArrayBuffer>> {
  return withFile(path, async (file, size) => {
    if (offset + length > size) {
      throw new DataFileError(
        path,
        `expected ${length} bytes from byte ${offset} on, found a file of ${size} bytes.`,
        'The file is cut short or was changed: fetch it again from where it came from.',
      );
    }
    return readFully(path, file, offset, length);
  });
}

/** Opens a regular file for `use` and closes it. Throws DataFileError when there is none. */
export async function withFile<Result>(
  path: string,
  use: (file: FileHandle, size: number) => Promise<Result>,
): Promise<Result> {
  const file = await open(path).catch((cause: unknown) => {
    throw new DataFileError(path, 'the file cannot be opened.', 'Check that the file is there and readable.', {
      cause,
    });
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new DataFileError(path, 'this is not a file.', 'Check the source in the recipe.');
    return await use(file, stat.size);
  } finally {
    await file.close();
  }
}

/** Reads a range of an open file; a file that shrinks meanwhile is refused. */
export async function readFully(
  path: string,
  file: FileHandle,
  offset: number,
  length: number,
): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at, offset + at);
    if (bytesRead === 0) {
      throw new DataFileError(
        path,
        `the file ended at byte ${offset + at} while it was read.`,
        'Something changes the file: fetch it again and leave it alone while it is in use.',
      );
    }
    at += bytesRead;
  }
  return bytes;
}
