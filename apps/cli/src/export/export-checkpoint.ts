import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeWholeFolder } from '@stockpot/engine/artifacts';
import {
  type Checkpoint,
  type CheckpointReader,
  openCheckpoint,
  type WrittenFile,
  writeCheckpoint,
  writeFileAtomically,
} from '@stockpot/engine/checkpoints';
import {
  exportCheckpoint,
  exportTextCheckpoint,
  type FormatName,
  isTextModel,
  readFormatRecord,
} from '@stockpot/engine/models';
import { UsageError } from '../failure.js';
import { size } from '../progress/format.js';

type Tensors = Checkpoint['tensors'];

/** The format of text models; the others are those of the table of vision transformers. */
export const TEXT_FORMAT = 'huggingface-bert';

export interface ExportArguments {
  readonly output: string;
  readonly format?: FormatName | typeof TEXT_FORMAT;
  readonly dtype?: 'f32' | 'stored';
}

/** Writes one of Stockpot's checkpoints as another library reads it: weights under its names, and its config files. */
export async function exportCheckpointFile(path: string, options: ExportArguments): Promise<void> {
  const { output } = options;
  if (existsSync(join(output, 'model.safetensors'))) {
    throw new UsageError(`${output} holds a model already.`, 'Choose another folder with -o, or remove this one.');
  }
  await using reader = await openCheckpoint(path);
  const { tensors, files, format } = await translate(reader, options);
  const written = await writeWholeFolder(output, async (folder) => {
    const weights = await writeCheckpoint(folder, {
      types: tensors,
      // Transformers asks for it; everything else is in the config files.
      metadata: { format: 'pt' },
      async bytesOf(name) {
        const { buffer, byteOffset, byteLength } = tensors.get(name)?.data ?? new Uint8Array();
        return new Uint8Array(buffer, byteOffset, byteLength);
      },
    });
    const documents: WrittenFile[] = [];
    for (const [name, text] of Object.entries(files)) {
      documents.push(await writeFileAtomically(join(folder, name), Buffer.from(text)));
    }
    return [...weights, ...documents];
  });
  process.stdout.write(`Exported ${path} (${format}):\n`);
  for (const { name, bytes, sha256 } of written) {
    process.stdout.write(`  ${join(output, name)}  ${size(bytes)}  sha256 ${sha256}\n`);
  }
}

async function translate(
  reader: CheckpointReader,
  { format, dtype }: ExportArguments,
): Promise<{ readonly tensors: Tensors; readonly files: Readonly<Record<string, string>>; readonly format: string }> {
  const { metadata, path } = reader;
  const text = isTextModel(metadata);
  if (format !== undefined && text !== (format === TEXT_FORMAT)) {
    const what = text ? 'a text model' : 'a model of images';
    throw new UsageError(`${path} is ${what}, which ${format} has no words for.`, 'Choose another --format.');
  }
  const tensors = new Map<string, Awaited<ReturnType<CheckpointReader['read']>>>();
  for (const name of reader.tensors.keys()) tensors.set(name, await reader.read(name));
  if (text) return { ...exportTextCheckpoint({ tensors, metadata }, path), format: TEXT_FORMAT };
  const model = exportCheckpoint({ tensors, metadata }, path, {
    ...(format === undefined || format === TEXT_FORMAT ? {} : { format }),
    ...(dtype === undefined ? {} : { dtype }),
  });
  return { ...model, format: format ?? readFormatRecord(metadata, path)?.name ?? '' };
}
