/**
 * @file A checkpoint of another library goes in, is fine-tuned for a few steps, and comes out again. Used by the test and by
 * scripts/round-trip.ts, which test/oracles/engine/round_trip.py runs to look at what came out.
 */

import { z } from 'zod';
import { openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import { type Checkpoint, decodeSafetensors, encodeSafetensors } from '../../checkpoints/safetensors.js';
import { safetensorsStream } from '../../checkpoints/stream.js';
import { keyed } from '../../random/index.js';
import { smoothedTargets } from '../../training/cross-entropy.js';
import { fineTuningTask } from '../../training/fine-tuning.js';
import { classifier } from '../../training/inference.js';
import { adamw } from '../../training/optimizers/adamw.js';
import { warmupCosine } from '../../training/schedules/cosine.js';
import { train } from '../../training/train.js';
import type { Architecture } from '../architecture.js';
import { carriedFrom } from '../carried.js';
import { exportCheckpoint } from '../export-checkpoint.js';
import { importCheckpoint } from '../import-checkpoint.js';
import { initialise } from '../initialise.js';
import { namedTensors } from '../load-model.js';
import { classesOf, describeModel } from '../metadata.js';
import { encodeModel } from '../save-model.js';
import { visionModel } from '../vision-model.js';
import { FORMAT_NAMES, type FormatName } from './format.js';

export const BATCH = 4;
export const STEPS = 5;

/** Images [4, 3, s, s] of a keyed stream, the same in every step. */
export function trainingImages({ image, channels }: Pick<Architecture, 'image' | 'channels'>): Float32Array {
  const random = keyed(7, 'round trip', 'images');
  return Float32Array.from({ length: BATCH * channels * image * image }, () => random.normal());
}

/** What a round trip makes on its way. */
export interface RoundTrip {
  /** The fine-tuned model as Stockpot stores it. */
  readonly trained: Uint8Array;
  /** The same as its library reads it: `model.safetensors` and the config files, by name. */
  readonly files: Readonly<Record<string, Uint8Array | string>>;
  /** Logits of the fine-tuned model for `trainingImages`, by Stockpot. */
  readonly logits: Float32Array;
}

/** What is told of a round trip. */
export const roundTripOptions = z.strictObject({
  /** Classes of a new head; left out, the checkpoint's own is trained on. */
  classes: z.int().exactOptional(),
  /** Heads of the attention, where the checkpoint comes without a config. */
  heads: z.int().exactOptional(),
  /** Format that the checkpoint is in, where nothing beside it says so. */
  from: z.enum(FORMAT_NAMES).exactOptional(),
  /** Format to write; left out, the one that it came in. */
  format: z.enum(FORMAT_NAMES).exactOptional(),
  pooling: z.enum(['cls', 'mean', 'cls+mean']).exactOptional(),
});
export type RoundTripOptions = z.output<typeof roundTripOptions>;

/** Imports the checkpoint in `folder`, fine-tunes it and gives it back. */
export async function roundTrip(
  folder: string,
  { classes, from, format, ...options }: RoundTripOptions = {},
): Promise<RoundTrip> {
  const stock = await stored(folder, from === undefined ? options : { ...options, format: from });
  const { architecture, preprocessing } = describeModel(stock.metadata, folder);
  const model = visionModel(architecture);
  const rows = classes ?? stock.tensors.get('head.weight')?.shape[0] ?? 0;
  const table = [...model.parameters, ...model.head(rows)];
  const images = trainingImages(architecture);
  const labels = Array.from({ length: BATCH }, (_, index) => index % rows);
  const { parameters } = await train(
    {
      task: fineTuningTask(model, rows, BATCH),
      initial:
        classes === undefined
          ? namedTensors(stock.tensors, table)
          : new Map([...namedTensors(stock.tensors, model.parameters), ...initialise(model.head(rows), 7)]),
      optimizer: adamw(),
      weightDecay: 0.05,
      schedule: warmupCosine({ peak: 0.01, steps: STEPS, warmupSteps: 0 }),
      clip: 1,
      batches: {
        batchSize: BATCH,
        at: () => ({
          images: { dtype: 'f32', shape: [BATCH, ...model.imageShape], data: images },
          targets: { dtype: 'f32', shape: [BATCH, rows], data: smoothedTargets(labels, rows, 0.1) },
        }),
      },
    },
    {
      device: 'cpu',
      threads: 1,
      signal: new AbortController().signal,
      checkpoints: null,
      reporter: { metric: () => undefined, progress: () => undefined },
    },
  );
  const names = classes === undefined ? classesOf(stock.metadata, folder) : null;
  const carried = carriedFrom(stock.tensors, stock.metadata);
  const trained = encodeModel(parameters, { architecture, preprocessing }, { classes: names, carried });
  return { trained, files: givenBack(trained, format), logits: await logitsOfTrained(trained) };
}

/** The checkpoint of a folder as Stockpot stores it. */
async function stored(folder: string, options: Parameters<typeof importCheckpoint>[1]): Promise<Checkpoint> {
  await using reader = await openCheckpoint(folder);
  const model = await importCheckpoint(reader, options);
  const chunks: Uint8Array[] = [];
  for await (const chunk of safetensorsStream(model)) chunks.push(chunk.slice());
  return decodeSafetensors(Buffer.concat(chunks));
}

/** What the library reads of a fine-tuned model. */
export function givenBack(trained: Uint8Array, format?: FormatName): Readonly<Record<string, Uint8Array | string>> {
  const { tensors, files } = exportCheckpoint(
    decodeSafetensors(trained),
    'the fine-tuned model',
    format === undefined ? {} : { format },
  );
  return { 'model.safetensors': encodeSafetensors(tensors, { format: 'pt' }), ...files };
}

export async function logitsOfTrained(trained: Uint8Array): Promise<Float32Array> {
  const { tensors, metadata } = decodeSafetensors(trained);
  const { architecture } = describeModel(metadata, 'the fine-tuned model');
  const network = await classifier(tensors, architecture, { batch: BATCH, threads: 1 });
  try {
    return await network.logits(trainingImages(architecture));
  } finally {
    await network.dispose();
  }
}
