/**
 * @file `model.safetensors.index.json`: which file of a sharded checkpoint holds which tensor. It comes from outside like
 * the header does, so it is believed as little.
 */
import { CheckpointError, quoted } from './errors.js';
import { MAX_HEADER_BYTES, MAX_TENSORS } from './header.js';
import { parseStrictJson, type StrictJson, StrictJsonError } from './strict-json.js';

export const MAX_INDEX_BYTES = MAX_HEADER_BYTES;
/** Every shard is held open while a checkpoint is: fewer than a process may have open files. */
export const MAX_SHARDS = 512;

const DAMAGED = 'Fetch the checkpoint again, with all its files, or write it again with safetensors.';
/** A name beside the index and nothing else: no folder, no drive, no parent, nothing hidden. */
const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9._ -]{0,254}$/;

export interface ShardIndex {
  /** File names beside the index, sorted. */
  readonly shards: readonly string[];
  /** Tensor → its file. */
  readonly shardOf: ReadonlyMap<string, string>;
  /** Bytes of all tensors, if the index tells. */
  readonly totalBytes: number | undefined;
}

/** Parses an index. Throws CheckpointError for anything but tensors that lie in files beside it. */
export function parseShardIndex(source: string, bytes: Uint8Array): ShardIndex {
  const root = parse(source, bytes);
  if (!(root instanceof Map)) return refuse(source, 'the index is not a JSON object.');
  const map = root.get('weight_map');
  if (!(map instanceof Map) || map.size === 0)
    return refuse(source, 'the index has no weight_map from names to files.');
  const shardOf = new Map<string, string>();
  for (const [name, file] of map) {
    if (typeof file !== 'string' || !PLAIN_NAME.test(file) || !file.endsWith('.safetensors')) {
      const shown = typeof file === 'string' ? JSON.stringify(file.slice(0, 80)) : 'something that is no text';
      return refuse(
        source,
        `the index places ${quoted(name)} in ${shown}, which is not the name of a .safetensors file beside it.`,
      );
    }
    shardOf.set(name, file);
  }
  const shards = [...new Set(shardOf.values())].sort();
  if (shards.length > MAX_SHARDS) refuse(source, `the index names ${shards.length} files; ${MAX_SHARDS} are allowed.`);
  return { shards, shardOf, totalBytes: totalBytes(root.get('metadata')) };
}

/** Some writers count a bool as an eighth of a byte; only a whole count is held against the files. */
function totalBytes(metadata: StrictJson | undefined): number | undefined {
  const total = metadata instanceof Map ? metadata.get('total_size') : undefined;
  return typeof total === 'number' && Number.isSafeInteger(total) ? total : undefined;
}

function parse(source: string, bytes: Uint8Array): StrictJson {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return parseStrictJson(text, { maxNames: MAX_TENSORS, decimals: true });
  } catch (cause) {
    if (cause instanceof StrictJsonError) {
      throw new CheckpointError(source, `the index cannot be read: ${cause.message}.`, DAMAGED, { cause });
    }
    throw new CheckpointError(source, 'the index is not valid UTF-8.', DAMAGED, { cause });
  }
}

function refuse(source: string, problem: string): never {
  throw new CheckpointError(source, problem, DAMAGED);
}
