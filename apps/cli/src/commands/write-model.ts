import { join } from 'node:path';
import { checkpointHash, locateCheckpoint, type TensorSource, writeCheckpoint } from '@stockpot/engine/checkpoints';
import { printable } from '../printable.js';
import { size, whole } from '../progress/format.js';

export interface WriteArguments {
  readonly output: string;
  /** Gigabytes of one file at most. */
  readonly shard?: number;
  readonly json?: boolean;
}

/** A model on its way in, in Stockpot's names. */
export interface Incoming extends TensorSource {
  readonly format: string;
  readonly architecture: object;
  readonly assumed: readonly string[];
}

/**
 * Writes an imported model and says what was made.
 *
 * @param from `source` as a person knows it; `origin`, written into the checkpoint, when it will mean the same for ever
 */
export async function writeModel(
  model: Incoming,
  { source, origin }: { readonly source: string; readonly origin: string | undefined },
  { output, shard, json }: WriteArguments,
): Promise<void> {
  const { format, architecture, assumed, types } = model;
  const metadata = new Map(model.metadata instanceof Map ? model.metadata : Object.entries(model.metadata));
  if (origin !== undefined) metadata.set('stockpot.source', origin);
  const files = await writeCheckpoint(
    output,
    { types, metadata, bytesOf: (name) => model.bytesOf(name) },
    shard === undefined ? {} : { maxShardBytes: shard * 1e9 },
  );
  const content = await checkpointHash(await locateCheckpoint(output));
  let numbers = 0;
  for (const { shape } of types.values()) numbers += shape.reduce((product, length) => product * length, 1);
  if (json === true) {
    const made = { output, source, format, architecture, assumed, numbers, content, files };
    process.stdout.write(`${JSON.stringify(made, null, 2)}\n`);
    return;
  }
  process.stdout.write(`Imported ${printable(source)} (${format}): ${whole(numbers)} numbers.\n`);
  for (const { name, bytes, sha256 } of files) {
    process.stdout.write(`  ${join(output, name)}  ${size(bytes)}  sha256 ${sha256}\n`);
  }
  for (const assumption of assumed) process.stdout.write(`  assumed: ${printable(assumption)}\n`);
  process.stdout.write(
    `\nAs the stock of a recipe:\n  stock:\n    checkpoint: { path: ${output} }\n    sha256: '${content}'\n`,
  );
}
