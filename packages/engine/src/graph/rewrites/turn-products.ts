import { GraphError } from '../errors.js';
import type { Graph, GraphNode, NodeOf, Value } from '../graph.js';
import { producersOf } from './substitute.js';

/**
 * The transpose of a product of stacked matrices, (A·B)ᵀ, becomes Bᵀ·Aᵀ where the product has no other use. Attention's
 * gradient is full of these, and there A or B is itself transposed, so that two transposes cancel (mergeTransposes).
 * Transposing small operands also beats transposing the result: a device may fold the former into the product.
 */
export function turnProducts(graph: Graph): Graph {
  const producers = producersOf(graph);
  const uses = countUses(graph);
  let next = nextId(graph);
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    const product = turnedProduct(node, producers, uses);
    if (product === undefined) return [node];
    const swap = (value: Value): NodeOf<'Transpose'> => {
      const id = next++;
      const output = {
        ...value,
        id,
        name: `v${id}`,
        shape: value.shape.toSpliced(-2, 2, ...value.shape.slice(-2).reverse()),
      };
      return {
        operator: 'Transpose',
        attributes: { perm: swapLast(value.shape.length) },
        inputs: [value],
        outputs: [output],
      };
    };
    const [right, left] = [swap(product.right), swap(product.left)];
    return [
      right,
      left,
      { operator: 'MatMul', attributes: {}, inputs: [...right.outputs, ...left.outputs], outputs: node.outputs },
    ];
  });
  return { ...graph, nodes };
}

function turnedProduct(
  node: GraphNode,
  producers: ReadonlyMap<Value, GraphNode>,
  uses: ReadonlyMap<Value, number>,
): { left: Value; right: Value } | undefined {
  if (node.operator !== 'Transpose' || !isSwapOfLast(node.attributes.perm)) return undefined;
  const [turned] = node.inputs;
  const product = turned === null || turned === undefined ? undefined : producers.get(turned);
  if (turned === null || turned === undefined || product?.operator !== 'MatMul' || uses.get(turned) !== 1)
    return undefined;
  const [left, right] = product.inputs;
  if (left === null || left === undefined || right === null || right === undefined) {
    throw new GraphError('MatMul lacks an operand; the graph was put together wrongly.');
  }
  // Plain matrices are left alone: their transpose goes into the flags of a Gemm.
  const stacked = left.shape.length === right.shape.length && left.shape.length > 2;
  // Without a transposed operand nothing would cancel.
  const cancels = [left, right].some((value) => {
    const source = producers.get(value);
    return source?.operator === 'Transpose' && isSwapOfLast(source.attributes.perm);
  });
  return stacked && cancels ? { left, right } : undefined;
}

function swapLast(rank: number): number[] {
  return Array.from({ length: rank }, (_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
}

function isSwapOfLast(perm: readonly number[]): boolean {
  return perm.length > 2 && swapLast(perm.length).every((axis, i) => axis === perm[i]);
}

function countUses(graph: Graph): ReadonlyMap<Value, number> {
  const uses = new Map<Value, number>();
  const count = (value: Value | null) => value !== null && uses.set(value, (uses.get(value) ?? 0) + 1);
  for (const node of graph.nodes) node.inputs.forEach(count);
  for (const { value } of graph.outputs) count(value);
  return uses;
}

function nextId(graph: Graph): number {
  const values = [
    ...graph.inputs,
    ...graph.constants.map(({ value }) => value),
    ...graph.nodes.flatMap((n) => n.outputs),
  ];
  return 1 + values.reduce((most, { id }) => Math.max(most, id), -1);
}
