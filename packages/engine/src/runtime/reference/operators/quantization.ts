/** Eight-bit integers, from the text of the ONNX specification. Everything is f64 here, scales too. */
import type { DType } from '../../../graph/index.js';
import type { Evaluate, ReferenceTensor } from '../evaluate.js';
import { broadcastOffset, generate } from '../indexing.js';
import { roundHalfEven } from './elementwise.js';

const limits: Readonly<Partial<Record<DType, readonly [number, number]>>> = { u8: [0, 255], i8: [-128, 127] };

/** The number that belongs to an element: the only one, or that of its index along `axis`. */
function along({ data, shape }: ReferenceTensor, position: readonly number[], axis: number): number {
  return data[shape.length === 0 || data.length === 1 ? 0 : (position.at(axis) ?? 0)] ?? 0;
}

export const quantizeLinear: Evaluate<'QuantizeLinear'> = (context) => {
  const [x, scale, zero] = [context.input(0), context.input(1), context.optional(2)];
  const { axis } = context.attributes;
  const [least, most] = limits[context.output().dtype] ?? [0, 0];
  return [
    generate(x.shape, (position) => {
      const element = x.data[broadcastOffset(x.shape, position)] ?? 0;
      const shift = zero === null ? 0 : along(zero, position, axis);
      const rounded = roundHalfEven(element / along(scale, position, axis)) + shift;
      return Math.min(Math.max(rounded, least), most);
    }),
  ];
};

export const dequantizeLinear: Evaluate<'DequantizeLinear'> = (context) => {
  const [x, scale, zero] = [context.input(0), context.input(1), context.optional(2)];
  const { axis } = context.attributes;
  return [
    generate(x.shape, (position) => {
      const element = x.data[broadcastOffset(x.shape, position)] ?? 0;
      return (element - (zero === null ? 0 : along(zero, position, axis))) * along(scale, position, axis);
    }),
  ];
};

/** The range always holds 0, so that 0 is kept exactly. */
export const dynamicQuantizeLinear: Evaluate<'DynamicQuantizeLinear'> = (context) => {
  const { data } = context.input(0);
  const most = data.reduce((a, b) => Math.max(a, b), 0);
  const least = data.reduce((a, b) => Math.min(a, b), 0);
  const scale = (most - least) / 255;
  const zero = scale === 0 ? 0 : roundHalfEven(Math.min(Math.max(-least / scale, 0), 255));
  const quantised = data.map((x) => (scale === 0 ? 0 : Math.min(Math.max(roundHalfEven(x / scale) + zero, 0), 255)));
  return [quantised, Float64Array.of(scale), Float64Array.of(zero)];
};

/** As numpy.matmul of the operands less their zero points; those of b may differ from column to column. */
export const matMulInteger: Evaluate<'MatMulInteger'> = (context) => {
  const [a, b, aZero, bZero] = [context.input(0), context.input(1), context.optional(2), context.optional(3)];
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [m, k, n] = [left.at(-2) ?? 1, left.at(-1) ?? 1, right.at(-1) ?? 1];
  const trailing = (a.shape.length === 1 ? 0 : 1) + (b.shape.length === 1 ? 0 : 1);
  const batch = context.output().shape.slice(0, context.output().shape.length - trailing);
  const shift = aZero?.data[0] ?? 0;
  return [
    generate([...batch, m, n], (position) => {
      const lead = position.slice(0, -2);
      const column = position.at(-1) ?? 0;
      const row = (broadcastOffset(left.slice(0, -2), lead) * m + (position.at(-2) ?? 0)) * k;
      const matrix = broadcastOffset(right.slice(0, -2), lead) * k;
      const columnShift = bZero === null ? 0 : along(bZero, [column], 0);
      let sum = 0;
      for (let i = 0; i < k; i++) {
        sum += ((a.data[row + i] ?? 0) - shift) * ((b.data[(matrix + i) * n + column] ?? 0) - columnShift);
      }
      return sum;
    }),
  ];
};
