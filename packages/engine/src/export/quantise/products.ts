import type { Graph, GraphNode, NodeOf, Value } from '../../graph/graph.js';
import { numbersOf, type Tensor } from '../../graph/tensor.js';
import { matcherOf } from '../../name-pattern.js';
import { type QuantisedWeights, quantiseWeights, transposed, type WeightOptions } from './weights.js';

export interface ProductOptions extends WeightOptions {
  /** Patterns of names of weights that stay in f32: `*` for any run of characters. */
  readonly keep: readonly string[];
}

interface Common {
  /** What meets the weights. */
  readonly x: Value;
  /** The parameter's name, which its integers keep. */
  readonly name: string;
  readonly weights: QuantisedWeights;
  /** Added for each output channel; null for none. */
  readonly bias: Value | null;
  /** Its numbers, where it is a constant vector. */
  readonly biases: Float64Array | null;
}

/** A node that multiplies what flows through the network with weights: [K, N] and a sum along K, or filters. */
export type WeightedProduct =
  | (Common & { readonly kind: 'matrix' })
  | (Common & { readonly kind: 'filters'; readonly node: NodeOf<'Conv'> });

/** The products with weights of a graph that integers can do, by their nodes, in their order. */
export function weightedProducts(
  graph: Graph,
  { keep, reduceRange }: ProductOptions,
): ReadonlyMap<GraphNode, WeightedProduct> {
  const kept = keep.map(matcherOf);
  const constants = new Map<Value, Tensor>(graph.constants.map(({ value, tensor }) => [value, tensor]));
  const products = new Map<GraphNode, WeightedProduct>();
  for (const node of graph.nodes) {
    const [x, weight, bias = null] = node.inputs;
    const tensor = weight === null || weight === undefined ? undefined : constants.get(weight);
    if (x === null || x === undefined || weight === null || weight === undefined || tensor === undefined) continue;
    if (tensor.dtype !== 'f32' || constants.has(x) || kept.some((matches) => matches(weight.name))) continue;
    const added = bias === null ? undefined : constants.get(bias);
    const biases = added?.shape.length === 1 ? numbersOf(added) : null;
    const common = { x, name: weight.name, bias, biases };
    if (node.operator === 'MatMul' && tensor.shape.length === 2) {
      products.set(node, { kind: 'matrix', ...common, weights: quantiseWeights(tensor, 1, { reduceRange }) });
    } else if (node.operator === 'Gemm' && plain(node)) {
      const matrix = node.attributes.transB ? transposed(tensor) : tensor;
      products.set(node, { kind: 'matrix', ...common, weights: quantiseWeights(matrix, 1, { reduceRange }) });
    } else if (node.operator === 'Conv' && (bias === null || biases !== null)) {
      products.set(node, { kind: 'filters', ...common, weights: quantiseWeights(tensor, 0, { reduceRange }), node });
    }
  }
  return products;
}

/** Nothing but a product and a sum. */
function plain({ attributes: { transA, alpha, beta } }: NodeOf<'Gemm'>): boolean {
  return !transA && alpha === 1 && beta === 1;
}
