/** Constants and questions about shapes, which static shapes answer. */
import { sizeOf } from '../../shape.js';
import { numbersOf, tensorOf } from '../../tensor.js';
import type { NodeReader, OnnxNode } from '../onnx-node.js';

function i64(node: OnnxNode, values: readonly number[], shape: readonly number[] = [values.length]) {
  return node.b.constant(values, 'i64', shape);
}

export const constants: Readonly<Record<string, NodeReader>> = {
  Constant: {
    attributes: ['value', 'value_int', 'value_ints', 'value_float', 'value_floats'],
    read(node) {
      const tensor = node.tensor('value');
      if (tensor !== null) return node.b.constant(tensor.data, tensor.dtype, tensor.shape);
      const [ints, floats] = [node.ints('value_ints'), node.floats('value_floats')];
      if (ints !== null) return i64(node, ints);
      if (floats !== null) return node.b.constant(floats, 'f32');
      const float = node.float('value_float', Number.NaN);
      return Number.isNaN(float) ? i64(node, [node.int('value_int')], []) : node.b.constant(float, 'f32');
    },
  },
  ConstantOfShape: {
    attributes: ['value'],
    read(node) {
      const { dtype, data } = node.tensor('value') ?? tensorOf('f32', [1], [0]);
      const shape = node.knownInts(0, 'shape') ?? [];
      if (data.length !== 1 || shape.some((n) => n < 0)) return node.unsupported(`cannot fill the shape [${shape}]`);
      const value = node.b.constant(data, dtype, [1]);
      return node.b.expand(node.b.reshape(value, []), shape);
    },
  },
  Shape: {
    attributes: ['start', 'end'],
    read(node) {
      const { shape } = node.input(0);
      return i64(node, shape.slice(node.int('start', 0), node.int('end', shape.length)));
    },
  },
  Size: { read: (node) => i64(node, [sizeOf(node.input(0).shape)], []) },
  Range: {
    read(node) {
      const bounds = [0, 1, 2].map((index) => node.known(index, 'bounds'));
      const [start = 0, limit = 0, step = 1] = bounds.flatMap((bound) => (bound === null ? [] : [...numbersOf(bound)]));
      const length = Math.max(0, Math.ceil((limit - start) / step));
      node.spend(length);
      const values = Array.from({ length }, (_, i) => start + i * step);
      return node.b.constant(values, bounds[0]?.dtype ?? 'i64', [length]);
    },
  },
  EyeLike: {
    attributes: ['dtype', 'k'],
    read(node) {
      const { b } = node;
      const { dtype, shape } = node.input(0);
      const [rows, columns] = [ruler(node, shape[0] ?? 0, 0), ruler(node, shape[1] ?? 0, 1)];
      return b.cast(b.equal(b.add(rows, b.constant(node.int('k', 0), 'i32')), columns), node.dtype('dtype', dtype));
    },
  },
};

/** 0, 1, 2, … down the rows (`axis` 0) or along the columns (1) of a matrix, as i32, which every device compares. */
export function ruler(node: OnnxNode, length: number, axis: 0 | 1) {
  node.spend(length);
  const values = Array.from({ length }, (_, i) => i);
  return node.b.constant(values, 'i32', axis === 0 ? [length, 1] : [1, length]);
}
