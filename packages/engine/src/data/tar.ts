/** @file The members of a tar file by position, without unpacking it. Headers are decoded by node-tar. */
import type { FileHandle } from 'node:fs/promises';
import { Header, Pax } from 'tar';
import { DataFileError } from './errors.js';
import { readFully, withFile } from './read-range.js';
import { staysInside } from './stores/data-path.js';

const BLOCK = 512;
/** Read ahead: small members need not be asked for one by one. */
const WINDOW = 256 * 1024;
/** The longest extended header that is read; a path has at most some thousand bytes. */
const MAX_EXTENDED = 1024 * 1024;

export interface TarMember {
  readonly path: string;
  /** Where its bytes begin in the tar file. */
  readonly offset: number;
  readonly size: number;
}

/**
 * The regular files of a tar in order. Folders are left out. Throws DataFileError for links, for names that lead out of
 * the archive, and for damaged or truncated archives; a member's bytes are not read.
 */
export async function listTar(path: string): Promise<readonly TarMember[]> {
  return withFile(path, async (file, size) => {
    const members: TarMember[] = [];
    const read = windowed(path, file, size);
    let extended: Pax | undefined;
    let global: Pax | undefined;
    for (let at = 0; ; ) {
      if (at + BLOCK > size) {
        // An archive ends with two empty blocks; one that was joined from others may just end.
        if (at === size && members.length > 0) return members;
        throw new DataFileError(
          path,
          `the tar file ends at byte ${size}, within a header.`,
          'It is cut short: fetch it again.',
        );
      }
      const header = decode(path, at, await read(at, BLOCK), extended, global);
      if (header.nullBlock) return members;
      const length = header.size ?? 0;
      const start = at + BLOCK;
      if (start + length > size) {
        throw new DataFileError(
          path,
          `its member '${header.path ?? ''}' says it has ${length} bytes from byte ${start} on; the file has ${size}.`,
          'The tar file is cut short: fetch it again.',
        );
      }
      switch (header.type) {
        case 'ExtendedHeader':
        case 'OldExtendedHeader':
          extended = Pax.parse(await text(path, read, start, length), extended, false);
          break;
        case 'GlobalExtendedHeader':
          global = Pax.parse(await text(path, read, start, length), global, true);
          break;
        case 'NextFileHasLongPath':
        case 'OldGnuLongPath':
          extended = new Pax({ ...extended, path: (await text(path, read, start, length)).replace(/\0.*$/s, '') });
          break;
        case 'File':
        case 'OldFile':
        case 'ContiguousFile':
          members.push({ path: checkedName(path, header.path ?? ''), offset: start, size: length });
          extended = undefined;
          break;
        case 'Directory':
          extended = undefined;
          break;
        default:
          throw new DataFileError(
            path,
            `its member '${header.path ?? ''}' is no plain file (${header.type}).`,
            'Links and devices are not followed: pack the files themselves.',
          );
      }
      at = start + Math.ceil(length / BLOCK) * BLOCK;
    }
  });
}

function decode(path: string, at: number, block: Buffer, extended: Pax | undefined, global: Pax | undefined): Header {
  const refuse = (cause?: unknown): never => {
    throw new DataFileError(
      path,
      `expected the header of a tar member at byte ${at}, found something else.`,
      'Check that this is a plain .tar file (unpack .tar.gz first), and fetch it again if it is.',
      { cause },
    );
  };
  let header: Header;
  try {
    header = new Header(block, 0, extended, global);
  } catch (cause) {
    return refuse(cause);
  }
  const size = header.size ?? 0;
  return header.nullBlock || (header.cksumValid && Number.isSafeInteger(size) && size >= 0) ? header : refuse();
}

function checkedName(path: string, name: string): string {
  const plain = name.replace(/^(?:\.\/)+/, '');
  if (staysInside(plain)) return plain;
  throw new DataFileError(
    path,
    `its member '${name}' has a name that leads out of the archive.`,
    'Do not use this file: it was made to write elsewhere.',
  );
}

async function text(path: string, read: Read, start: number, length: number): Promise<string> {
  if (length > MAX_EXTENDED) {
    throw new DataFileError(
      path,
      `an extended header has ${length} bytes; at most ${MAX_EXTENDED} are read.`,
      'Pack it anew.',
    );
  }
  return (await read(start, length)).toString('utf8');
}

type Read = (at: number, length: number) => Promise<Buffer<ArrayBuffer>>;

/** Reads ranges through one window that moves forward. */
function windowed(path: string, file: FileHandle, size: number): Read {
  let window = { from: 0, bytes: Buffer.alloc(0) };
  return async (at, length) => {
    const inside = at >= window.from && at + length <= window.from + window.bytes.length;
    if (!inside) {
      window = { from: at, bytes: await readFully(path, file, at, Math.min(Math.max(length, WINDOW), size - at)) };
    }
    return window.bytes.subarray(at - window.from, at - window.from + length);
  };
}
