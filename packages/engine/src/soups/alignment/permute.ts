import type { TypedArray } from '../../graph/dtype.js';
import { emptyTensor, type Tensor } from '../../graph/tensor.js';
import { SoupError } from '../errors.js';
import type { Permutations, SymmetricAxis, SymmetryGroup } from './symmetries.js';

/**
 * A checkpoint with its units in another order: another file, the same function. Numbers are moved, never computed with, so
 * any element type keeps its bits. Tensors that no group speaks of are passed on.
 *
 * @throws SoupError for a tensor that is missing or of another shape than the groups say
 */
export function permute(
  tensors: ReadonlyMap<string, Tensor>,
  groups: readonly SymmetryGroup[],
  permutations: Permutations,
): Map<string, Tensor> {
  const result = new Map(tensors);
  for (const group of groups) {
    const order = permutations.get(group.name);
    if (order === undefined) continue;
    for (const place of group.axes) {
      result.set(place.tensor, alongAxis(tensorOf(result, place, group.units), place, order));
    }
  }
  return result;
}

/** The tensor that an axis belongs to, after a look at its shape. */
export function tensorOf(tensors: ReadonlyMap<string, Tensor>, place: SymmetricAxis, units: number): Tensor {
  const tensor = tensors.get(place.tensor);
  const wanted = place.outer * units * place.inner;
  if (tensor !== undefined && tensor.shape[place.axis] === wanted) return tensor;
  throw new SoupError(
    tensor === undefined
      ? `The checkpoint has no tensor "${place.tensor}", which has to be put in order.`
      : `"${place.tensor}" has the shape [${tensor.shape.join(', ')}], but axis ${place.axis} should be ${wanted} long.`,
    'Align checkpoints of the architecture that they say they have.',
  );
}

/** Numbers before and behind one position of an axis. */
export function strides({ shape }: Tensor, axis: number): { readonly before: number; readonly behind: number } {
  const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);
  return { before: product(shape.slice(0, axis)), behind: product(shape.slice(axis + 1)) };
}

function alongAxis(tensor: Tensor, { axis, outer, inner }: SymmetricAxis, order: Uint32Array): Tensor {
  const { before, behind } = strides(tensor, axis);
  const run = inner * behind;
  const result = emptyTensor(tensor.dtype, tensor.shape);
  for (let block = 0; block < before * outer; block++) {
    const start = block * order.length * run;
    for (const [to, from] of order.entries()) copy(tensor.data, start + from * run, result.data, start + to * run, run);
  }
  return result;
}

function copy(source: TypedArray, from: number, target: TypedArray, to: number, count: number): void {
  if (source instanceof BigInt64Array) {
    if (target instanceof BigInt64Array) target.set(source.subarray(from, from + count), to);
  } else if (!(target instanceof BigInt64Array)) {
    target.set(source.subarray(from, from + count), to);
  }
}
