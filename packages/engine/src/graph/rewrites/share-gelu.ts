import type { Graph, GraphNode, Value } from '../graph.js';
import { producersOf } from './substitute.js';

/**
 * GELU(x) is x·Φ(x). Where the gradient needs Φ(x) = ½ + ½·erf(x/√2) as well, GELU becomes the product with it, so that
 * the error function, the dearest part of both, is computed once.
 */
export function shareGelu(graph: Graph): Graph {
  const distributions = normalDistributions(graph);
  const moved = new Set<GraphNode>();
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    const [x] = node.inputs;
    if (node.operator !== 'Gelu' || node.attributes.approximate !== 'none' || !x) return [node];
    const chain = distributions.get(x);
    const phi = chain?.at(-1)?.outputs[0];
    if (chain === undefined || phi === undefined) return [node];
    for (const link of chain) moved.add(link);
    return [...chain, { operator: 'Mul', attributes: {}, inputs: [x, phi], outputs: node.outputs }];
  });
  if (moved.size === 0) return graph;
  const seen = new Set<GraphNode>();
  // A link of a chain stands where GELU was, before everything that reads it, and nowhere else.
  return {
    ...graph,
    nodes: nodes.filter((node) => {
      const again = seen.has(node);
      seen.add(node);
      return !again;
    }),
  };
}

/** For every x of which the graph computes Φ(x): the nodes x·√½, erf, ·½ and + ½, in this order. */
function normalDistributions(graph: Graph): ReadonlyMap<Value, readonly GraphNode[]> {
  const producers = producersOf(graph);
  const numbers = new Map(graph.constants.map(({ value, tensor }) => [value, tensor]));
  const isNumber = (value: Value | null | undefined, wanted: number) => {
    const tensor = value ? numbers.get(value) : undefined;
    return tensor?.data.length === 1 && Math.abs(Number(tensor.data[0]) - wanted) < 1e-6;
  };
  const linear = (node: GraphNode | undefined, operator: 'Add' | 'Mul', number: number) =>
    node?.operator === operator && isNumber(node.inputs[1], number) ? node.inputs[0] : undefined;
  const found = new Map<Value, readonly GraphNode[]>();
  for (const sum of graph.nodes) {
    const half = from(producers, linear(sum, 'Add', 0.5));
    const erf = from(producers, linear(half, 'Mul', 0.5));
    const scaled = erf?.operator === 'Erf' ? from(producers, erf.inputs[0]) : undefined;
    const x = linear(scaled, 'Mul', Math.SQRT1_2);
    if (x && scaled && erf && half) found.set(x, [scaled, erf, half, sum]);
  }
  return found;
}

function from(producers: ReadonlyMap<Value, GraphNode>, value: Value | null | undefined): GraphNode | undefined {
  return value ? producers.get(value) : undefined;
}
