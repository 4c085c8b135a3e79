import { endianness } from 'node:os';
import type { Tensor } from '../graph/tensor.js';
import { CheckpointError, quoted } from './errors.js';
import { headerLength, parseHeader, type TensorEntry } from './header.js';
import { storage } from './storage.js';

export interface Checkpoint {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads a whole safetensors file from memory. Throws CheckpointError for anything but a file that its header describes
 * exactly.
 *
 * @param bytes tensors share this memory where their alignment allows
 * @param source named in errors
 */
export function decodeSafetensors(bytes: Uint8Array, source = 'the checkpoint'): Checkpoint {
  const length = headerLength(source, bytes.subarray(0, 64), bytes.length);
  const { entries, metadata, dataStart } = parseHeader(source, bytes.subarray(8, 8 + length), bytes.length);
  const tensors = new Map<string, Tensor>();
  for (const entry of entries.values()) {
    tensors.set(entry.name, tensorOver(entry, bytes.subarray(dataStart + entry.begin, dataStart + entry.end)));
  }
  return { tensors, metadata };
}

/**
 * The tensor of an entry over its bytes, without a copy where they are aligned. An element type that the engine does not
 * compute with is widened to one that holds its every value.
 */
export function tensorOver({ name, dtype, shape }: TensorEntry, bytes: Uint8Array): Tensor {
  if (endianness() !== 'LE') {
    throw new CheckpointError('this machine', 'it is big-endian.', 'Run Stockpot on x64 or arm64.', { tensor: name });
  }
  const { bytes: width, readAs, widen } = storage[dtype];
  const aligned = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  try {
    return { dtype: readAs, shape, data: widen(aligned) };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const advice = 'Store this tensor as I64.';
    throw new CheckpointError('the checkpoint', `${quoted(name)} ${cause.message}.`, advice, { tensor: name, cause });
  }
}
