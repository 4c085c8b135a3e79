/** @file The matrix products of a graph, alone: what the rest of the graph is measured against. */
import { type Graph, GraphBuilder, type GraphNode, type NodeOf, type Tensor, type Value } from '../graph/index.js';
import { compile, type Executable } from '../runtime/executable.js';
import { noise } from './vision-step.bench.js';

export interface Products {
  readonly count: number;
  /** Multiplications and additions of one run. */
  readonly flops: number;
  /** Runs every product once, as often as the graph does. */
  run(): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Every product of `graph` on operands of its own shapes, with the transposes that the runtime folds into it. Products with
 * a vector are left out: the graph uses them to add numbers up. A loop's products run as often as its body does.
 */
export async function productsOf(graph: Graph, threads: number): Promise<Products> {
  const parts = [{ graph, turns: 1 }, ...graph.nodes.flatMap(loopOf)];
  const prepared = await Promise.all(parts.map(({ graph: part, turns }) => prepare(part, turns, threads)));
  return {
    count: prepared.reduce((sum, { count, turns }) => sum + count * turns, 0),
    flops: prepared.reduce((sum, { flops, turns }) => sum + flops * turns, 0),
    async run() {
      for (const { executable, feeds, turns } of prepared) {
        for (let turn = 0; turn < turns; turn++) await executable?.run(feeds);
      }
    },
    async dispose() {
      for (const { executable } of prepared) await executable?.dispose();
    },
  };
}

interface Part {
  readonly executable: Executable | null;
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly turns: number;
  readonly count: number;
  readonly flops: number;
}

function loopOf(node: GraphNode): { graph: Graph; turns: number }[] {
  return node.operator === 'Loop' ? [{ graph: node.attributes.body, turns: node.attributes.turns }] : [];
}

async function prepare(graph: Graph, turns: number, threads: number): Promise<Part> {
  const b = new GraphBuilder();
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const feeds: Record<string, Tensor> = {};
  const operand = (value: Value): Value => {
    const transpose = producers.get(value);
    const [source] = transpose?.inputs ?? [];
    if (transpose?.operator === 'Transpose' && source && foldable(transpose)) {
      return b.transpose(operand(source), { perm: transpose.attributes.perm });
    }
    const name = `operand ${value.id}`;
    if (!(name in feeds)) {
      feeds[name] = noise(value.shape);
      inputs.set(name, b.input(name, 'f32', value.shape));
    }
    return inputs.get(name) ?? value;
  };
  const inputs = new Map<string, Value>();
  const corners: Value[] = [];
  let flops = 0;
  for (const node of graph.nodes) {
    if (node.operator !== 'Gemm' && node.operator !== 'MatMul') continue;
    const [left, right, bias] = node.inputs;
    const [output] = node.outputs;
    if (!left || !right || !output || output.shape.slice(-2).includes(1)) continue;
    const product =
      node.operator === 'Gemm'
        ? b.gemm(operand(left), operand(right), bias ? operand(bias) : null, node.attributes)
        : b.matMul(operand(left), operand(right));
    const inner = node.operator === 'Gemm' && node.attributes.transA ? left.shape[0] : left.shape.at(-1);
    flops += 2 * product.shape.reduce((count, size) => count * size, 1) * (inner ?? 0);
    // One number of each product comes back, so that none is optimised away and nothing is copied.
    const rank = product.shape.length;
    const corner = b.slice(product, {
      axes: product.shape.map((_, i) => i),
      starts: Array(rank).fill(0),
      ends: Array(rank).fill(1),
    });
    corners.push(b.reshape(corner, [1]));
  }
  if (corners.length === 0) return { executable: null, feeds, turns, count: 0, flops };
  b.output('corners', b.concat(corners, { axis: 0 }));
  return {
    executable: await compile(b.build(), { device: 'cpu', threads }),
    feeds,
    turns,
    count: corners.length,
    flops,
  };
}

/** Whether the runtime folds this transpose into the product that reads it. */
function foldable({ attributes }: NodeOf<'Transpose'>): boolean {
  const rank = attributes.perm.length;
  return attributes.perm.every((axis, i) => axis === (i < rank - 2 ? i : 2 * rank - 3 - i));
}
