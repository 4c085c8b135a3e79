import { CheckpointError, quoted } from '../checkpoints/errors.js';
import type { CheckpointReader } from '../checkpoints/open-checkpoint.js';
import { type StorageDType, type StoredType, storage } from '../checkpoints/storage.js';
import type { TensorSource } from '../checkpoints/stream.js';
import { isFloat } from '../graph/dtype.js';
import { numbersOf, type Tensor } from '../graph/tensor.js';
import { readDocuments } from './documents.js';
import { checkFit } from './fit.js';
import { type FormatName, formatMetadata, type ImportOptions, importModel, UNTOUCHED } from './formats/index.js';
import { classesMetadata, describeModel, isModel, type ModelDescription, modelMetadata } from './metadata.js';
import { isHuggingFaceBert } from './text/huggingface-bert.js';
import { visionModel } from './vision-model.js';

/** What a person may decide when a checkpoint of another library comes in. */
export type ForeignOptions = ImportOptions & { readonly format?: FormatName };

/** A checkpoint in Stockpot's names and element types, ready to be written. */
export interface ImportableModel extends ModelDescription, TensorSource {
  /** Whose names and configuration it came with: 'stockpot', or a row of the table of formats. */
  readonly format: string;
  /** What no file said and the publication of the model does, in words. */
  readonly assumed: readonly string[];
}

/**
 * Understands a checkpoint. Its own metadata or the configuration beside it says what it is; nothing is guessed.
 *
 * @throws {CheckpointError} for one that does not say what it is, {CheckpointFitError} for tensors that are not those of
 *   its architecture; `bytesOf` throws CheckpointError for a weight that is not a finite number.
 */
export async function importCheckpoint(
  reader: CheckpointReader,
  options: ForeignOptions = {},
): Promise<ImportableModel> {
  return isModel(reader.metadata) ? houseModel(reader, options) : foreignModel(reader, options);
}

/** One of another library's, by the table of formats: its tensors under Stockpot's names, its configuration with them. */
async function foreignModel(reader: CheckpointReader, options: ForeignOptions): Promise<ImportableModel> {
  const files = await readDocuments(reader.located);
  if (isHuggingFaceBert(files)) {
    throw new CheckpointError(
      reader.path,
      'it is a text model, where a model of images is needed.',
      'Use a vision transformer.',
    );
  }
  const { architecture, preprocessing, tensors, classes, format } = await importModel(
    {
      source: reader.path,
      types: reader.tensors,
      files,
      read: (name) => reader.read(name),
    },
    options,
  );
  const trained = [...tensors].filter(([name]) => !name.startsWith(UNTOUCHED));
  checkFit(new Map(trained), visionModel(architecture).parameters, `The checkpoint ${reader.path}`);
  return {
    architecture,
    preprocessing,
    format: format.name,
    assumed: format.assumed,
    types: tensors,
    metadata: {
      format: 'pt',
      ...modelMetadata({ architecture, preprocessing }),
      ...formatMetadata(format),
      ...(classes === null ? {} : classesMetadata(classes)),
    },
    async bytesOf(name) {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new RangeError(`The model has no tensor ${name}.`);
      if (!name.startsWith(UNTOUCHED)) return weightBytes(reader.path, name, tensor);
      const { data } = tensor;
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    },
  };
}

/** One of Stockpot's own: what it says of itself stays as it is, floats become f32, anything else is carried along. */
function houseModel(reader: CheckpointReader, { unitFeatures = false }: ForeignOptions): ImportableModel {
  const said = describeModel(reader.metadata, reader.path);
  const description = unitFeatures ? { ...said, architecture: { ...said.architecture, unitFeatures } } : said;
  const types = new Map<string, StoredType>(
    [...reader.tensors].map(([name, { dtype, shape }]) => [
      name,
      { dtype: isWeight(name, dtype) ? 'f32' : dtype, shape },
    ]),
  );
  checkFit(types, visionModel(description.architecture).parameters, `The checkpoint ${reader.path}`);
  return {
    ...description,
    format: 'stockpot',
    assumed: [],
    types,
    metadata: unitFeatures
      ? new Map([...reader.metadata, ...Object.entries(modelMetadata(description))])
      : reader.metadata,
    async bytesOf(name) {
      const stored = reader.tensors.get(name);
      if (stored !== undefined && !isWeight(name, stored.dtype)) {
        const bytes = new Uint8Array(stored.bytes);
        await reader.readInto(name, bytes);
        return bytes;
      }
      return weightBytes(reader.path, name, await reader.read(name));
    },
  };
}

/** Whether a tensor is a weight: floats of any width, unless they only travel along. */
function isWeight(name: string, dtype: StorageDType): boolean {
  return isFloat(storage[dtype].readAs) && !name.startsWith(UNTOUCHED);
}

/** A weight as f32 bytes. Throws CheckpointError for a number that training could only spread. */
export function weightBytes(source: string, name: string, tensor: Tensor): Uint8Array {
  const data = tensor.data instanceof Float32Array ? tensor.data : Float32Array.from(numbersOf(tensor));
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new CheckpointError(
      source,
      `${quoted(name)} holds ${data[bad]} at element ${bad}${tensor.dtype === 'f64' ? ' as F32' : ''}.`,
      'Its training diverged or the file is damaged: use another checkpoint.',
      { tensor: name },
    );
  }
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
