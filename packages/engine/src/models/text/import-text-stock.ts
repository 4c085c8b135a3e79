import type { CheckpointReader } from '../../checkpoints/open-checkpoint.js';
import type { StoredType } from '../../checkpoints/storage.js';
import type { TensorSource } from '../../checkpoints/stream.js';
import { checkFit } from '../fit.js';
import { weightBytes } from '../import-checkpoint.js';
import type { TextArchitecture } from './architecture.js';
import { describeTextModel, importTextCheckpoint, isTextModel } from './text-checkpoint.js';
import { textModel } from './text-model.js';

/** A text model in Stockpot's names, ready to be written. */
export interface ImportableTextModel extends TensorSource {
  readonly architecture: TextArchitecture;
  /** 'stockpot', or 'huggingface-bert'. */
  readonly format: string;
  /** What was left behind, in words. */
  readonly assumed: readonly string[];
}

/** A text model of Stockpot's own or of transformers. Throws CheckpointError and CheckpointFitError. */
export async function importTextStock(reader: CheckpointReader): Promise<ImportableTextModel> {
  if (isTextModel(reader.metadata)) {
    const { architecture } = describeTextModel(reader.metadata, reader.path);
    // As `weightBytes` gives them.
    const types = new Map<string, StoredType>(
      [...reader.tensors].map(([name, { shape }]) => [name, { dtype: 'f32', shape }]),
    );
    checkFit(types, textModel(architecture).parameters, `The checkpoint ${reader.path}`);
    const bytesOf = async (name: string) => weightBytes(reader.path, name, await reader.read(name));
    return { architecture, format: 'stockpot', assumed: [], types, metadata: reader.metadata, bytesOf };
  }
  const { architecture, tensors, metadata, untouched } = await importTextCheckpoint(reader);
  return {
    architecture,
    format: 'huggingface-bert',
    assumed: untouched.length === 0 ? [] : [`left behind, as no part of the model: ${untouched.join(', ')}`],
    types: tensors,
    metadata,
    async bytesOf(name) {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new RangeError(`The model has no tensor ${name}.`);
      return weightBytes(reader.path, name, tensor);
    },
  };
}
