import type { DatasetParameters } from '../recipe/parameters.js';
import { recogniseFormat } from './formats/index.js';
import type { DatasetManifest } from './manifest.js';
import { type RegisterOptions, registerExamples } from './register-examples.js';
import { registerIdx } from './register-idx.js';

/**
 * Reads a dataset once, divides it into splits and writes down what was found: a hash of every example and of every
 * split, and the identical examples that two splits share. Throws DataFileError for damaged or missing files, DatasetError
 * for splits that do not add up.
 *
 * @returns the manifest, and the examples' hashes (32 bytes each, parts in order) that its `examplesHash` names
 */
export async function registerDataset(
  parameters: DatasetParameters,
  folder: string,
  options: RegisterOptions = {},
): Promise<{ manifest: DatasetManifest; examples: Uint8Array }> {
  if (parameters.format === 'idx') return registerIdx(parameters, folder);
  if (parameters.format !== 'auto') return registerExamples(parameters, parameters.format, folder, undefined, options);
  const { format, found } = await recogniseFormat(folder);
  return registerExamples(parameters, format, folder, found, options);
}
