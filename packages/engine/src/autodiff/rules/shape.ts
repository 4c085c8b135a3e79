/** Operators that move elements without computing. */

import type { Value } from '../../graph/index.js';
import { sliceRanges } from '../../graph/operators/slice.js';
import { dimension, normalizeAxis } from '../../graph/shape.js';
import { reduceToShape } from '../reduce-to-shape.js';
import type { GradientContext, GradientRule } from '../rule.js';

const reshaped = (context: GradientContext<'Reshape' | 'Squeeze' | 'Unsqueeze'>): readonly Value[] => [
  context.b.reshape(context.gradient, context.input(0).shape),
];

export const reshape: GradientRule<'Reshape'> = reshaped;
export const squeeze: GradientRule<'Squeeze'> = reshaped;
export const unsqueeze: GradientRule<'Unsqueeze'> = reshaped;

export const transpose: GradientRule<'Transpose'> = ({ b, gradient, attributes: { perm } }) => [
  b.transpose(gradient, { perm: perm.map((_, axis) => perm.indexOf(axis)) }),
];

export const expand: GradientRule<'Expand'> = (context) => [
  reduceToShape(context.b, context.gradient, context.input(0).shape),
];

export const concat: GradientRule<'Concat'> = (context) => {
  const axis = normalizeAxis(context.attributes.axis, context.output().shape.length) ?? 0;
  const sizes = context.node.inputs.map((_, i) => dimension(context.input(i).shape, axis));
  return context.b.split(context.gradient, { axis, sizes });
};

/** Pieces that the loss does not see count as zeros. */
export const split: GradientRule<'Split'> = (context) => {
  const { b } = context;
  const pieces = context.node.outputs.map(
    (output, i) => context.gradients[i] ?? b.expand(b.constant(0, output.dtype), output.shape),
  );
  return [b.concat(pieces, { axis: context.attributes.axis })];
};

/** Steps of one are padded back; other steps are scattered, axis by axis. */
export const slice: GradientRule<'Slice'> = (context) => {
  const { b } = context;
  const { shape } = context.input(0);
  let gradient = context.gradient;
  const before: number[] = [];
  const after: number[] = [];
  for (const [axis, range] of sliceRanges(shape, context.attributes).entries()) {
    const size = dimension(shape, axis);
    if (range.step === 1) {
      before.push(range.start);
      after.push(size - range.start - range.length);
    } else {
      before.push(0);
      after.push(0);
      gradient = scattered(context, gradient, axis, size, range);
    }
  }
  return [[...before, ...after].every((n) => n === 0) ? gradient : b.pad(gradient, { pads: [...before, ...after] })];
};

function scattered(
  { b }: GradientContext<'Slice'>,
  gradient: Value,
  axis: number,
  size: number,
  { start, step, length }: { start: number; step: number; length: number },
): Value {
  const positions = BigInt64Array.from({ length }, (_, i) => BigInt(start + i * step));
  const line = gradient.shape.map((_, i) => (i === axis ? length : 1));
  const indices = b.expand(b.constant(positions, 'i64', line), gradient.shape);
  const zeros = b.expand(b.constant(0, gradient.dtype), gradient.shape.with(axis, size));
  return b.scatterElements(zeros, indices, gradient, { axis });
}

/** Cuts off what was added and puts back zeros where a negative pad had removed something. */
export const pad: GradientRule<'Pad'> = (context) => {
  const { b } = context;
  const { pads } = context.attributes;
  const rank = pads.length / 2;
  const added = pads.map((n) => Math.max(n, 0));
  const removed = pads.map((n) => Math.max(-n, 0));
  let gradient = context.gradient;
  if (added.some((n) => n > 0)) {
    const ends = gradient.shape.map((n, i) => n - (added[rank + i] ?? 0));
    gradient = b.slice(gradient, { starts: added.slice(0, rank), ends });
  }
  if (removed.some((n) => n > 0)) gradient = b.pad(gradient, { pads: removed });
  return [gradient];
};
