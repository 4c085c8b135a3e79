/** @file Which files a checkpoint consists of: weights in one file or in shards, and the documents beside them. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { hashJson } from '../json.js';
import { CheckpointError, cannotBeOpened } from './errors.js';
import { identifyForeignFormat } from './foreign-formats.js';
import { MAX_INDEX_BYTES, parseShardIndex, type ShardIndex } from './shard-index.js';

/** What may lie beside the weights and decides what they mean. */
export const CHECKPOINT_DOCUMENTS = [
  'config.json',
  'preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
] as const;

const WHOLE = 'model.safetensors';
const INDEX_ENDING = '.safetensors.index.json';

export interface LocatedCheckpoint {
  /** The folder of the files. */
  readonly folder: string;
  /** Weight files, by name, sorted. */
  readonly weights: readonly string[];
  /** The index of a sharded checkpoint, with its name. */
  readonly index: (ShardIndex & { readonly name: string }) | undefined;
  /** Those of CHECKPOINT_DOCUMENTS that are there. */
  readonly documents: readonly string[];
}

/**
 * Finds the files of a checkpoint: of a safetensors file, of an index, or of a folder as `save_pretrained` writes it.
 * Reads the index and no tensor. Throws CheckpointError; pickles are refused with the advice how to convert them.
 */
export async function locateCheckpoint(path: string): Promise<LocatedCheckpoint> {
  const info = await stat(path).catch((cause: unknown) => {
    throw cannotBeOpened(path, cause);
  });
  // Before anybody opens it: a pipe would be waited for without end.
  if (!info.isDirectory() && !info.isFile()) {
    throw new CheckpointError(path, 'this is not a file.', 'Give the safetensors file itself.');
  }
  const folder = info.isDirectory() ? resolve(path) : dirname(resolve(path));
  const names = await readdir(folder);
  const documents = CHECKPOINT_DOCUMENTS.filter((name) => names.includes(name));
  const chosen = info.isDirectory() ? await chooseWeights(path, folder, names) : basename(path);
  if (!chosen.endsWith(INDEX_ENDING)) return { folder, weights: [chosen], index: undefined, documents };
  const index = await readIndex(join(folder, chosen));
  const missing = index.shards.filter((shard) => !names.includes(shard));
  if (missing.length > 0) {
    const more = missing.length > 1 ? ` and ${missing.length - 1} more` : '';
    throw new CheckpointError(
      join(folder, chosen),
      `the index names ${missing[0]}${more}, which is not beside it.`,
      'Fetch all files of the checkpoint into one folder.',
    );
  }
  return { folder, weights: index.shards, index: { ...index, name: chosen }, documents };
}

async function chooseWeights(path: string, folder: string, names: readonly string[]): Promise<string> {
  if (names.includes(WHOLE)) return WHOLE;
  const indexes = names.filter((name) => name.endsWith(INDEX_ENDING));
  if (indexes.length === 1 && indexes[0] !== undefined) return indexes[0];
  const files = names.filter((name) => name.endsWith('.safetensors')).sort();
  if (indexes.length === 0 && files.length === 1 && files[0] !== undefined) return files[0];
  if (files.length > 0) {
    throw new CheckpointError(
      path,
      `it holds ${files.length} safetensors files, and ${indexes.length} indexes that say which belong together.`,
      'Give the file itself, or a folder with one model.safetensors or one model.safetensors.index.json.',
    );
  }
  for (const name of names.filter((candidate) => /\.(bin|pt|pth|ckpt|pkl|npz|h5|msgpack)$/.test(candidate)).sort()) {
    const foreign = identifyForeignFormat(await firstBytes(join(folder, name)));
    if (foreign !== undefined) {
      throw new CheckpointError(join(folder, name), `expected safetensors, found ${foreign.name}.`, foreign.advice);
    }
  }
  throw new CheckpointError(path, 'it holds no safetensors file.', 'Give the folder that model.safetensors lies in.');
}

async function firstBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const bytes = new Uint8Array(64);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function readIndex(file: string): Promise<ShardIndex> {
  const { size } = await stat(file);
  if (size > MAX_INDEX_BYTES) {
    throw new CheckpointError(
      file,
      `the index has ${size} bytes; ${MAX_INDEX_BYTES} are allowed.`,
      'Check which file you meant.',
    );
  }
  return parseShardIndex(file, await readFile(file));
}

export interface HashedCheckpoint {
  /** One hash of everything that a checkpoint's meaning depends on. */
  readonly hash: string;
  /** SHA-256 of each of its files, by name. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Hashes a checkpoint: its weights' bytes, in order, and the documents beside them. The names of weight files do not matter
 * to its hash, their content does.
 */
export async function hashCheckpoint(located: LocatedCheckpoint): Promise<HashedCheckpoint> {
  const { folder, weights, index, documents } = located;
  const files = new Map<string, string>();
  for (const name of [...weights, ...documents, ...(index === undefined ? [] : [index.name])]) {
    files.set(name, await hashFile(join(folder, name)));
  }
  const of = (name: string) => files.get(name) ?? '';
  const hash = hashJson({
    weights: weights.map(of),
    index: index === undefined ? null : of(index.name),
    documents: Object.fromEntries(documents.map((name) => [name, of(name)])),
  });
  return { hash, files };
}

/** The hash of `hashCheckpoint`. */
export async function checkpointHash(located: LocatedCheckpoint): Promise<string> {
  return (await hashCheckpoint(located)).hash;
}

/** SHA-256 of a file, read as a stream. */
export async function hashFile(file: string): Promise<string> {
  const digest = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) digest.update(chunk);
  return digest.digest('hex');
}
