import type { Graph } from '../graph.js';
import { removeDeadNodes } from './remove-dead-nodes.js';

/** Rewrites that pay, in order. Each keeps the meaning of every output. */
const passes: readonly ((graph: Graph) => Graph)[] = [removeDeadNodes];

export function rewrite(graph: Graph): Graph {
  return passes.reduce((current, pass) => pass(current), graph);
}
