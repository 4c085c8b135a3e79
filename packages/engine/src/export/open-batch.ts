import type { Graph, GraphConstant, GraphNode } from '../graph/graph.js';
import { sameShape } from '../graph/shape.js';

/** Two sizes that nothing else in a network is likely to follow. */
const SIZES = [2, 3] as const;

/** A graph whose batch is open, as `encodeOnnx` writes it with `openBatch`; or why there is none. */
export type OpenedBatch = { readonly graph: Graph } | { readonly because: string };

/**
 * Opens the first dimension of a network. Shapes in a graph are static, so it is built for two sizes: what differs between
 * them is what follows the batch. In the shapes of Reshape and Expand it becomes −1; anything else that follows it cannot
 * be said in a file, and the network keeps a size.
 *
 * @param graphAt the network for a number of images; equal but for what follows that number
 */
export function openBatch(graphAt: (images: number) => Graph): OpenedBatch {
  const [one, other] = [graphAt(SIZES[0]), graphAt(SIZES[1])];
  if (one.nodes.length !== other.nodes.length) return { because: 'its operators depend on the number of images' };
  if (!sameConstants(one.constants, other.constants))
    return { because: 'its constants depend on the number of images' };
  for (const value of [...one.inputs, ...one.outputs.map((output) => output.value)]) {
    if (value.shape[0] !== SIZES[0]) return { because: `"${value.name}" does not begin with the images` };
  }
  const nodes: GraphNode[] = [];
  for (const [i, node] of one.nodes.entries()) {
    const opened = openNode(node, other.nodes[i]);
    if (opened === null) return { because: `${node.operator} depends on the number of images` };
    nodes.push(opened);
  }
  return { graph: { ...one, nodes } };
}

function openNode(node: GraphNode, other: GraphNode | undefined): GraphNode | null {
  if (other === undefined || node.operator !== other.operator) return null;
  if (JSON.stringify(node.attributes) === JSON.stringify(other.attributes)) return node;
  if (node.operator === 'Reshape' && other.operator === 'Reshape') {
    const shape = opened(node.attributes.shape, other.attributes.shape);
    return shape === null || shape.filter((size) => size === -1).length > 1 ? null : { ...node, attributes: { shape } };
  }
  if (node.operator === 'Expand' && other.operator === 'Expand') {
    const shape = opened(node.attributes.shape, other.attributes.shape);
    const whole = node.attributes.shape.every((size, i) => size === other.attributes.shape[i] || size === SIZES[0]);
    return shape === null || !whole ? null : { ...node, attributes: { shape } };
  }
  return null;
}

/** The shape with −1 where the two differ. */
function opened(one: readonly number[], other: readonly number[]): readonly number[] | null {
  if (one.length !== other.length) return null;
  return one.map((size, i) => (size === other[i] ? size : -1));
}

function sameConstants(one: readonly GraphConstant[], other: readonly GraphConstant[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ tensor }, i) => {
      const twin = other[i]?.tensor;
      if (twin === undefined || tensor.dtype !== twin.dtype || !sameShape(tensor.shape, twin.shape)) return false;
      return tensor.data === twin.data || Buffer.compare(bytesOf(tensor.data), bytesOf(twin.data)) === 0;
    })
  );
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
