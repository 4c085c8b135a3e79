import { createHash, randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeError } from '../artifacts/disk-errors.js';
import { flushFolder } from '../artifacts/flush-folder.js';
import { makeFolder, removeEmptyFolders } from '../artifacts/make-folder.js';
import { openNew } from '../artifacts/open-new.js';
import { beginWriting, writeWholeFolder } from '../artifacts/unfinished.js';
import { type StoredType, storedBytes } from './storage.js';
import { safetensorsStream, type TensorSource } from './stream.js';

const WHOLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

/** A file that was written, with its hash. */
export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes a file so that a reader sees the old one or the new one whole, also when the machine stops: temporary file,
 * fsync, rename, fsync of the folder. Throws StoreFullError and StoreUnwritableError.
 */
export async function writeFileAtomically(
  path: string,
  data: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<WrittenFile> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${process.pid}.${randomUUID()}.tmp`);
  using _ = beginWriting(temporary);
  let made: string | null = null;
  try {
    made = await makeFolder(folder);
    const digest = createHash('sha256');
    let bytes = 0;
    const handle = await openNew(temporary);
    try {
      for await (const chunk of data instanceof Uint8Array ? [data] : data) {
        digest.update(chunk);
        for (let done = 0; done < chunk.length; ) done += (await handle.write(chunk, done)).bytesWritten;
        bytes += chunk.length;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await flushFolder(folder);
    return { name: basename(path), bytes, sha256: digest.digest('hex') };
  } catch (error) {
    throw writeError(error, folder);
  } finally {
    // Where nothing could be written there is nothing to remove either, and the error above says why.
    await rm(temporary, { force: true }).catch(() => undefined);
    await removeEmptyFolders(folder, made);
  }
}

export interface WriteOptions {
  /** Tensor bytes of one file at most; more tensors go to more files and an index. A larger tensor has a file of its own. */
  readonly maxShardBytes?: number;
}

/**
 * Writes a checkpoint into a folder, one tensor in memory at a time: `model.safetensors`, or numbered shards with
 * `model.safetensors.index.json`. All files are there, whole, or none is. Equal tensors and metadata give equal bytes.
 *
 * @returns the files, the index among them
 */
export async function writeCheckpoint(
  folder: string,
  source: TensorSource,
  { maxShardBytes = 5_000_000_000 }: WriteOptions = {},
): Promise<readonly WrittenFile[]> {
  const shards = shardsOf(source.types, maxShardBytes);
  if (shards.length === 1) {
    const file = await writeFileAtomically(join(folder, WHOLE), safetensorsStream(source));
    // A folder is read by its whole file first; an index left over from before would name other shards.
    await rm(join(folder, INDEX), { force: true });
    return [file];
  }
  const files = await writeWholeFolder(folder, (place) => writeShards(place, source, shards));
  // A folder is read by its whole file first, which is of another model now.
  await rm(join(folder, WHOLE), { force: true });
  return files;
}

async function writeShards(
  folder: string,
  source: TensorSource,
  shards: readonly ReadonlyMap<string, StoredType>[],
): Promise<readonly WrittenFile[]> {
  const files: WrittenFile[] = [];
  const weightMap = new Map<string, string>();
  const digits = (n: number) => String(n).padStart(5, '0');
  for (const [index, types] of shards.entries()) {
    const name = `model-${digits(index + 1)}-of-${digits(shards.length)}.safetensors`;
    const shard = { types, metadata: source.metadata, bytesOf: (tensor: string) => source.bytesOf(tensor) };
    files.push(await writeFileAtomically(join(folder, name), safetensorsStream(shard)));
    for (const tensor of types.keys()) weightMap.set(tensor, name);
  }
  const total = [...source.types.values()].reduce((sum, type) => sum + storedBytes(type), 0);
  // By hand: an object would sort a tensor called '0' first, and take one called '__proto__' for something else.
  const members = [...weightMap].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = members.map(([tensor, file]) => `    ${JSON.stringify(tensor)}: ${JSON.stringify(file)}`).join(',\n');
  const text = `{\n  "metadata": { "total_size": ${total} },\n  "weight_map": {\n${lines}\n  }\n}\n`;
  files.push(await writeFileAtomically(join(folder, INDEX), Buffer.from(text)));
  return files;
}

/** Tensors by name, each file filled as far as it goes. */
function shardsOf(types: ReadonlyMap<string, StoredType>, maxBytes: number): ReadonlyMap<string, StoredType>[] {
  const shards: Map<string, StoredType>[] = [new Map()];
  let filled = 0;
  for (const [name, type] of [...types].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    const bytes = storedBytes(type);
    let last = shards.at(-1);
    if (last === undefined || (filled + bytes > maxBytes && last.size > 0)) {
      last = new Map();
      shards.push(last);
      filled = 0;
    }
    last.set(name, type);
    filled += bytes;
  }
  return shards;
}
