/** @file Tables of which a network looks up rows, embeddings of tokens above all: in small models most of the file. */
import type { GraphBuilder } from '../../graph/builder.js';
import type { Graph, GraphNode, Value } from '../../graph/graph.js';
import { rebuild } from '../../graph/rewrites/rebuild.js';
import { numbersOf, type Tensor, tensorOf } from '../../graph/tensor.js';
import { matcherOf } from '../../name-pattern.js';
import type { ProductOptions } from './products.js';
import { quantiseWeights } from './weights.js';

/** Writes the rows of a table that indices name, as f32. */
type LookUp = (b: GraphBuilder, table: Tensor, name: string, indices: Value) => Value;

/** The graph with its tables in f16; what is looked up is f32 again. */
export function tablesInHalf(graph: Graph): Graph {
  return withTables(graph, [], (b, table, name, indices) => {
    const half = tensorOf('f16', table.shape, numbersOf(table));
    return b.cast(b.gather(b.constant(half.data, 'f16', half.shape, name), indices), 'f32');
  });
}

/** The graph with its tables in eight bits, with a scale for each row. */
export function tablesInBytes(graph: Graph, { keep, reduceRange }: ProductOptions): Graph {
  return withTables(graph, keep, (b, table, name, indices) => {
    const { data, shape, scales } = quantiseWeights(table, 0, { reduceRange });
    const integers = b.gather(b.constant(data, 'i8', shape, name), indices);
    const steps = b.gather(b.constant(scales, 'f32', [scales.length, 1], `${name}.scale`), indices);
    return b.mul(b.cast(integers, 'f32'), steps);
  });
}

function withTables(graph: Graph, keep: readonly string[], lookUp: LookUp): Graph {
  const kept = keep.map(matcherOf);
  const constants = new Map<Value, Tensor>(graph.constants.map(({ value, tensor }) => [value, tensor]));
  const tables = new Map<GraphNode, Tensor>();
  for (const node of graph.nodes) {
    const [data] = node.inputs;
    const table = data === null || data === undefined ? undefined : constants.get(data);
    if (node.operator !== 'Gather' || node.attributes.axis !== 0 || table === undefined) continue;
    if (table.dtype !== 'f32' || table.shape.length !== 2) continue;
    if (!kept.some((matches) => matches(data?.name ?? ''))) tables.set(node, table);
  }
  // Written again, a graph has other names inside: without tables it stays the one that it is.
  if (tables.size === 0) return graph;
  return rebuild(graph, (b, node, [, indices]) => {
    const table = tables.get(node);
    if (table === undefined || indices === null || indices === undefined) return null;
    return [lookUp(b, table, node.inputs[0]?.name ?? '', indices)];
  });
}
