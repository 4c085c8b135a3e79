/** @file A soup as threads are told of it: plain data, so that it crosses to them by copy. */
import type { DType } from '../../graph/dtype.js';
import type { JsonObject } from '../../json.js';
import type { Cut } from '../delta/cuts.js';

/** A place in an open file. Descriptors are those of the process: its threads share them. */
export interface Place {
  readonly fd: number;
  readonly position: number;
  /** What the file is to be called, for errors; absent where nothing is written. */
  readonly path?: string;
}

/** A place in memory, which the threads share where there are several. */
export interface MemoryPlace {
  readonly memory: ArrayBuffer | SharedArrayBuffer;
}

/** Where a tensor is written. */
export type Target = Place | MemoryPlace;

/** Where the exact sums of a growing uniform soup lie: f64. */
export interface RunningPlaces {
  /** The sums of all ingredients but the last; null where they are summed from the beginning. */
  readonly from: Place | null;
  /** Where the sums of all are written; null where they are not kept. */
  readonly to: Place | null;
}

/** What was measured of a tensor of one ingredient: f64 numbers in a file. */
export interface MeasuredPlace extends Place {
  readonly numbers: number;
}

export interface TensorJob {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Where each ingredient has it, and then the stock, where the method has one. */
  readonly sources: readonly Place[];
  /** Where it is written; several where weights are tied; none where only its hash is asked for. */
  readonly targets: readonly Target[];
  /** Of an f32 tensor of a uniform soup whose running sums are kept. */
  readonly running?: RunningPlaces;
  /** Of each ingredient, null where nothing was measured; absent for methods that mix without measurements. */
  readonly measured?: readonly (MeasuredPlace | null)[];
}

export interface SoupJob {
  /** Name of a row of `mixingMethods`, and its parameters. */
  readonly method: string;
  readonly parameters: JsonObject;
  readonly seed: number;
  /** What ingredients, and then the stock, are called in errors. */
  readonly names: readonly string[];
  readonly hasBase: boolean;
  /** Where each ingredient's change to the stock is cut, for a method that looks at all tensors together. */
  readonly cuts?: readonly Cut[];
  /** Nothing is mixed: of each tensor its `balance` is told, for a method that asks for the majority of the model. */
  readonly counting?: true;
  /** The sign of most elements of the model, for such a method. */
  readonly majority?: number;
  /** The mean of all that was measured of each ingredient. */
  readonly measuredMeans?: readonly number[];
  readonly tensors: readonly TensorJob[];
  /** Files to hash on the side. */
  readonly hashes: readonly string[];
}

/** One thing to do: a file to hash, or a tensor to mix. */
export type Task = { readonly kind: 'hash'; readonly index: number } | { readonly kind: 'mix'; readonly index: number };

/** The tasks of a job in the order in which they are begun: files first, since one of them takes longest. */
export function taskAt({ hashes, tensors }: SoupJob, index: number): Task | undefined {
  if (index < hashes.length) return { kind: 'hash', index };
  if (index < hashes.length + tensors.length) return { kind: 'mix', index: index - hashes.length };
  return undefined;
}

export interface TaskResult {
  readonly task: Task;
  /** Of the file, or of the tensor's bytes as they are stored. */
  readonly sha256: string;
  readonly bytes: number;
  /** What the ingredients, and then the stock, count in the tensor, of a method that finds it while it mixes. */
  readonly shares?: readonly number[];
}
