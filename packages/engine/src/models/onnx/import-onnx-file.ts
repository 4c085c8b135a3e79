import { readFile } from 'node:fs/promises';
import { CheckpointError, cannotBeOpened } from '../../checkpoints/errors.js';
import type { TensorSource } from '../../checkpoints/stream.js';
import { weightBytes } from '../import-checkpoint.js';
import { modelMetadata } from '../metadata.js';
import type { OnnxArchitecture } from './architecture.js';
import { importOnnx, type OnnxImportOptions } from './import-onnx.js';

/**
 * An `.onnx` file as a model to be written. Throws OnnxError and CheckpointError; `bytesOf` throws CheckpointError for a
 * weight that is not a finite number.
 */
export async function importOnnxFile(
  path: string,
  options: OnnxImportOptions,
): Promise<TensorSource & { readonly architecture: OnnxArchitecture }> {
  const file = await readFile(path).catch((cause: unknown) => {
    throw cannotBeOpened(path, cause);
  });
  const { architecture, preprocessing, tensors } = importOnnx(file, path, options);
  if (preprocessing.mean.length !== architecture.channels || preprocessing.std.length !== architecture.channels) {
    throw new CheckpointError(
      path,
      `its images have ${architecture.channels} channels, and ${preprocessing.mean.length} means and ${preprocessing.std.length} deviations are given.`,
      'Give a mean and a deviation for each channel.',
    );
  }
  return {
    architecture,
    types: tensors,
    metadata: { format: 'pt', ...modelMetadata({ architecture, preprocessing }) },
    async bytesOf(name) {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new RangeError(`The model has no tensor ${name}.`);
      return weightBytes(path, name, tensor);
    },
  };
}
