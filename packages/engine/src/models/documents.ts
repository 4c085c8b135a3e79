import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '../checkpoints/errors.js';
import type { LocatedCheckpoint } from '../checkpoints/locate.js';

/** A configuration or a tokenizer; those of real models have a few megabytes. */
const MAX_DOCUMENT_BYTES = 64 * 1024 * 1024;

/** The texts beside the weights that say what they mean, by name. Throws CheckpointError for one that is far too long. */
export async function readDocuments({ folder, documents }: LocatedCheckpoint): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const name of documents) {
    const file = join(folder, name);
    const { size } = await stat(file);
    if (size > MAX_DOCUMENT_BYTES) {
      throw new CheckpointError(
        file,
        `it has ${size} bytes; ${MAX_DOCUMENT_BYTES} are allowed.`,
        'Check that this is the configuration of a model.',
      );
    }
    texts.set(name, await readFile(file, 'utf8'));
  }
  return texts;
}
