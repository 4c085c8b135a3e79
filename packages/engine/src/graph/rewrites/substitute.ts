import type { Graph, GraphNode, Value } from '../graph.js';

/** The nodes that yield each value. */
export function producersOf(graph: Graph): ReadonlyMap<Value, GraphNode> {
  return new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
}

/** The largest id of a value of the graph; −1 of an empty one. A new value has a larger one. */
export function largestId({ inputs, constants, nodes }: Graph): number {
  const values = [...inputs, ...constants.map(({ value }) => value), ...nodes.flatMap(({ outputs }) => outputs)];
  return values.reduce((most, { id }) => Math.max(most, id), -1);
}

/** The graph in which every use of a key is a use of its value. Chains are followed. */
export function substitute(graph: Graph, replacements: ReadonlyMap<Value, Value>): Graph {
  if (replacements.size === 0) return graph;
  const resolve = (value: Value): Value => {
    let current = value;
    for (let next = replacements.get(current); next !== undefined; next = replacements.get(current)) current = next;
    return current;
  };
  return {
    ...graph,
    nodes: graph.nodes.map((node) =>
      withInputs(
        node,
        node.inputs.map((input) => (input === null ? null : resolve(input))),
      ),
    ),
    outputs: graph.outputs.map(({ name, value }) => ({ name, value: resolve(value) })),
  };
}

/** The node with other operands of the same types. */
export function withInputs(node: GraphNode, inputs: readonly (Value | null)[]): GraphNode {
  return inputs.every((input, i) => input === node.inputs[i]) ? node : { ...node, inputs };
}
