/** Operators that the WebGPU provider (onnxruntime 1.30) lacks or gets wrong, said with ones that it has. */
import { type GraphBuilder, type OperatorName, sameShape, sizeOf, type Value } from '../../graph/index.js';
import { type LoweringContext, operand, type WebgpuRule } from './rule.js';

type Lowering<K extends OperatorName> = NonNullable<WebgpuRule<K>['lower']>;

/** −x of integers. */
export const neg: Lowering<'Neg'> = (context) => {
  const x = operand(context, 0);
  return x.dtype === 'i32' ? [context.b.sub(0, x)] : null;
};

/** |x| of integers. */
export const abs: Lowering<'Abs'> = (context) => {
  const { b } = context;
  const x = operand(context, 0);
  return x.dtype === 'i32' ? [b.max(x, b.sub(0, x))] : null;
};

export const pow: Lowering<'Pow'> = (context) => {
  const { b, outputs } = context;
  const [x, y] = [operand(context, 0), operand(context, 1)];
  const shape = outputs[0]?.shape ?? [];
  const fits = [x, y].every((value) => sameShape(value.shape, shape) || value.shape.length === 0);
  return fits ? null : [b.pow(b.expand(x, shape), b.expand(y, shape))];
};

/** a ∨ b = ¬(¬a ∧ ¬b). */
export const or: Lowering<'Or'> = (context) => {
  const { b } = context;
  return [b.not(b.and(b.not(operand(context, 0)), b.not(operand(context, 1))))];
};

/** To the nearest integer, halves to the even one: ⌊x + ½⌋, one less where that was a half and came out odd. */
export const round: Lowering<'Round'> = (context) => {
  const { b } = context;
  const x = operand(context, 0);
  const shifted = b.add(x, 0.5);
  const up = b.appendOne('Floor', [shifted], {});
  const half = b.equal(shifted, up);
  const odd = b.greater(b.sub(up, b.mul(b.appendOne('Floor', [b.mul(up, 0.5)], {}), 2)), 0.5);
  const nearest = b.where(b.and(half, odd), b.sub(up, 1), up);
  // From 2^23 on (2^10 for f16) every float is an integer, and x + ½ is rounded itself.
  return [b.where(b.less(b.abs(x), x.dtype === 'f16' ? 1024 : 8388608), nearest, x)];
};

/** The provider wants scale and bias of the very shape that is normalised. */
export const layerNormalization: Lowering<'LayerNormalization'> = (context) => {
  const { b, inputs, attributes } = context;
  const x = operand(context, 0);
  const axis = attributes.axis < 0 ? attributes.axis + x.shape.length : attributes.axis;
  const normalised = x.shape.slice(axis);
  const size = sizeOf(normalised);
  if (inputs.slice(1).every((value) => value === null || sizeOf(value.shape) === size)) return null;
  const [scale, bias] = inputs.slice(1).map((value) => (value === null ? null : b.expand(value, normalised)));
  return b.append('LayerNormalization', [x, scale ?? null, bias ?? null], attributes);
};

/** The provider mixes the groups up: one transposed convolution for each. */
export const convTranspose: Lowering<'ConvTranspose'> = (context) => {
  const { b, inputs, attributes } = context;
  const { group } = attributes;
  if (group === 1) return null;
  const parts = (value: Value | null | undefined, axis: number) => {
    if (value === null || value === undefined) return Array.from({ length: group }, () => null);
    const size = (value.shape[axis] ?? 0) / group;
    return b.split(value, { axis, sizes: Array.from({ length: group }, () => size) });
  };
  const [xs, filters, biases] = [parts(inputs[0], 1), parts(inputs[1], 0), parts(inputs[2], 0)];
  const pieces = xs.map((x, i) =>
    b.appendOne('ConvTranspose', [x, filters[i] ?? null, biases[i] ?? null], { ...attributes, group: 1 }),
  );
  return [b.concat(pieces, { axis: 1 })];
};

/** The position of the first largest element, as i32: the kernel's i64 could not be computed with. */
export const argMax: Lowering<'ArgMax'> = (context) => {
  const { b, attributes } = context;
  const { keepdims } = attributes;
  const x = operand(context, 0);
  const axis = attributes.axis < 0 ? attributes.axis + x.shape.length : attributes.axis;
  const size = x.shape[axis] ?? 1;
  const positions = b.constant(
    Array.from({ length: size }, (_, i) => i),
    'i32',
    x.shape.map((_, i) => (i === axis ? size : 1)),
  );
  const largest = b.equal(x, b.reduceMax(x, { axes: [axis] }));
  const found = b.where(largest, b.expand(positions, x.shape), b.constant(size, 'i32'));
  return [b.reduceMin(found, { axes: [axis], keepdims })];
};

/** Integers and booleans are picked by position. */
export const slice: Lowering<'Slice'> = (context) => {
  const { b, attributes } = context;
  const x = operand(context, 0);
  if (x.dtype !== 'i32') return null;
  const { starts, ends, axes, steps } = attributes;
  const picked = (axes ?? starts.map((_, i) => i)).reduce((value: Value, axis, i) => {
    const at = axis < 0 ? axis + x.shape.length : axis;
    const positions = sliced(x.shape[at] ?? 0, starts[i] ?? 0, ends[i] ?? 0, steps?.[i] ?? 1);
    return b.gather(value, b.constant(positions, 'i32'), { axis: at });
  }, x);
  return [picked];
};

/** The positions that Python's start:end:step takes of `size`. */
function sliced(size: number, start: number, end: number, step: number): number[] {
  const clamp = (value: number, low: number, high: number) =>
    Math.min(Math.max(value < 0 ? value + size : value, low), high);
  const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
  const [from, to] = [clamp(start, low, high), clamp(end, low, high)];
  const positions: number[] = [];
  for (let at = from; step > 0 ? at < to : at > to; at += step) positions.push(at);
  return positions;
}

/** ONNX wants i64 indices here, which the device makes of its i32 ones. */
export const gatherND: Lowering<'GatherND'> = (context) => {
  const { b, inputs, attributes } = context;
  return b.append('GatherND', [inputs[0] ?? null, wide(b, operand(context, 1))], attributes);
};

export const scatterND: Lowering<'ScatterND'> = (context) => {
  const { b, inputs, attributes } = context;
  return b.append('ScatterND', [inputs[0] ?? null, wide(b, operand(context, 1)), inputs[2] ?? null], attributes);
};

function wide(b: GraphBuilder, indices: Value): Value {
  return b.cast(indices, 'i64');
}

/** A cast between types that are one type on the device is none. */
export const cast: Lowering<'Cast'> = (context: LoweringContext<'Cast'>) => {
  const { b, attributes } = context;
  const { to } = attributes;
  return [b.cast(operand(context, 0), to === 'i64' || to === 'u8' || to === 'i8' ? 'i32' : to)];
};

/** The provider leaves loops to the CPU, which would fetch every operand in every turn: the turns are written out. */
export const loop: Lowering<'Loop'> = ({ b, inputs, attributes, outputs, inline }) => {
  const { turns, carried, scanned, body } = attributes;
  const operands = inputs.filter((input) => input !== null);
  let values = operands.slice(0, carried);
  const rows: Value[][] = outputs.slice(carried).map(() => []);
  for (let turn = 0; turn < turns; turn++) {
    const position = b.constant(turn, 'i32');
    const scan = operands.slice(carried, carried + scanned).map((value) => b.gather(value, position, { axis: 0 }));
    const made = inline(body, [...values, ...scan, ...operands.slice(carried + scanned)]);
    values = made.slice(0, carried);
    for (const [i, row] of made.slice(carried).entries()) rows[i]?.push(b.unsqueeze(row, [0]));
  }
  return [...values, ...rows.map((stack) => b.concat(stack, { axis: 0 }))];
};

/** Three spatial axes and more. */
export function volumes({ inputs }: LoweringContext<'ConvTranspose'>): string | null {
  return (inputs[0]?.shape.length ?? 0) > 4 ? 'It transposes convolutions over one or two spatial axes only.' : null;
}

/** Buffers that one shader may have, by the standard: one operand and seven results. */
const MOST_PIECES = 7;

/** A shader has at most eight buffers on some devices; beyond that each piece is cut out on its own. */
export const split: Lowering<'Split'> = (context) => {
  const { b, attributes, outputs } = context;
  if (outputs.length <= MOST_PIECES) return null;
  const x = operand(context, 0);
  const axis = attributes.axis < 0 ? attributes.axis + x.shape.length : attributes.axis;
  let start = 0;
  return outputs.map(({ shape }) => {
    const [from, size] = [start, shape[axis] ?? 0];
    start += size;
    if (x.dtype !== 'i32') return b.slice(x, { starts: [from], ends: [from + size], axes: [axis] });
    const positions = Array.from({ length: size }, (_, i) => from + i);
    return b.gather(x, b.constant(positions, 'i32'), { axis });
  });
};
