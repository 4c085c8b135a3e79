import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { isAbsolute, join, sep } from 'node:path';
import { OnnxError } from './errors.js';

/** Where tensors are read from that an ONNX file keeps outside of itself. */
export interface ExternalData {
  /** Exactly `length` bytes from byte `offset` of the file that the model calls `location`. Throws OnnxError. */
  read(location: string, offset: number, length: number): Uint8Array;
}

/**
 * The files of one folder. A location is a relative path that stays inside of it, also when links are followed; what is
 * read of a file altogether is no more than the file, however often the model names the same bytes.
 */
export class FolderData implements ExternalData {
  readonly #folder: string;
  readonly #pieces = new Map<string, Uint8Array>();
  readonly #read = new Map<string, number>();

  constructor(folder: string) {
    this.#folder = realpathSync(folder);
  }

  read(location: string, offset: number, length: number): Uint8Array {
    const path = this.#resolve(location);
    const key = `${path}:${offset}:${length}`;
    const known = this.#pieces.get(key);
    if (known !== undefined) return known;
    const bytes = this.#readPiece(path, location, offset, length);
    this.#pieces.set(key, bytes);
    return bytes;
  }

  #resolve(location: string): string {
    const parts = location.split(/[/\\]/);
    if (location === '' || location.includes('\0') || isAbsolute(location) || parts.includes('..')) {
      throw refused(location, 'which is no path inside of the folder of the model');
    }
    try {
      const path = realpathSync(join(this.#folder, location));
      if (path.startsWith(this.#folder + sep)) return path;
    } catch (cause) {
      throw refused(location, 'which is not there', cause);
    }
    throw refused(location, 'which leads out of the folder of the model');
  }

  #readPiece(path: string, location: string, offset: number, length: number): Uint8Array {
    // The path has no links any more; if one appears now, somebody is playing tricks.
    const handle = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const status = fstatSync(handle);
      if (!status.isFile()) throw refused(location, 'which is no file');
      const total = (this.#read.get(path) ?? 0) + length;
      if (offset + length > status.size || total > status.size) {
        throw refused(location, `which has ${status.size} bytes, fewer than the model takes from it`);
      }
      this.#read.set(path, total);
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const count = readSync(handle, bytes, done, length - done, offset + done);
        if (count === 0) throw refused(location, 'which shrank while it was read');
        done += count;
      }
      return bytes;
    } finally {
      closeSync(handle);
    }
  }
}

function refused(location: string, why: string, cause?: unknown): OnnxError {
  return new OnnxError(
    `The model keeps tensors in ${JSON.stringify(location)}, ${why}.`,
    'Keep the files of a model together in one folder, as they were exported, or save the model with its data inside.',
    { cause },
  );
}
