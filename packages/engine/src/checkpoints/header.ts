/** @file The header of a safetensors file: what every reader must check before it believes a byte of the file. */
import { CheckpointError, quoted } from './errors.js';
import { identifyForeignFormat } from './foreign-formats.js';
import { type StorageDType, storage, storageDTypes, storedBytes } from './storage.js';
import { parseStrictJson, type StrictJson, StrictJsonError } from './strict-json.js';

/** The cap of the reference implementation. */
export const MAX_HEADER_BYTES = 100_000_000;
export const MAX_TENSORS = 100_000;
export const MAX_NAME_LENGTH = 4096;
export const MAX_RANK = 32;
/** Length prefix and the opening brace. */
export const MIN_FILE_BYTES = 10;

const DAMAGED = 'The file is damaged or was made to mislead: fetch it again, or write it again with safetensors.';

/** Control characters (NUL among them) and halves of surrogate pairs. */
const UNPRINTABLE = /\p{Cc}|\p{Cs}/u;

const DTYPES = new Map(storageDTypes.map((dtype) => [storage[dtype].code, dtype]));

/** Where a tensor lies. `begin` and `end` are byte offsets in the data section, `end` exclusive. */
export interface TensorEntry<D extends StorageDType = StorageDType> {
  readonly name: string;
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of their data. */
  readonly entries: ReadonlyMap<string, TensorEntry>;
  readonly metadata: ReadonlyMap<string, string>;
  /** Offset in the file at which the data section begins. */
  readonly dataStart: number;
}

/**
 * The length of the header that a file claims, checked against its size.
 *
 * @param head the first bytes of the file, 64 if it has them
 */
export function headerLength(source: string, head: Uint8Array, fileBytes: number): number {
  if (fileBytes >= MIN_FILE_BYTES) {
    const claimed = new DataView(head.buffer, head.byteOffset, head.byteLength).getBigUint64(0, true);
    const fits = claimed >= 2n && claimed <= BigInt(MAX_HEADER_BYTES) && claimed <= BigInt(fileBytes - 8);
    // A valid length can begin like another format's magic number, so only the brace decides.
    if (fits && head[8] === 0x7b) return Number(claimed);
    const foreign = identifyForeignFormat(head);
    if (foreign !== undefined) refuseForeign(source, foreign);
    if (claimed > BigInt(MAX_HEADER_BYTES)) {
      refuse(source, `its header claims ${claimed} bytes, where ${MAX_HEADER_BYTES} are allowed.`);
    }
    if (claimed > BigInt(fileBytes - 8)) {
      refuse(source, `its header claims ${claimed} bytes, but only ${fileBytes - 8} follow: the file is truncated.`);
    }
    refuse(source, `expected a safetensors header that starts with '{', found none of ${claimed} bytes.`);
  }
  const foreign = identifyForeignFormat(head);
  if (foreign !== undefined) refuseForeign(source, foreign);
  return refuse(source, `expected a safetensors file of at least ${MIN_FILE_BYTES} bytes, found ${fileBytes}.`);
}

/**
 * Parses the header and checks that its tensors cover the data section exactly: no overlap, no hole, no trailing byte in
 * which a second file could hide.
 */
export function parseHeader(source: string, bytes: Uint8Array, fileBytes: number): SafetensorsHeader {
  const root = parseJson(source, bytes);
  if (!(root instanceof Map)) return refuse(source, 'its header is not a JSON object.');
  const metadata = parseMetadata(source, root.get('__metadata__'));
  const entries: TensorEntry[] = [];
  for (const [name, value] of root) {
    if (name !== '__metadata__') entries.push(parseEntry(source, name, value));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const dataStart = 8 + bytes.length;
  assertCovered(source, entries, fileBytes - dataStart);
  return { entries: new Map(entries.map((entry) => [entry.name, entry])), metadata, dataStart };
}

function parseJson(source: string, bytes: Uint8Array): StrictJson {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new CheckpointError(source, 'its header is not valid UTF-8.', DAMAGED, { cause });
  }
  try {
    return parseStrictJson(text, { maxNames: MAX_TENSORS });
  } catch (cause) {
    if (!(cause instanceof StrictJsonError)) throw cause;
    throw new CheckpointError(source, `its header cannot be read: ${cause.message}.`, DAMAGED, { cause });
  }
}

function parseMetadata(source: string, value: StrictJson | undefined): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  if (value === undefined) return metadata;
  if (!(value instanceof Map)) return refuse(source, 'its __metadata__ is not an object.');
  for (const [key, text] of value) {
    if (typeof text !== 'string') {
      refuse(source, `its __metadata__ has a value for ${JSON.stringify(key.slice(0, 80))} that is not a string.`);
    } else {
      metadata.set(key, text);
    }
  }
  return metadata;
}

function parseEntry(source: string, name: string, value: StrictJson): TensorEntry {
  const fail = (problem: string) => refuse(source, `${quoted(name)} ${problem}`, name);
  if (name.length > MAX_NAME_LENGTH) fail(`has a name of ${name.length} characters; ${MAX_NAME_LENGTH} are allowed.`);
  if (name === '' || UNPRINTABLE.test(name)) fail('has a name that is empty or not printable text.');
  if (!(value instanceof Map)) return fail('is not described by an object.');
  for (const key of value.keys()) {
    if (key !== 'dtype' && key !== 'shape' && key !== 'data_offsets') {
      fail(`has the unknown property ${JSON.stringify(key.slice(0, 80))}.`);
    }
  }
  const code = value.get('dtype');
  const dtype = typeof code === 'string' ? DTYPES.get(code) : undefined;
  if (dtype === undefined) {
    const shown = JSON.stringify(typeof code === 'string' ? code.slice(0, 40) : null);
    return fail(`has the dtype ${shown}; Stockpot reads ${[...DTYPES.keys()].join(', ')}.`);
  }
  const shape = value.get('shape');
  if (!isCounts(shape) || shape.length > MAX_RANK) {
    return fail(`has a shape that is not a list of at most ${MAX_RANK} whole numbers ≥ 0.`);
  }
  const offsets = value.get('data_offsets');
  if (!isCounts(offsets) || offsets.length !== 2) return fail('has data_offsets that are not two whole numbers ≥ 0.');
  const [begin = 0, end = 0] = offsets;
  const bytes = storedBytes({ dtype, shape });
  if (!Number.isSafeInteger(bytes)) fail(`has the shape ${shape.join('×')}, more than any file can hold.`);
  if (end - begin !== bytes) {
    fail(`of ${code} ${shape.join('×') || 'scalar'} needs ${bytes} bytes, but its data_offsets span ${end - begin}.`);
  }
  return { name, dtype, shape, begin, end };
}

function assertCovered(source: string, entries: readonly TensorEntry[], dataBytes: number): void {
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin < covered) refuse(source, `${quoted(name)} overlaps the tensor before it.`, name);
    if (begin > covered) refuse(source, `${begin - covered} bytes before ${quoted(name)} belong to no tensor.`, name);
    if (end > dataBytes) {
      refuse(source, `${quoted(name)} ends at byte ${end}, but there are ${dataBytes}: the file is truncated.`, name);
    }
    covered = end;
  }
  if (covered < dataBytes) refuse(source, `${dataBytes - covered} bytes follow the last tensor.`);
}

function isCounts(value: StrictJson | undefined): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number' && item >= 0);
}

function refuse(source: string, problem: string, tensor?: string): never {
  throw new CheckpointError(source, problem, DAMAGED, tensor === undefined ? {} : { tensor });
}

function refuseForeign(source: string, { name, advice }: { name: string; advice: string }): never {
  throw new CheckpointError(source, `expected a safetensors file, found ${name}.`, advice);
}
