import type { Graph, Value } from '../graph.js';

/** Drops nodes and constants that no output needs. Inputs stay: they are the graph's signature. */
export function removeDeadNodes(graph: Graph): Graph {
  const needed = new Set<Value>(graph.outputs.map((output) => output.value));
  const nodes = graph.nodes
    .toReversed()
    .filter((node) => {
      if (!node.outputs.some((output) => needed.has(output))) return false;
      for (const input of node.inputs) if (input !== null) needed.add(input);
      return true;
    })
    .reverse();
  return { ...graph, nodes, constants: graph.constants.filter(({ value }) => needed.has(value)) };
}
