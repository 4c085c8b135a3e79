import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CheckpointReader,
  checkpointHash,
  locateCheckpoint,
  openCheckpoint,
  type TensorSource,
  writeCheckpoint,
} from '@stockpot/engine/checkpoints';
import {
  type ForeignOptions,
  importCheckpoint,
  importTextCheckpoint,
  isHuggingFaceBert,
  readDocuments,
} from '@stockpot/engine/models';
import { UsageError } from '../failure.js';
import { fetchModel, hubOptions, isHubReference, parseHubReference } from '../hub/index.js';
import { onInterrupt } from '../interrupt.js';
import { printable } from '../printable.js';
import { size, whole } from '../progress/format.js';

const STOPPING = 'Stopping: what was fetched is kept. Press Ctrl-C again to stop at once.';

export interface ImportArguments extends Pick<ForeignOptions, 'format' | 'pooling' | 'image' | 'heads'> {
  readonly output: string;
  readonly endpoint?: string;
  /** Gigabytes of one file at most. */
  readonly shard?: number;
  readonly json?: boolean;
}

/** A model on its way in, in Stockpot's names. */
interface Incoming extends TensorSource {
  readonly format: string;
  readonly architecture: object;
  readonly assumed: readonly string[];
  /** Whether a recipe can begin with it: recipes train models of images. */
  readonly stock: boolean;
}

/** Brings a checkpoint of this machine or of a hub into Stockpot's names, with everything it says of itself inside. */
export async function importCommand(source: string, options: ImportArguments): Promise<void> {
  const { output } = options;
  for (const name of ['model.safetensors', 'model.safetensors.index.json']) {
    if (!existsSync(join(output, name))) continue;
    throw new UsageError(`${output} holds a model already.`, 'Choose another folder with -o, or remove this one.');
  }
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
  const { output, shard, json, format, pooling, image, heads } = options;
  await using reader = await openCheckpoint(path);
  const model = await understand(reader, {
    ...(format === undefined ? {} : { format }),
    ...(pooling === undefined ? {} : { pooling }),
    ...(image === undefined ? {} : { image }),
    ...(heads === undefined ? {} : { heads }),
  });
  const metadata = new Map(model.metadata instanceof Map ? model.metadata : Object.entries(model.metadata));
  if (origin !== undefined) metadata.set('stockpot.source', origin);
  const files = await writeCheckpoint(
    output,
    { types: model.types, metadata, bytesOf: (name) => model.bytesOf(name) },
    shard === undefined ? {} : { maxShardBytes: shard * 1e9 },
  );
  const content = await checkpointHash(await locateCheckpoint(output));
  let numbers = 0;
  for (const { shape } of model.types.values()) numbers += shape.reduce((product, length) => product * length, 1);
  if (json === true) {
    const { architecture, assumed } = model;
    const made = {
      output,
      source: origin ?? path,
      format: model.format,
      architecture,
      assumed,
      numbers,
      content,
      files,
    };
    process.stdout.write(`${JSON.stringify(made, null, 2)}\n`);
    return;
  }
  process.stdout.write(`Imported ${printable(origin ?? path)} (${model.format}): ${whole(numbers)} numbers.\n`);
  for (const { name, bytes, sha256 } of files) {
    process.stdout.write(`  ${join(output, name)}  ${size(bytes)}  sha256 ${sha256}\n`);
  }
  for (const assumption of model.assumed) process.stdout.write(`  assumed: ${printable(assumption)}\n`);
  if (!model.stock) return;
  process.stdout.write(
    `\nAs the stock of a recipe:\n  stock:\n    checkpoint: { path: ${output} }\n    sha256: '${content}'\n`,
  );
}

async function understand(reader: CheckpointReader, options: ForeignOptions): Promise<Incoming> {
  if (!isHuggingFaceBert(await readDocuments(reader.located))) {
    return { ...(await importCheckpoint(reader, options)), stock: true };
  }
  const { architecture, tensors, metadata, untouched } = await importTextCheckpoint(reader);
  return {
    format: 'huggingface-bert',
    stock: false,
    architecture,
    assumed: untouched.length === 0 ? [] : [`left behind, as no part of the model: ${untouched.join(', ')}`],
    types: tensors,
    metadata,
    async bytesOf(name) {
      const { buffer, byteOffset, byteLength } = tensors.get(name)?.data ?? new Uint8Array();
      return new Uint8Array(buffer, byteOffset, byteLength);
    },
  };
}

function showProgress(done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${size(done)} of ${size(Math.max(done, total))}   `);
}
