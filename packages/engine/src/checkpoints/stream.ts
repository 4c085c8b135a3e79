import { type Layout, layOut, type Metadata } from './encode.js';
import { CheckpointError, quoted } from './errors.js';
import type { StoredType } from './storage.js';

/** Tensors to be written, of which one at a time is in memory. */
export interface TensorSource {
  readonly types: ReadonlyMap<string, StoredType>;
  readonly metadata: Metadata;
  /** A tensor's bytes as they lie in the file: little-endian, row-major. */
  bytesOf(name: string): Promise<Uint8Array>;
}

/**
 * The bytes of a safetensors file, piece by piece: the header, then a tensor at a time. The same tensors and metadata give
 * the same bytes as `encodeSafetensors`. Throws CheckpointError for a tensor that is not as long as its shape says.
 */
export async function* safetensorsStream(
  source: TensorSource,
  { head, entries }: Layout = layOut(source.types, source.metadata),
): AsyncGenerator<Uint8Array> {
  yield head;
  for (const { name, begin, end } of entries) {
    const bytes = await source.bytesOf(name);
    if (bytes.length !== end - begin) {
      throw new CheckpointError(
        'the checkpoint being written',
        `${quoted(name)} has ${bytes.length} bytes, where its shape needs ${end - begin}.`,
        'This is a mistake in the code that made the tensor.',
        { tensor: name },
      );
    }
    yield bytes;
  }
}
