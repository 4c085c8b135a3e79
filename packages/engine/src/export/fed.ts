/** @file Examples as a network is fed them, whatever they are. */
import { sizeOf } from '../graph/shape.js';
import { numbersOf, type Tensor, tensorOf } from '../graph/tensor.js';

/** What goes through a network at once. */
export interface FedRun {
  /** Of the examples, in the order of the rows. */
  readonly places: readonly number[];
  /** By the names of the file's inputs. */
  readonly feeds: Readonly<Record<string, Tensor>>;
}

/** Examples that are asked about one run after the other. Hold them with `await using`. */
export interface Fed extends AsyncDisposable {
  readonly n: number;
  runs(most: number): AsyncIterable<FedRun>;
}

/** Examples of one shape, so that a network of static sizes takes any of them together. */
export interface FedGroup {
  readonly n: number;
  /** The sizes of the open dimensions for so many of them. */
  sizes(examples: number): readonly number[];
  /** Those from … to−1. */
  at(from: number, to: number): Readonly<Record<string, Tensor>>;
}

/** Feeds for a network that takes `rows` at once and nothing else: what is added is zeros, and is not looked at. */
export function filledUp(feeds: FedRun['feeds'], rows: number): FedRun['feeds'] {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => {
      if (tensor.shape[0] === rows) return [name, tensor];
      const shape = [rows, ...tensor.shape.slice(1)];
      const numbers = new Float64Array(sizeOf(shape));
      numbers.set(numbersOf(tensor));
      return [name, tensorOf(tensor.dtype, shape, numbers)];
    }),
  );
}
