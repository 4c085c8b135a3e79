/** Operators that move elements, in the forms that only older or stranger files have. */

import type { Value } from '../../graph.js';
import { normalizeAxis, sizeOf } from '../../shape.js';
import { numbersOf } from '../../tensor.js';
import type { NodeReader, OnnxNode } from '../onnx-node.js';
import { ruler } from './constants.js';

/** With `allowzero` a 0 is an axis without elements, else a copy of the operand's axis at that place. */
function reshape(node: OnnxNode): Value {
  const x = node.input(0);
  const wanted = node.knownInts(1, 'shape') ?? node.unsupported('has no shape');
  if (node.flag('allowzero', false) && wanted.includes(0) && !x.shape.includes(0)) {
    return node.unsupported('would leave no elements');
  }
  return node.b.appendOne('Reshape', [x], { shape: wanted });
}

function flatten(node: OnnxNode): Value {
  const x = node.input(0);
  const axis = node.int('axis', 1);
  const at = axis < 0 ? axis + x.shape.length : axis;
  return node.b.reshape(x, [sizeOf(x.shape.slice(0, at)), sizeOf(x.shape.slice(at))]);
}

/** Without sizes the pieces are as many as there are outputs. */
function split(node: OnnxNode): readonly Value[] {
  const x = node.input(0);
  const axis = node.axis(node.int('axis', 0), x.shape.length);
  const given = node.knownInts(1, 'split');
  const length = x.shape[axis] ?? 0;
  const count = node.int('num_outputs', node.outputCount);
  const size = Math.ceil(length / count);
  const sizes = given ?? Array.from({ length: count }, (_, i) => Math.max(0, Math.min(size, length - i * size)));
  return node.b.split(x, { axis, sizes });
}

function tile(node: OnnxNode): Value {
  const { b } = node;
  const x = node.input(0);
  const repeats = node.knownInts(1, 'repeats') ?? [];
  if (repeats.length !== x.shape.length)
    return node.unsupported(`has ${repeats.length} repeats for ${x.shape.length} axes`);
  if (repeats.every((n) => n === 1)) return b.identity(x);
  const apart = b.reshape(
    x,
    x.shape.flatMap((n) => [1, n]),
  );
  const repeated = b.expand(
    apart,
    x.shape.flatMap((n, i) => [repeats[i] ?? 1, n]),
  );
  return b.reshape(
    repeated,
    x.shape.map((n, i) => n * (repeats[i] ?? 1)),
  );
}

/** Pads of constants are written as such; pads that repeat the data are gathers. */
function pad(node: OnnxNode): Value {
  const { b } = node;
  const x = node.input(0);
  const rank = x.shape.length;
  const given = node.knownInts(1, 'pads') ?? node.ints('paddings') ?? node.unsupported('has no pads');
  const named = node.knownInts(3, 'axes') ?? x.shape.map((_, i) => i);
  const pads = new Array<number>(2 * rank).fill(0);
  for (const [i, axis] of named.entries()) {
    const at = node.axis(axis, rank);
    pads[at] = given[i] ?? 0;
    pads[rank + at] = given[named.length + i] ?? 0;
  }
  const mode = node.string('mode', 'constant');
  if (mode === 'constant') {
    const value = node.known(2, 'value');
    return b.pad(x, { pads, value: value === null ? node.float('value', 0) : (numbersOf(value)[0] ?? 0) });
  }
  return x.shape.reduce((padded, length, axis) => {
    const [before, after] = [pads[axis] ?? 0, pads[rank + axis] ?? 0];
    if (before === 0 && after === 0) return padded;
    node.spend(Math.max(0, before + length + after));
    const positions = Array.from({ length: Math.max(0, before + length + after) }, (_, i) =>
      source(node, mode, i - before, length),
    );
    return b.gather(padded, b.constant(positions, 'i64'), { axis });
  }, x);
}

/** Which element stands at `position`, which may lie outside of the `length` elements. */
function source(node: OnnxNode, mode: string, position: number, length: number): number {
  if (mode === 'edge') return Math.min(Math.max(position, 0), length - 1);
  if (mode === 'wrap') return ((position % length) + length) % length;
  if (mode !== 'reflect') return node.unsupported(`has mode "${mode}"`);
  const period = Math.max(1, 2 * (length - 1));
  const folded = ((position % period) + period) % period;
  return folded < length ? folded : period - folded;
}

/** The triangle of each matrix; zeros elsewhere. */
function trilu(node: OnnxNode): Value {
  const { b } = node;
  const x = node.input(0);
  const [rows = 0, columns = 0] = x.shape.slice(-2);
  const [k = 0] = node.knownInts(1, 'k') ?? [];
  const diagonal = b.add(ruler(node, rows, 0), b.constant(k, 'i32'));
  const upper = node.flag('upper', true);
  const inside = upper
    ? b.greaterOrEqual(ruler(node, columns, 1), diagonal)
    : b.lessOrEqual(ruler(node, columns, 1), diagonal);
  if (x.dtype === 'bool') return b.and(x, inside);
  return b.where(inside, x, 0);
}

function oneHot(node: OnnxNode): Value {
  const { b } = node;
  const indices = b.cast(node.input(0), 'i64');
  const [depth = 0] = node.knownInts(1, 'depth') ?? [];
  const rank = indices.shape.length + 1;
  const axis = normalizeAxis(node.int('axis', -1), rank) ?? node.unsupported('has an axis out of range');
  if (!(depth >= 0)) return node.unsupported(`has depth ${depth}`);
  node.spend(depth);
  const wrapped = b.where(b.less(indices, 0), b.add(indices, b.constant(depth, 'i64')), indices);
  const classes = b.constant(
    Array.from({ length: depth }, (_, i) => i),
    'i64',
    new Array<number>(rank).fill(1).with(axis, depth),
  );
  const hit = b.equal(b.unsqueeze(wrapped, [axis]), classes);
  const values = node.input(2);
  const [off, on] = [0, 1].map((at) => b.reshape(b.slice(values, { starts: [at], ends: [at + 1] }), []));
  return off === undefined || on === undefined ? node.unsupported('has no values') : b.where(hit, on, off);
}

/** Blocks of channels become blocks of pixels: `DCR` takes the depth first, `CRD` the columns and rows first. */
function depthToSpace(node: OnnxNode): Value {
  const { b } = node;
  const x = node.input(0);
  const size = node.int('blocksize');
  const [images = 0, channels = 0, height = 0, width = 0] = x.shape;
  const depth = channels / size ** 2;
  const mode = node.string('mode', 'DCR');
  const apart =
    mode === 'DCR'
      ? b.transpose(b.reshape(x, [images, size, size, depth, height, width]), { perm: [0, 3, 4, 1, 5, 2] })
      : b.transpose(b.reshape(x, [images, depth, size, size, height, width]), { perm: [0, 1, 4, 2, 5, 3] });
  return b.reshape(apart, [images, depth, height * size, width * size]);
}

function spaceToDepth(node: OnnxNode): Value {
  const { b } = node;
  const x = node.input(0);
  const size = node.int('blocksize');
  const [images = 0, channels = 0, height = 0, width = 0] = x.shape;
  const apart = b.reshape(x, [images, channels, height / size, size, width / size, size]);
  const perm = node.string('mode', 'DCR') === 'DCR' ? [0, 3, 5, 1, 2, 4] : [0, 1, 3, 5, 2, 4];
  const turned = b.transpose(apart, { perm });
  return b.reshape(turned, [images, channels * size ** 2, height / size, width / size]);
}

export const shapes: Readonly<Record<string, NodeReader>> = {
  Reshape: { attributes: ['allowzero', 'shape'], read: reshape },
  Flatten: { attributes: ['axis'], read: flatten },
  Split: { attributes: ['axis', 'split', 'num_outputs'], read: split },
  Tile: { read: tile },
  Pad: { attributes: ['mode', 'pads', 'value', 'paddings'], read: pad },
  Trilu: { attributes: ['upper'], read: trilu },
  OneHot: { attributes: ['axis'], read: oneHot },
  DepthToSpace: { attributes: ['blocksize', 'mode'], read: depthToSpace },
  SpaceToDepth: { attributes: ['blocksize', 'mode'], read: spaceToDepth },
  /** The name of ScatterElements before opset 11. */
  Scatter: {
    attributes: ['axis'],
    read: (node) => node.b.scatterElements(node.input(0), node.input(1), node.input(2), { axis: node.int('axis', 0) }),
  },
};
