import { endianness } from 'node:os';
import { dtypes } from '../graph/dtype.js';
import type { Tensor } from '../graph/tensor.js';
import { CheckpointError } from './errors.js';
import { headerLength, parseHeader, type TensorEntry } from './header.js';

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

/** The tensor of an entry over its bytes, without a copy where they are aligned. */
export function tensorOver({ name, dtype, shape }: TensorEntry, bytes: Uint8Array): Tensor {
  if (endianness() !== 'LE') {
    throw new CheckpointError('this machine', 'it is big-endian.', 'Run Stockpot on x64 or arm64.', { tensor: name });
  }
  const { bytes: width, view } = dtypes[dtype];
  const aligned = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  return { dtype, shape, data: view(aligned.buffer, aligned.byteOffset, aligned.byteLength / width) };
}
