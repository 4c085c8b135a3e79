import { setImmediate } from 'node:timers/promises';
import { CancelledError } from '../../errors.js';
import { dtypes } from '../../graph/dtype.js';
import { type ChangePart, type Cut, findCut } from '../delta/cuts.js';
import { floatFormats } from '../rounding.js';
import { readAt } from './files.js';
import type { TensorJob } from './job.js';

/** Numbers of a tensor that are in memory at a time. */
const PART = 2 ** 17;

/**
 * Where each ingredient's change to the stock is cut so that the largest numbers of all its tensors together are kept. Files
 * are read a few times, part by part.
 *
 * @param tensors of floats and of integers, which do not count; the stock is the last source of each
 * @param keeps how many of so many numbers are kept
 */
export async function findCuts(
  tensors: readonly TensorJob[],
  names: readonly string[],
  keeps: (numbers: number) => number,
  signal: AbortSignal | undefined,
): Promise<Cut[]> {
  const floats = tensors.filter(({ dtype }) => floatFormats[dtype] !== null).sort((a, b) => (a.name < b.name ? -1 : 1));
  const total = floats.reduce((sum, tensor) => sum + elements(tensor), 0);
  const cuts: Cut[] = [];
  for (let member = 0; member < names.length - 1; member++) {
    const steps = findCut(() => changes(floats, member, names), keeps(total), total);
    for (let step = steps.next(); ; step = steps.next()) {
      if (signal?.aborted === true) throw new CancelledError('The soup');
      if (step.done === true) {
        cuts.push(step.value);
        break;
      }
      // Let a request to stop arrive.
      await setImmediate();
    }
  }
  return cuts;
}

/** An ingredient less the stock, part by part. */
function* changes(tensors: readonly TensorJob[], member: number, names: readonly string[]): Generator<ChangePart> {
  for (const tensor of tensors) {
    for (let start = 0; start < elements(tensor); start += PART) {
      const count = Math.min(PART, elements(tensor) - start);
      const theirs = numbers(tensor, member, start, count, names);
      const stock = numbers(tensor, names.length - 1, start, count, names);
      const values = new Float64Array(count);
      for (let i = 0; i < count; i++) values[i] = (theirs[i] as number) - (stock[i] as number);
      yield { tensor: tensor.name, values };
    }
  }
}

function numbers(
  { dtype, sources }: TensorJob,
  row: number,
  start: number,
  count: number,
  names: readonly string[],
): ArrayLike<number> {
  const { bytes, view } = dtypes[dtype];
  const [place, format] = [sources[row], floatFormats[dtype]];
  if (place === undefined || format === null) throw new RangeError(`There is no row ${row} of numbers.`);
  const target = new Uint8Array(count * bytes);
  readAt(place, target, start * bytes, names[row] ?? `ingredient ${row}`);
  return format.decode(view(target.buffer, 0, count));
}

function elements({ shape }: TensorJob): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}
