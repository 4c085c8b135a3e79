/** @file Which orders of a network's units are arbitrary: permuting them leaves its function as it is. */

/** An axis of a tensor along which units lie, as [outer, units, inner]: `outer` · units · `inner` is its length. */
export interface SymmetricAxis {
  readonly tensor: string;
  readonly axis: number;
  /** 3 for q | k | v of one weight. */
  readonly outer: number;
  /** The numbers of one unit that stay together: the width of an attention head. */
  readonly inner: number;
}

/** Units that may be put in any order, if every tensor that speaks of them is put in that order. */
export interface SymmetryGroup {
  /** 'blocks.3.mlp'. */
  readonly name: string;
  readonly units: number;
  readonly axes: readonly SymmetricAxis[];
}

/** New order of each group's units, by group name: unit i of the result is unit `order[i]` of what is permuted. */
export type Permutations = ReadonlyMap<string, Uint32Array>;
