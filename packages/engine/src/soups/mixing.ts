/**
 * @file What a method of mixing weights gives to the executor that streams checkpoints (`write-soup.ts`): a pure function
 * from one tensor of every ingredient to one tensor. The executor reads, checks, rounds once, hashes and writes.
 */
import type { Random } from '../random/index.js';
import type { Cut } from './delta/cuts.js';
import type { Statistics } from './informed/statistics.js';

/** One tensor, or part of one, of the stock and of every ingredient. */
export interface MixInput {
  readonly name: string;
  /** Of the whole tensor, also where `members` are a part of it. */
  readonly shape: readonly number[];
  /** The tensor of the stock; null where the method needs none or got none. */
  readonly base: Float64Array | null;
  /** In the order of the ingredients, all equally long and finite. They are the executor's: read them, do not write. */
  readonly members: readonly Float64Array[];
  /** The soup's own stream. Fork it by ingredient and tensor name, so that no order of work changes what is drawn. */
  readonly random: Random;
  /** Where each ingredient's change is cut, for a method that `keeps` a share of all tensors together. */
  readonly cuts?: readonly Cut[];
  /** The sign of most elements of the whole model, for a method that asks for the `balance` of tensors: -1, 0 or 1. */
  readonly majority?: number;
  /** What was measured of this tensor of each ingredient, for a method that says so by `measured`. */
  readonly statistics?: Statistics;
  /** Where a method that `weighs` says what the ingredients, and then the stock, count in this tensor. */
  readonly tell?: (shares: readonly number[]) => void;
}

/** One tensor of every ingredient (and of the stock, where the method has one), in f64 arithmetic, to one tensor: pure, deterministic, one rounding by the caller. */
export interface TensorMix {
  /**
   * True where an element of the result depends on the same element of the inputs alone and on nothing drawn: the executor
   * then hands tensors over part by part. False or absent: `base` and `members` are whole tensors.
   */
  readonly elementwise?: boolean;
  /**
   * Set by a method whose result is a linear combination: then the executor computes it exactly, rounds it once, and does
   * not call `mix`.
   */
  readonly linear?: (name: string, shape: readonly number[]) => LinearShares;
  /**
   * Set by a method that keeps the largest numbers of each change to the stock, out of all tensors together: how many of so
   * many. The executor then finds the cuts before it mixes, and hands them over.
   */
  readonly keeps?: (numbers: number) => number;
  /**
   * Set by a method that falls back on the sign of most elements of the model: how many more elements of a tensor are positive
   * than negative. The executor then adds that up over all tensors before it mixes, and hands the sign over.
   */
  readonly balance?: (input: MixInput) => number;
  /**
   * True where the result is a linear combination whose shares `mix` finds from the whole tensor: it then calls `tell`, once, with
   * finite numbers.
   */
  readonly weighs?: true;
  /** Set by a method that mixes by what was measured of each ingredient on data: what that is. */
  readonly measured?: MeasuredKind;
  mix(input: MixInput): Float64Array;
}

/** The diagonal of the Fisher information of every weight, or the Gram matrices of the inputs of linear layers. */
export type MeasuredKind = 'fisher' | 'gram';

/** result = (stock · base + Σ members[i] · ingredient i) / divisor, of exactly these numbers, rounded once. */
export interface LinearShares {
  /** Finite; of any sign and size. */
  readonly members: readonly number[];
  /** The share of the stock; 0 where the method has none. */
  readonly base: number;
  /**
   * What the sum is divided by: 1, or 'sum' for the exact sum of all shares. Equal members with 'sum' give the uniform
   * soup bit for bit, which coefficients of 1/k, themselves rounded, would not.
   */
  readonly divisor: 1 | 'sum';
}

/** A method whose result for a tensor depends on that tensor alone (all but greedy and learned ones). */
export interface MixingMethod<P> {
  /** For people, e.g. 'TIES'. */
  readonly title: string;
  /** Where the method comes from: authors, year, identifier. */
  readonly source: string;
  readonly needsBase: boolean;
  /**
   * @param members the number of ingredients
   * @throws SoupError for parameters that this many ingredients cannot have
   */
  bind(parameters: P, members: number): TensorMix;
}
