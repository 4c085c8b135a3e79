import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckpointReader, openCheckpoint } from '@stockpot/engine/checkpoints';
import {
  type ForeignOptions,
  importCheckpoint,
  importOnnxFile,
  importTextStock,
  isHuggingFaceBert,
  isTextModel,
  readDocuments,
} from '@stockpot/engine/models';
import { UsageError } from '../failure.js';
import { fetchModel, hubOptions, isHubReference, parseHubReference } from '../hub/index.js';
import { onInterrupt } from '../interrupt.js';
import { size } from '../progress/format.js';
import { type Incoming, type WriteArguments, writeModel } from './write-model.js';

const STOPPING = 'Stopping: what was fetched is kept. Press Ctrl-C again to stop at once.';

export interface ImportArguments
  extends WriteArguments,
    Pick<ForeignOptions, 'format' | 'pooling' | 'image' | 'heads'> {
  readonly endpoint?: string;
  /** What an ONNX file does not say of itself. */
  readonly features?: string;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

/** Brings a checkpoint of this machine or of a hub into Stockpot's names, with everything it says of itself inside. */
export async function importCommand(source: string, options: ImportArguments): Promise<void> {
  const { output } = options;
  for (const name of ['model.safetensors', 'model.safetensors.index.json']) {
    if (!existsSync(join(output, name))) continue;
    throw new UsageError(`${output} holds a model already.`, 'Choose another folder with -o, or remove this one.');
  }
  if (source.endsWith('.onnx')) return await importNetwork(source, options);
  if (!isHubReference(source)) return await importFolder(source, undefined, options);
  const reference = parseHubReference(source);
  const hub = hubOptions(options.endpoint);
  const interrupt = onInterrupt(() => process.stderr.write(`\n${STOPPING}\n`));
  const downloads = `${output.replace(/\/+$/, '')}.download`;
  try {
    const fetched = await fetchModel(reference, downloads, { hub, signal: interrupt.signal, onProgress: showProgress });
    if (process.stderr.isTTY) process.stderr.write('\n');
    await importFolder(fetched.folder, fetched.source, options);
    await rm(downloads, { recursive: true });
  } finally {
    interrupt.dispose();
  }
}

async function importFolder(path: string, origin: string | undefined, options: ImportArguments): Promise<void> {
  const { format, pooling, image, heads } = options;
  await using reader = await openCheckpoint(path);
  const model = await understand(reader, {
    ...(format === undefined ? {} : { format }),
    ...(pooling === undefined ? {} : { pooling }),
    ...(image === undefined ? {} : { image }),
    ...(heads === undefined ? {} : { heads }),
  });
  await writeModel(model, { source: origin ?? path, origin }, options);
}

/** A network from an ONNX file. How its images are prepared is not in the file: a person says it. */
async function importNetwork(path: string, options: ImportArguments): Promise<void> {
  const { mean, std, features, image } = options;
  if (mean === undefined || std === undefined) {
    throw new UsageError(
      `${path} does not say how images are prepared for it.`,
      'Say it: --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225, one number a channel, of pixels from 0 to 1.',
    );
  }
  const model = await importOnnxFile(path, {
    preprocessing: { mean: [...mean], std: [...std] },
    ...(features === undefined ? {} : { features }),
    ...(image === undefined ? {} : { image }),
  });
  await writeModel({ ...model, format: 'onnx', assumed: [] }, { source: path, origin: undefined }, options);
}

async function understand(reader: CheckpointReader, options: ForeignOptions): Promise<Incoming> {
  const text = isTextModel(reader.metadata) || isHuggingFaceBert(await readDocuments(reader.located));
  return text ? await importTextStock(reader) : await importCheckpoint(reader, options);
}

function showProgress(done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${size(done)} of ${size(Math.max(done, total))}   `);
}
