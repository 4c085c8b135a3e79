import type { Graph, NodeOf, Value } from '../graph.js';
import { producersOf, substitute } from './substitute.js';

/** Transpose of a transpose is one transpose, or none. */
export function mergeTransposes(graph: Graph): Graph {
  const merged = new Map<Value, NodeOf<'Transpose'>>();
  const replacements = new Map<Value, Value>();
  const producers = producersOf(graph);
  const nodes = graph.nodes.map((node) => {
    const [input] = node.inputs;
    const [output] = node.outputs;
    if (node.operator !== 'Transpose' || input === null || input === undefined || output === undefined) return node;
    const before = merged.get(input) ?? producers.get(input);
    const source = before?.inputs[0];
    if (before?.operator !== 'Transpose' || source === null || source === undefined) return node;
    const perm = node.attributes.perm.map((axis) => before.attributes.perm[axis] ?? 0);
    const joined: NodeOf<'Transpose'> = { ...node, attributes: { perm }, inputs: [source] };
    merged.set(output, joined);
    if (perm.every((axis, i) => axis === i)) replacements.set(output, source);
    return joined;
  });
  return substitute({ ...graph, nodes }, replacements);
}
