import type { Graph, GraphNode } from '../../graph/graph.js';
import { type Shape, sizeOf } from '../../graph/shape.js';

/**
 * Multiplications, each with its addition, of the matrix products and convolutions of one run of a graph: what is meant by
 * "MACs" where models are compared. What else a graph does (normalisations, activations, softmax) is not counted.
 */
export function multiplyAdds({ nodes }: Graph): number {
  return nodes.reduce((sum, node) => sum + ofNode(node), 0);
}

function ofNode(node: GraphNode): number {
  const [left, right] = node.inputs.map((input) => input?.shape ?? []);
  const output = node.outputs[0]?.shape ?? [];
  if (left === undefined || right === undefined) return 0;
  switch (node.operator) {
    case 'Gemm':
      return sizeOf(output) * (left[node.attributes.transA ? 0 : 1] ?? 0);
    case 'MatMul':
    case 'MatMulInteger':
      return sizeOf(output) * (left.at(-1) ?? 0);
    case 'Conv':
      return sizeOf(output) * perFilter(right);
    case 'ConvTranspose':
      return sizeOf(left) * perFilter(right);
    case 'Loop':
      return node.attributes.turns * multiplyAdds(node.attributes.body);
    default:
      return 0;
  }
}

/** Weights that meet one element: those of a filter [·, C / group, …kernel] without its first axis. */
function perFilter(filters: Shape): number {
  return sizeOf(filters.slice(1));
}
