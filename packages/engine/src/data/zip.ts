/** @file Members of a ZIP file (NPZ), read through yauzl, which checks names, offsets and sizes. */
import { promisify } from 'node:util';
import { type Entry, open, type ZipFile } from 'yauzl';
import { DataFileError } from './errors.js';

/** What one member may unpack to. Deflate packs up to 1032 : 1, so a small file can claim any size. */
export const MAX_UNPACKED = 2 * 1024 ** 3;
const MAX_ENTRIES = 10_000;

const openZip = promisify<string, { lazyEntries: true; autoClose: false; strictFileNames: true }, ZipFile>(open);

/** The members of a ZIP file with the size that each says it has. Throws DataFileError for what is no sound ZIP file. */
export async function listZip(path: string): Promise<readonly Entry[]> {
  return withZip(path, entriesOf);
}

/** Unpacks one member, of which exactly `expected` bytes are wanted. Throws DataFileError. */
export async function inflateEntry(path: string, name: string, expected: number | null): Promise<Buffer> {
  return withZip(path, async (zip) => {
    const entry = (await entriesOf(zip)).find(({ fileName }) => fileName === name);
    if (entry === undefined) {
      throw new DataFileError(path, `there is no member '${name}' in it.`, 'Fetch the file again.');
    }
    const size = entry.uncompressedSize;
    if (size > MAX_UNPACKED) {
      throw new DataFileError(
        path,
        `its member '${name}' says it unpacks to ${size} bytes; at most ${MAX_UNPACKED} are read.`,
        'Save the array as a plain .npy file, which is read piece by piece.',
      );
    }
    if (expected !== null && size !== expected) {
      throw new DataFileError(
        path,
        `its member '${name}' has ${size} bytes, and ${expected} were expected.`,
        'The file is damaged or was changed: fetch it again.',
      );
    }
    const stream = await promisify(zip.openReadStream.bind(zip))(entry);
    const chunks: Buffer[] = [];
    let total = 0;
    for await (const chunk of stream) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('A ZIP stream gave something other than bytes.');
      total += chunk.length;
      // yauzl ends a stream that gives more than was said; this holds whatever it does.
      if (total > size) break;
      chunks.push(chunk);
    }
    if (total !== size) {
      throw new DataFileError(
        path,
        `its member '${name}' says it has ${size} bytes and unpacks to ${total > size ? 'more' : total}.`,
        'The file is damaged: fetch it again.',
      );
    }
    return Buffer.concat(chunks, total);
  });
}

async function withZip<Result>(path: string, use: (zip: ZipFile) => Promise<Result>): Promise<Result> {
  let zip: ZipFile | undefined;
  try {
    zip = await openZip(path, { lazyEntries: true, autoClose: false, strictFileNames: true });
    return await use(zip);
  } catch (cause) {
    if (cause instanceof DataFileError) throw cause;
    throw new DataFileError(
      path,
      `this is not a sound ZIP file: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Fetch the file again from where it came from.',
      { cause },
    );
  } finally {
    zip?.close();
  }
}

function entriesOf(zip: ZipFile): Promise<Entry[]> {
  return new Promise((resolve, reject) => {
    if (zip.entryCount > MAX_ENTRIES) {
      reject(new Error(`it has ${zip.entryCount} members, more than ${MAX_ENTRIES}`));
      return;
    }
    const entries: Entry[] = [];
    zip.on('entry', (entry: Entry) => {
      entries.push(entry);
      zip.readEntry();
    });
    zip.once('end', () => resolve(entries));
    zip.once('error', reject);
    zip.readEntry();
  });
}
