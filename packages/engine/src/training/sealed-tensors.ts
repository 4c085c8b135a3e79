import { readFile } from 'node:fs/promises';
import { decodeSafetensors, encodeSafetensors } from '../checkpoints/safetensors.js';
import { writeFileAtomically } from '../checkpoints/write-checkpoint.js';
import type { Tensor } from '../graph/tensor.js';
import { sha256Hex } from '../json.js';

/** What a file of a training's own is, and of which training. */
export interface Seal {
  readonly format: string;
  /** Text that is equal exactly for the same training; what another one left is not read. */
  readonly fingerprint: string;
}

/** Writes tensors of an unfinished training with a hash over them: a reader sees the old file or the new one, never a part. */
export async function writeSealed(
  path: string,
  { format, fingerprint }: Seal,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const bytes = encodeSafetensors(tensors, {
    'stockpot.format': format,
    'stockpot.fingerprint': fingerprint,
    ...metadata,
    'stockpot.digest': digest(tensors),
  });
  await writeFileAtomically(path, bytes);
}

/** What `writeSealed` wrote, or null: there is none, it belongs to another training, or its bytes are damaged. */
export async function readSealed(
  path: string,
  { format, fingerprint }: Seal,
): Promise<{ tensors: ReadonlyMap<string, Tensor>; metadata: ReadonlyMap<string, string> } | null> {
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) return null;
  try {
    const { tensors, metadata } = decodeSafetensors(bytes, path);
    const ours = metadata.get('stockpot.format') === format && metadata.get('stockpot.fingerprint') === fingerprint;
    return ours && metadata.get('stockpot.digest') === digest(tensors) ? { tensors, metadata } : null;
  } catch {
    return null;
  }
}

/** A hash over all numbers, so that a damaged disk cannot slip a wrong weight into a result. */
function digest(tensors: ReadonlyMap<string, Tensor>): string {
  const parts = [...tensors]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, { data }]) => `${name} ${sha256Hex(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))}`);
  return sha256Hex(parts.join('\n'));
}
