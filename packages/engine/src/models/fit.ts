import { StockpotEngineError } from '../errors.js';
import type { ParameterTable } from './parameters.js';

/** A checkpoint whose tensors are not those that its architecture (or its head) asks for. */
export class CheckpointFitError extends StockpotEngineError {}

/** A tensor as far as fitting is concerned. */
export interface TensorShape {
  readonly dtype: string;
  readonly shape: readonly number[];
}

/**
 * Checks that `tensors` hold every parameter of `table` with its shape in f32, before anything is computed or written.
 * Tensors that the table does not name (a decoder, say) are nobody's concern here.
 *
 * @param what the checkpoint in the words of the message: 'The stock', 'The head'.
 * @throws {CheckpointFitError} naming the first tensor that is missing or has another shape or dtype.
 */
export function checkFit(tensors: ReadonlyMap<string, TensorShape>, table: ParameterTable, what: string): void {
  for (const { name, shape } of table) {
    const found = tensors.get(name);
    if (found === undefined) {
      throw new CheckpointFitError(
        `${what} has no tensor ${name}; the architecture expects one of shape ${shapeText(shape)}.`,
        'Give the architecture that this checkpoint was made with, or another checkpoint.',
      );
    }
    if (!sameShape(found.shape, shape)) {
      throw new CheckpointFitError(
        `${what} does not fit: tensor ${name} has shape ${shapeText(found.shape)}, the architecture expects ${shapeText(shape)}.`,
        'Give the architecture that this checkpoint was made with, or another checkpoint.',
      );
    }
    if (found.dtype.toLowerCase() !== 'f32') {
      throw new CheckpointFitError(
        `${what} holds tensor ${name} as ${found.dtype}; training needs F32.`,
        'Convert the checkpoint to F32.',
      );
    }
  }
}

function sameShape(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((size, axis) => size === right[axis]);
}

function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
