import { readSafetensors } from '../checkpoints/safetensors.js';
import type { Tensor } from '../graph/tensor.js';
import { type Carried, carriedFrom } from './carried.js';
import { checkFit } from './fit.js';
import type { NamedTensors } from './initialise.js';
import { describeModel, type ModelDescription } from './metadata.js';
import type { ParameterTable } from './parameters.js';
import { visionModel } from './vision-model.js';

/** A checkpoint with the description that it carries; its backbone has been checked against its architecture. */
export interface LoadedModel extends ModelDescription {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** What came in with it and is handed on to what is made of it. */
  readonly carried: Carried;
}

/**
 * Reads a model. Throws CheckpointError for a file that is damaged or does not describe itself, CheckpointFitError when its
 * tensors are not those of its architecture.
 *
 * @param what the checkpoint in the words of an error: 'The stock'.
 */
export async function loadModel(path: string, what: string): Promise<LoadedModel> {
  const { tensors, metadata } = await readSafetensors(path);
  const description = describeModel(metadata, path);
  checkFit(tensors, visionModel(description.architecture).parameters, what);
  return { tensors, ...description, carried: carriedFrom(tensors, metadata) };
}

/** The tensors of a table as numbers to train on. They have passed `checkFit` before. */
export function namedTensors(tensors: ReadonlyMap<string, Tensor>, table: ParameterTable): NamedTensors {
  return new Map(
    table.map(({ name, shape }) => {
      const data = tensors.get(name)?.data;
      if (!(data instanceof Float32Array)) throw new TypeError(`Tensor ${name} is not there as f32.`);
      return [name, { shape, data }];
    }),
  );
}
