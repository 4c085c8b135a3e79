import { z } from 'zod';
import { CheckpointError } from '../../checkpoints/errors.js';
import { canonicalJson } from '../../json.js';
import { decoderShape, FORMAT_NAMES } from './format.js';

/** Key of the record in a checkpoint's metadata. */
export const FORMAT_KEY = 'stockpot.format';

/** Before the names of tensors that came in with a model and are not part of it. */
export const UNTOUCHED = 'untouched.';

/**
 * Where a model came from, so that it can go out as it came in. Travels in the metadata of its checkpoint, and of what is
 * made of it.
 */
export const formatRecord = z.strictObject({
  name: z.enum(FORMAT_NAMES),
  variant: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Config files as they were, by name. */
  files: z.record(z.string(), z.string()),
  /** Element types of foreign tensors that were widened to f32, by their foreign name. */
  widened: z.record(z.string(), z.enum(['f16', 'bf16', 'f64'])),
  decoder: decoderShape.nullable(),
  /** What no file said and the publication of the model does. */
  assumed: z.array(z.string()),
});
export type FormatRecord = z.infer<typeof formatRecord>;

/** The record as metadata. */
export function formatMetadata(record: FormatRecord): Record<string, string> {
  return { [FORMAT_KEY]: canonicalJson(record) };
}

/** The record of a checkpoint, or null for a model that Stockpot made itself. Throws CheckpointError for a damaged one. */
export function readFormatRecord(metadata: ReadonlyMap<string, string>, source: string): FormatRecord | null {
  const text = metadata.get(FORMAT_KEY);
  if (text === undefined) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = formatRecord.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = [FORMAT_KEY, ...(parsed.error.issues[0]?.path ?? [])].join('.');
  throw new CheckpointError(
    source,
    `its metadata is wrong at ${where}: ${parsed.error.issues[0]?.message}.`,
    'Import the model again.',
  );
}
