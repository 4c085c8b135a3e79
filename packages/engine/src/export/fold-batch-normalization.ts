import type { Graph, GraphNode, Value } from '../graph/graph.js';
import { rebuild } from '../graph/rewrites/rebuild.js';
import { producersOf } from '../graph/rewrites/substitute.js';
import { numbersOf, type Tensor, tensorOf } from '../graph/tensor.js';

/**
 * A batch normalisation with fixed statistics after a convolution is part of it: its scale goes into the filters, its shift
 * into the bias, computed in f64. What is quantised is then the sum of both.
 */
export function foldBatchNormalization(graph: Graph): Graph {
  const constants = new Map<Value, Tensor>(graph.constants.map(({ value, tensor }) => [value, tensor]));
  const producers = producersOf(graph);
  const uses = usesOf(graph);
  return rebuild(graph, (b, node, _inputs, known) => {
    if (node.operator !== 'BatchNormalization') return null;
    const [x, ...statistics] = node.inputs;
    const conv = x === null || x === undefined ? undefined : producers.get(x);
    if (conv?.operator !== 'Conv' || x === null || x === undefined || uses.get(x) !== 1) return null;
    const [images, filters, bias] = conv.inputs;
    const [scale, shift, mean, variance] = statistics.map((value) => numbers(constants, value));
    const weights = numbers(constants, filters);
    const added = bias === undefined || bias === null ? null : numbers(constants, bias);
    if (!scale || !shift || !mean || !variance || !weights || added === undefined || !images || !filters) return null;
    const factor = scale.map((value, c) => value / Math.sqrt((variance[c] ?? 0) + node.attributes.epsilon));
    const each = weights.length / factor.length;
    const folded = weights.map((weight, i) => weight * (factor[Math.floor(i / each)] ?? 1));
    const moved = factor.map((value, c) => ((added?.[c] ?? 0) - (mean[c] ?? 0)) * value + (shift[c] ?? 0));
    const { dtype, shape } = filters;
    return b.append(
      'Conv',
      [
        known(images),
        b.constant(tensorOf(dtype, shape, folded).data, dtype, shape, filters.name),
        b.constant(tensorOf(dtype, [moved.length], moved).data, dtype, [moved.length], bias?.name),
      ],
      conv.attributes,
    );
  });
}

function numbers(constants: ReadonlyMap<Value, Tensor>, value: Value | null | undefined): Float64Array | undefined {
  const tensor = value === null || value === undefined ? undefined : constants.get(value);
  return tensor === undefined ? undefined : numbersOf(tensor);
}

/** How many nodes and outputs read each value. */
export function usesOf(graph: Graph): ReadonlyMap<Value, number> {
  const uses = new Map<Value, number>();
  const count = (value: Value | null) => {
    if (value !== null) uses.set(value, (uses.get(value) ?? 0) + 1);
  };
  for (const { inputs } of graph.nodes satisfies readonly GraphNode[]) inputs.forEach(count);
  for (const { value } of graph.outputs) count(value);
  return uses;
}
