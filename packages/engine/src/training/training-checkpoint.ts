import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { decodeSafetensors, encodeSafetensors } from '../checkpoints/safetensors.js';
import type { Tensor } from '../graph/tensor.js';
import { sha256Hex } from '../json.js';
import type { TrainingState } from './training-state.js';

const FORMAT = 'stockpot-training-2';

/** What the vectors with the best score are stored under, beside those of the state. */
const BEST = 'best.';

const validationSchema = z.strictObject({
  at: z.int(),
  best: z.number().nullable(),
  bestAt: z.int(),
  failures: z.int(),
});

/**
 * Writes a training's state so that a reader sees the old file or the new one, never a part: temporary file, fsync,
 * rename, fsync of the folder.
 *
 * @param fingerprint what the training is; a state of another training is not continued.
 */
export async function saveState(path: string, state: TrainingState, fingerprint: string): Promise<void> {
  const { vectors: best, ...validation } = state.validation;
  const tensors = new Map([
    ...Object.entries(state.vectors),
    ...Object.entries(best).map(([name, kept]): [string, Tensor] => [BEST + name, kept]),
  ]);
  const bytes = encodeSafetensors(tensors, {
    'stockpot.format': FORMAT,
    'stockpot.fingerprint': fingerprint,
    'stockpot.step': String(state.step),
    'stockpot.loss_mean': JSON.stringify(state.lossMean),
    'stockpot.validation': JSON.stringify(validation),
    'stockpot.digest': digest(tensors),
  });
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * The state of an earlier attempt at the same training, or null: there is none, it belongs to another training, or its
 * bytes are damaged. The training then begins anew, which costs time and changes nothing.
 */
export async function loadState(
  path: string,
  fingerprint: string,
  expected: TrainingState,
): Promise<TrainingState | null> {
  const bytes = await readFile(path).catch(() => null);
  if (bytes === null) return null;
  try {
    const { tensors, metadata } = decodeSafetensors(bytes, path);
    if (metadata.get('stockpot.format') !== FORMAT || metadata.get('stockpot.fingerprint') !== fingerprint) return null;
    if (metadata.get('stockpot.digest') !== digest(tensors)) return null;
    const step = Number(metadata.get('stockpot.step'));
    const lossMean = Number(metadata.get('stockpot.loss_mean'));
    const complete = Object.entries(expected.vectors).every(
      ([name, { dtype, shape }]) =>
        tensors.get(name)?.dtype === dtype && tensors.get(name)?.shape.join() === shape.join(),
    );
    const validation = validationSchema.safeParse(JSON.parse(metadata.get('stockpot.validation') ?? 'null'));
    if (!complete || !Number.isSafeInteger(step) || !Number.isFinite(lossMean) || !validation.success) return null;
    const best = [...tensors].filter(([name]) => name.startsWith(BEST));
    const vectors = [...tensors].filter(([name]) => !name.startsWith(BEST));
    return {
      step,
      lossMean,
      vectors: Object.fromEntries(vectors),
      validation: {
        ...validation.data,
        vectors: Object.fromEntries(best.map(([name, kept]) => [name.slice(BEST.length), kept])),
      },
    };
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
