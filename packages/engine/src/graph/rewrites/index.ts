import type { Graph } from '../graph.js';
import { foldConstants } from './fold-constants.js';
import { foldGeluScales } from './fold-gelu-scales.js';
import { foldTransposes } from './fold-transposes.js';
import { mergeTransposes } from './merge-transposes.js';
import { narrowWeightedSums } from './narrow-weighted-sums.js';
import { removeCopies } from './remove-copies.js';
import { removeDeadNodes } from './remove-dead-nodes.js';
import { removeExpands } from './remove-expands.js';
import { shareGelu } from './share-gelu.js';
import { turnProducts } from './turn-products.js';

/** Rewrites that pay, in order. Each keeps the meaning of every output. */
const passes: readonly ((graph: Graph) => Graph)[] = [
  removeDeadNodes,
  removeCopies,
  shareGelu,
  narrowWeightedSums,
  removeDeadNodes,
  mergeTransposes,
  turnProducts,
  mergeTransposes,
  foldTransposes,
  foldGeluScales,
  removeExpands,
  foldConstants,
  removeDeadNodes,
];

export function rewrite(graph: Graph): Graph {
  return passes.reduce((current, pass) => pass(current), graph);
}
