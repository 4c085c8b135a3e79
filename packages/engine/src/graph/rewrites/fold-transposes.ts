import type { Graph, GraphNode, NodeOf, Value } from '../graph.js';
import { producersOf } from './substitute.js';

/** A product of matrices with a transposed operand becomes a Gemm, whose flags transpose for nothing. */
export function foldTransposes(graph: Graph): Graph {
  const producers = producersOf(graph);
  const source = (value: Value | null | undefined): Value | undefined => {
    const node = value === null || value === undefined ? undefined : producers.get(value);
    return node?.operator === 'Transpose' && node.attributes.perm.length === 2
      ? (node.inputs[0] ?? undefined)
      : undefined;
  };
  const nodes = graph.nodes.map((node): GraphNode => {
    const gemm = asGemm(node);
    const [left, right, added = null] = node.inputs;
    const [plainLeft, plainRight] = [source(left), source(right)];
    if (gemm === undefined || left === undefined || right === undefined || !(plainLeft ?? plainRight)) return node;
    const { transA, transB } = gemm.attributes;
    return {
      ...gemm,
      inputs:
        added === null ? [plainLeft ?? left, plainRight ?? right] : [plainLeft ?? left, plainRight ?? right, added],
      attributes: {
        ...gemm.attributes,
        transA: transA !== (plainLeft !== undefined),
        transB: transB !== (plainRight !== undefined),
      },
    };
  });
  return { ...graph, nodes };
}

function asGemm(node: GraphNode): NodeOf<'Gemm'> | undefined {
  if (node.operator === 'Gemm') return node;
  if (node.operator !== 'MatMul' || node.inputs.some((input) => input?.shape.length !== 2)) return undefined;
  // Gemm takes floats only.
  if (!['f32', 'f16', 'bf16', 'f64'].includes(node.outputs[0]?.dtype ?? '')) return undefined;
  return { ...node, operator: 'Gemm', attributes: { transA: false, transB: false, alpha: 1, beta: 1 } };
}
