import type { CheckpointReader } from '../../checkpoints/open-checkpoint.js';
import { storage } from '../../checkpoints/storage.js';
import { floatFormats } from '../../soups/rounding.js';
import { AnalysisError } from '../errors.js';

/** Weights of one tensor of a model that are in memory at once. */
export const RUN = 2 ** 18;

/** A model as an analysis reads it. */
export interface OpenModel {
  /** What it is called in sentences. */
  readonly name: string;
  readonly reader: CheckpointReader;
}

/**
 * Elements [start, start + count) of a tensor of floats, as numbers.
 *
 * @throws AnalysisError for one that is not finite, naming model and tensor
 */
export async function readRun(
  { reader, name: model }: OpenModel,
  tensor: string,
  start: number,
  count: number,
): Promise<ArrayLike<number>> {
  const stored = reader.tensors.get(tensor);
  const { bytes: width, widen, readAs } = storage[stored?.dtype ?? 'f32'];
  const format = floatFormats[readAs];
  if (stored === undefined || format === null) throw new RangeError(`${model} has no floats called ${tensor}.`);
  const bytes = new Uint8Array(count * width);
  await reader.readInto(tensor, bytes, start * width);
  const numbers = format.decode(widen(bytes));
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isFinite(numbers[i])) continue;
    throw new AnalysisError(
      `${model}: tensor ${JSON.stringify(tensor)} holds ${numbers[i]} at element ${start + i}.`,
      'Its training diverged: leave it out.',
    );
  }
  return numbers;
}
