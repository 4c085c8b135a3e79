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
  /** The weights as integers; `least` as `quantiseWeights` has it. */
  readonly quantised: (least?: ArrayLike<number>) => QuantisedWeights;
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
    const common = (matrix: Tensor, axis: number) => {
      // One number for all channels is no vector of them.
      const biases = added?.shape.join() === String(matrix.shape[axis]) ? numbersOf(added) : null;
      const quantised = (least: ArrayLike<number> = []) => quantiseWeights(matrix, axis, { reduceRange, least });
      return { x, name: weight.name, quantised, bias, biases };
    };
    if (node.operator === 'MatMul' && tensor.shape.length === 2) {
      products.set(node, { kind: 'matrix', ...common(tensor, 1) });
    } else if (node.operator === 'Gemm' && plain(node)) {
      const matrix = node.attributes.transB ? transposed(tensor) : tensor;
      products.set(node, { kind: 'matrix', ...common(matrix, 1) });
    } else if (node.operator === 'Conv' && (bias === null || added !== undefined)) {
      products.set(node, { kind: 'filters', ...common(tensor, 0), node });
    }
  }
  return products;
}

/** Nothing but a product and a sum. */
function plain({ attributes: { transA, alpha, beta } }: NodeOf<'Gemm'>): boolean {
  return !transA && alpha === 1 && beta === 1;
}
