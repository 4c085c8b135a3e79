import { z } from 'zod';
import { CheckpointError } from '../checkpoints/errors.js';
import { checkpointHash } from '../checkpoints/locate.js';
import { openCheckpoint } from '../checkpoints/open-checkpoint.js';
import { storedBytes } from '../checkpoints/storage.js';
import { safetensorsStream, type TensorSource } from '../checkpoints/stream.js';
import { CancelledError } from '../errors.js';
import { shownArchitecture } from '../models/architecture.js';
import { readDocuments } from '../models/documents.js';
import { importCheckpoint } from '../models/import-checkpoint.js';
import { elementCount } from '../models/parameters.js';
import { isHuggingFaceBert } from '../models/text/huggingface-bert.js';
import { importTextStock } from '../models/text/import-text-stock.js';
import { isTextModel } from '../models/text/text-checkpoint.js';
import { importParameters } from '../recipe/parameters.js';
import { normalisedNetwork } from '../soups/batch-norm/normalised-network.js';
import { defineStep, type StepContext } from './definition.js';
import { asIngredient, metadataOf } from './imported-ingredient.js';
import { jsonRecord } from './training-summary.js';

/**
 * Takes a checkpoint that is there already as the stock, or with its head as an ingredient. Output `checkpoint`: the model in
 * Stockpot's names, in f32, with its architecture and preprocessing in its metadata. One tensor is in memory at a time.
 */
export const importedModel = defineStep({
  kind: 'import',
  parameters: importParameters,
  summary: z.strictObject({
    architecture: jsonRecord,
    /** Of text it is the tokenizer's, and empty here. */
    preprocessing: jsonRecord,
    /** Whose names and configuration it came with. */
    format: z.string(),
    /** Hash of the files that were read, as a recipe pins it. */
    contentHash: z.string(),
    /** Numbers in the checkpoint's tensors. */
    parameters: z.int().min(0),
    tensors: z.int().min(1),
    /** What no file said and the publication of the model does. */
    assumed: z.array(z.string()),
  }),
  async execute({ source, sha256, unit_features: unitFeatures = false, ...asked }, context) {
    await using reader = await openCheckpoint(context.resolveSource(source, 'checkpoint'));
    const contentHash = await checkpointHash(reader.located);
    if (sha256 !== null && sha256 !== contentHash) {
      throw new CheckpointError(
        reader.path,
        `its content hash is ${contentHash}, where the recipe pins ${sha256}.`,
        'Use the checkpoint that the recipe was written for, or pin this one: stockpot inspect prints its hash.',
      );
    }
    const isText = isTextModel(reader.metadata) || isHuggingFaceBert(await readDocuments(reader.located));
    const model = isText
      ? { ...(await importTextStock(reader)), preprocessing: {} }
      : await importCheckpoint(reader, { unitFeatures });
    if (asked.batch_normalisation === true) normalisedNetwork(metadataOf(model), reader.path);
    const taken =
      asked.algorithm === undefined ? null : await asIngredient({ path: reader.path, model }, asked, context);
    const stream = safetensorsStream(
      watched({ ...model, ...(taken === null ? {} : { metadata: taken.metadata }) }, context),
    );
    const checkpoint = await context.store.put(stream, 'application/x-safetensors');
    const { architecture, preprocessing, format, types, assumed } = model;
    let parameters = 0;
    for (const { shape } of types.values()) parameters += elementCount(shape);
    return {
      outputs: { checkpoint },
      summary: {
        architecture: jsonRecord.parse(architecture.family === 'bert' ? architecture : shownArchitecture(architecture)),
        preprocessing: jsonRecord.parse(preprocessing),
        format,
        contentHash,
        parameters,
        tensors: types.size,
        assumed: [...assumed, ...(taken?.assumed ?? [])],
      },
    };
  },
});

/** The tensors as they are written, with progress in bytes and a look at the signal before each. */
function watched({ types, metadata, bytesOf }: TensorSource, { reporter, signal }: StepContext): TensorSource {
  const total = [...types.values()].reduce((sum, type) => sum + storedBytes(type), 0);
  let done = 0;
  return {
    types,
    metadata,
    async bytesOf(name) {
      if (signal.aborted) throw new CancelledError('The import');
      const bytes = await bytesOf(name);
      done += bytes.length;
      reporter.progress({ done, total, unit: 'bytes' });
      return bytes;
    },
  };
}
