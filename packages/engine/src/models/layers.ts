import type { Value } from '../graph/graph.js';

/** The order of a model's parameters from its input to its output, for rates that fall with depth. */
export interface ModelLayers {
  /** Residual blocks, each of which has two branches. */
  readonly blocks: number;
  /** 0 for what comes before the blocks, 1 + i for block i, 1 + blocks for what comes after them, the head included. */
  of(parameter: string): number;
}

/** What training may ask of a forward pass beside its result. */
export interface ForwardOptions {
  /**
   * Sees every residual branch before it is added: rows [batch·tokens, width] of branch 0 (attention) or 1 (perceptron) of
   * a block, and returns what is added in their place. Drop path is made of it.
   */
  readonly branch?: (rows: Value, place: { readonly block: number; readonly index: 0 | 1 }) => Value;
}
