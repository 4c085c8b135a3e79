import type { Tensor } from '../graph/tensor.js';
import { CheckpointError, quoted } from './errors.js';
import { MAX_HEADER_BYTES, type TensorEntry } from './header.js';
import { type StorageDType, type StoredType, storage, storedBytes } from './storage.js';

export type Metadata = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

/** How a checkpoint is laid out: the bytes up to the data section, then each tensor at its place. */
export interface Layout<D extends StorageDType = StorageDType> {
  /** Length prefix and header, padded with spaces to a multiple of 8 bytes. */
  readonly head: Uint8Array;
  /** In the order of their data: wider elements first so that each is aligned, equal ones by name. */
  readonly entries: readonly TensorEntry<D>[];
  /** Bytes of the whole file. */
  readonly fileBytes: number;
}

/**
 * Lays out a safetensors file. The same tensors and metadata give the same bytes whatever the order of the maps. Names
 * and metadata keys are sorted by UTF-16 code unit, as canonical JSON sorts them.
 */
export function layOut<D extends StorageDType>(
  tensors: ReadonlyMap<string, StoredType<D>>,
  metadata: Metadata = {},
): Layout<D> {
  const sorted = [...tensors].sort(
    ([a, x], [b, y]) => storage[y.dtype].bytes - storage[x.dtype].bytes || (a < b ? -1 : a > b ? 1 : 0),
  );
  const entries: TensorEntry<D>[] = [];
  let offset = 0;
  for (const [name, { dtype, shape }] of sorted) {
    if (name === '__metadata__' || name === '') {
      throw new CheckpointError('the checkpoint being written', `${quoted(name)} is reserved.`, 'Rename the tensor.');
    }
    const end = offset + storedBytes({ dtype, shape });
    entries.push({ name, dtype, shape, begin: offset, end });
    offset = end;
  }
  const head = encodeHead(entries, metadata);
  return { head, entries, fileBytes: head.length + offset };
}

/** A safetensors file in memory. See `layOut` for the order of its bytes. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Metadata = {},
): Uint8Array<ArrayBuffer> {
  const { head, entries, fileBytes } = layOut(tensors, metadata);
  const file = new Uint8Array(fileBytes);
  file.set(head);
  for (const { name, begin, end } of entries) {
    const data = tensors.get(name)?.data;
    if (data === undefined || data.byteLength !== end - begin) {
      throw new CheckpointError(
        'the checkpoint being written',
        `${quoted(name)} has ${data?.byteLength ?? 0} bytes, where its shape needs ${end - begin}.`,
        'This is a mistake in the code that made the tensor.',
        { tensor: name },
      );
    }
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), head.length + begin);
  }
  return file;
}

function encodeHead(entries: readonly TensorEntry[], metadata: Metadata): Uint8Array {
  const pairs = metadata instanceof Map ? [...metadata] : Object.entries(metadata);
  const members = entries.map(({ name, dtype, shape, begin, end }) => {
    const description = { dtype: storage[dtype].code, shape, data_offsets: [begin, end] };
    return `${JSON.stringify(name)}:${JSON.stringify(description)}`;
  });
  if (pairs.length > 0) {
    const sorted = pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    const text = sorted.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',');
    members.unshift(`"__metadata__":{${text}}`);
  }
  const json = Buffer.from(`{${members.join(',')}}`);
  const length = Math.ceil(json.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    throw new CheckpointError(
      'the checkpoint being written',
      `its header has ${length} bytes, where ${MAX_HEADER_BYTES} are allowed.`,
      'Give it fewer tensors or less metadata.',
    );
  }
  const head = Buffer.alloc(8 + length, ' ');
  head.writeBigUInt64LE(BigInt(length));
  json.copy(head, 8);
  return head;
}
