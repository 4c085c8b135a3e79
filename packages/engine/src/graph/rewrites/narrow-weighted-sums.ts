import type { Graph, GraphNode, NodeOf, Value } from '../graph.js';
import { normalizeAxis, sizeOf } from '../shape.js';
import { largestId, producersOf } from './substitute.js';

/**
 * Σⱼ (D·Vᵀ)ᵢⱼ·Yᵢⱼ is Σ_d Dᵢ_d·Oᵢ_d with O = Y·V: where the gradient of attention weighs a matrix of tokens × tokens by
 * the probabilities Y, and their product O with the values is there already, the sum runs over tokens × head width
 * instead (Dao et al. 2022, FlashAttention, appendix B.2).
 */
export function narrowWeightedSums(graph: Graph): Graph {
  const producers = producersOf(graph);
  const products = new Map<string, Value>();
  for (const { operator, inputs, outputs } of graph.nodes) {
    const [left, right] = inputs;
    if (operator === 'MatMul' && left && right && outputs[0]) products.set(`${left.id} ${right.id}`, outputs[0]);
  }
  let next = 1 + largestId(graph);
  const nodes: GraphNode[] = graph.nodes.map((node) => ({ ...node }));
  const position = new Map(graph.nodes.flatMap((node, i) => node.outputs.map((output) => [output, i] as const)));
  return {
    ...graph,
    nodes: nodes.flatMap((node, i): GraphNode[] => {
      const narrow = weightedSum(node, producers, products);
      if (narrow === undefined || (position.get(narrow[1]) ?? Number.POSITIVE_INFINITY) > i) return [node];
      const id = next++;
      const product: Value = { ...narrow[0], id, name: `v${id}` };
      return [
        { operator: 'Mul', attributes: {}, inputs: narrow, outputs: [product] },
        { ...node, inputs: [product] },
      ];
    }),
  };
}

/** The factors D and O in whose stead `node` sums a wider product over its last axis. */
function weightedSum(
  node: GraphNode,
  producers: ReadonlyMap<Value, GraphNode>,
  products: ReadonlyMap<string, Value>,
): [Value, Value] | undefined {
  if (node.operator !== 'ReduceSum' || !sumsLastAxis(node)) return undefined;
  const weighted = madeBy(node.inputs[0], 'Mul', producers);
  const [one, other] = weighted?.inputs ?? [];
  if (!one || !other) return undefined;
  for (const [wide, weights] of [
    [one, other],
    [other, one],
  ] as const) {
    const product = madeBy(wide, 'MatMul', producers);
    const [left, right] = product?.inputs ?? [];
    const turned = madeBy(right, 'Transpose', producers);
    const values = turned?.inputs[0];
    if (!left || !turned || !values || !swapsLast(turned.attributes.perm)) continue;
    const mixed = products.get(`${weights.id} ${values.id}`);
    const fits = mixed !== undefined && mixed.shape.join() === left.shape.join();
    if (fits && sizeOf(left.shape) < sizeOf(wide.shape)) return [left, mixed];
  }
  return undefined;
}

function sumsLastAxis({ attributes, inputs }: NodeOf<'ReduceSum'>): boolean {
  const rank = inputs[0]?.shape.length ?? 0;
  const [axis, ...more] = attributes.axes ?? [];
  return rank > 1 && axis !== undefined && more.length === 0 && normalizeAxis(axis, rank) === rank - 1;
}

function swapsLast(perm: readonly number[]): boolean {
  const rank = perm.length;
  return perm.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i));
}

function madeBy<K extends GraphNode['operator']>(
  value: Value | null | undefined,
  operator: K,
  producers: ReadonlyMap<Value, GraphNode>,
): Extract<GraphNode, { operator: K }> | undefined {
  const node = value ? producers.get(value) : undefined;
  return node?.operator === operator ? (node as Extract<GraphNode, { operator: K }>) : undefined;
}
