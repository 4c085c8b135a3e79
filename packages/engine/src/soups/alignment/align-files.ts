import { resolve } from 'node:path';
import { hashFile } from '../../checkpoints/locate.js';
import { type CheckpointReader, openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import { safetensorsStream } from '../../checkpoints/stream.js';
import { writeCheckpoint, writeFileAtomically } from '../../checkpoints/write-checkpoint.js';
import { CancelledError } from '../../errors.js';
import { contentOf } from '../certificate.js';
import { type Alignment, alignModels } from './align-models.js';

export type { Alignment } from './align-models.js';

/**
 * Writes a model aligned to a reference: `alignModels` on files.
 *
 * @param output a file if it ends in .safetensors, else a folder
 * @throws CheckpointError for models that do not describe themselves or differ; SoupError for one that is no vision transformer
 */
export async function alignFiles(
  { reference: referencePath, model: path, output }: { reference: string; model: string; output: string },
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Alignment> {
  await using reference = await openCheckpoint(referencePath);
  await using model = await openCheckpoint(path);
  const { alignment, source } = await alignModels(await inputOf(reference), await inputOf(model), signal);
  if (signal?.aborted === true) throw new CancelledError('The alignment');
  if (output.endsWith('.safetensors')) await writeFileAtomically(output, safetensorsStream(source));
  else await writeCheckpoint(output, source);
  return alignment;
}

async function inputOf(reader: CheckpointReader) {
  const { folder, weights } = reader.located;
  const files = [];
  for (const name of weights) files.push({ name, bytes: 0, sha256: await hashFile(resolve(folder, name)) });
  return { reader, name: reader.path, content: contentOf(files) };
}
