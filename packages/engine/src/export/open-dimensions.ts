import type { Graph, GraphConstant, GraphNode, Value } from '../graph/graph.js';
import { INFERRED, type OpenDimensions, openSize } from '../graph/onnx/index.js';
import { sameShape } from '../graph/shape.js';

/** A graph whose dimensions are open, as `encodeOnnx` writes it with `open`; or why there is none. */
export type OpenedGraph = { readonly graph: Graph; readonly open: OpenDimensions } | { readonly because: string };

/** A dimension that is to be opened: its name in the file, and two sizes that nothing else in a network is likely to follow. */
export interface Opened {
  readonly name: string;
  readonly sizes: readonly [number, number];
  /** As a sentence calls what it counts: 'the number of images'. */
  readonly words: string;
}

/** How one number of a shape follows the dimensions: the place of the one that it is; 'other' for a product or another function. */
type Follows = number | 'other' | null;

/**
 * Opens the leading dimensions of a network. Shapes in a graph are static, so it is built for two sizes of each dimension: what
 * differs between them is what follows it. In the shape of a Reshape one such number is left to be inferred; others of a
 * Reshape, those of an Expand, and the first part of a Split are put together when the file is run. Anything else that follows
 * a dimension cannot be said in a file, and the network keeps a size.
 *
 * @param graphAt the network for a size of each dimension; equal but for what follows those sizes
 */
export function openDimensions(
  graphAt: (sizes: readonly number[]) => Graph,
  dimensions: readonly Opened[],
): OpenedGraph {
  const base = dimensions.map(({ sizes: [first] }) => first);
  const one = graphAt(base);
  const others = dimensions.map(({ sizes: [, second] }, place) => graphAt(base.with(place, second)));
  for (const [place, other] of others.entries()) {
    const words = dimensions[place]?.words;
    if (one.nodes.length !== other.nodes.length) return { because: `its operators depend on ${words}` };
    if (!sameConstants(one.constants, other.constants)) return { because: `its constants depend on ${words}` };
  }
  const follows = (size: number, elsewhere: readonly number[]): Follows => {
    const moved = elsewhere.flatMap((other, place) => (other === size ? [] : [place]));
    const [only] = moved;
    if (only === undefined) return null;
    const is = moved.length === 1 && size === base[only] && elsewhere[only] === dimensions[only]?.sizes[1];
    return is ? only : 'other';
  };
  const shapes = new Map<Value, readonly (string | number)[]>();
  for (const values of [
    [one.inputs, ...others.map((other) => other.inputs)],
    [valuesOf(one), ...others.map(valuesOf)],
  ]) {
    const [first = [], ...rest] = values;
    for (const [i, value] of first.entries()) {
      const shape: (string | number)[] = [];
      for (const [axis, size] of value.shape.entries()) {
        const found = follows(
          size,
          rest.map((elsewhere) => elsewhere[i]?.shape[axis] ?? size),
        );
        if (found === 'other') return { because: `"${value.name}" follows several sizes at once` };
        shape.push(found === null ? size : (dimensions[found]?.name ?? size));
      }
      if (shape[0] !== dimensions[0]?.name) {
        return { because: `"${value.name}" does not begin with ${dimensions[0]?.words.replace('number of ', '')}` };
      }
      shapes.set(value, shape);
    }
  }
  const used = new Set(one.nodes.flatMap(({ inputs }) => inputs));
  const nodes: GraphNode[] = [];
  for (const [i, node] of one.nodes.entries()) {
    const opened = openNode(
      node,
      others.map((other) => other.nodes[i]),
      follows,
      used,
    );
    if (opened === null) return { because: `${node.operator} depends on ${dimensions[0]?.words}` };
    nodes.push(opened);
  }
  const names = dimensions.map(({ name }) => name);
  return { graph: { ...one, nodes }, open: { names, shapeOf: (value) => shapes.get(value) ?? value.shape } };
}

function valuesOf(graph: Graph): readonly Value[] {
  return graph.outputs.map(({ value }) => value);
}

function openNode(
  node: GraphNode,
  others: readonly (GraphNode | undefined)[],
  follows: (size: number, elsewhere: readonly number[]) => Follows,
  used: ReadonlySet<Value | null>,
): GraphNode | null {
  if (others.some((other) => other?.operator !== node.operator)) return null;
  const own = JSON.stringify(node.attributes);
  if (others.every((other) => JSON.stringify(other?.attributes) === own)) return node;
  const opened = (shape: readonly number[], shapeOf: (other: GraphNode | undefined) => readonly number[]) => {
    const shapes = others.map(shapeOf);
    if (shapes.some(({ length }) => length !== shape.length)) return null;
    return shape.map((size, axis) =>
      follows(
        size,
        shapes.map((other) => other[axis] ?? size),
      ),
    );
  };
  if (node.operator === 'Reshape') {
    const { shape } = node.attributes;
    const found = opened(shape, (other) => (other?.operator === 'Reshape' ? other.attributes.shape : []));
    if (found === null) return null;
    // The runtime infers one number: the one that is no size itself, else the first.
    const inferred = found.includes('other') ? found.indexOf('other') : found.findIndex((one) => one !== null);
    const sizes = found.map((one, axis) =>
      axis === inferred ? INFERRED : one === null ? shape[axis] : one === 'other' ? null : openSize(one),
    );
    const whole = sizes.flatMap((size) => (size === null || size === undefined ? [] : [size]));
    return whole.length < sizes.length ? null : { ...node, attributes: { shape: whole } };
  }
  if (node.operator === 'Expand') {
    const { shape } = node.attributes;
    const found = opened(shape, (other) => (other?.operator === 'Expand' ? other.attributes.shape : []));
    if (found === null || found.includes('other')) return null;
    const whole = found.map((one, axis) => (typeof one === 'number' ? openSize(one) : (shape[axis] ?? 1)));
    return { ...node, attributes: { shape: whole } };
  }
  if (node.operator === 'Split') {
    const sizes = node.attributes.split ?? [];
    const found = opened(sizes, (other) => (other?.operator === 'Split' ? (other.attributes.split ?? []) : []));
    const [first, ...rest] = found ?? [];
    if (typeof first !== 'number' || node.outputs.slice(1).some((output) => used.has(output))) return null;
    return { ...node, attributes: { ...node.attributes, split: [openSize(first), ...rest.map(() => 0)] } };
  }
  return null;
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
