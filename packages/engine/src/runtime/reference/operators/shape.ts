/** Operators that move elements. */
import { sliceRanges } from '../../../graph/operators/slice.js';
import { normalizeAxis } from '../../../graph/shape.js';
import type { Evaluate, EvaluateContext } from '../evaluate.js';
import { broadcastOffset, generate, offsetOf } from '../indexing.js';

const unchanged = (context: EvaluateContext<'Reshape' | 'Squeeze' | 'Unsqueeze'>) => [context.input(0).data.slice()];

export const reshape: Evaluate<'Reshape'> = unchanged;
export const squeeze: Evaluate<'Squeeze'> = unchanged;
export const unsqueeze: Evaluate<'Unsqueeze'> = unchanged;

export const transpose: Evaluate<'Transpose'> = (context) => {
  const { shape, data } = context.input(0);
  const { perm } = context.attributes;
  const from = (position: readonly number[]) => shape.map((_, axis) => position[perm.indexOf(axis)] ?? 0);
  return [generate(context.output().shape, (position) => data[offsetOf(shape, from(position))] ?? 0)];
};

export const expand: Evaluate<'Expand'> = (context) => {
  const { shape, data } = context.input(0);
  return [generate(context.output().shape, (position) => data[broadcastOffset(shape, position)] ?? 0)];
};

export const concat: Evaluate<'Concat'> = (context) => {
  const { shape } = context.output();
  const axis = normalizeAxis(context.attributes.axis, shape.length) ?? 0;
  return [
    generate(shape, (position) => {
      let along = position[axis] ?? 0;
      for (const [i] of context.inputs.entries()) {
        const piece = context.input(i);
        const length = piece.shape[axis] ?? 0;
        if (along < length) return piece.data[offsetOf(piece.shape, position.with(axis, along))] ?? 0;
        along -= length;
      }
      return Number.NaN;
    }),
  ];
};

export const split: Evaluate<'Split'> = (context) => {
  const { shape, data } = context.input(0);
  const axis = normalizeAxis(context.attributes.axis, shape.length) ?? 0;
  let start = 0;
  return context.node.outputs.map((output) => {
    const first = start;
    start += output.shape[axis] ?? 0;
    return generate(
      output.shape,
      (position) => data[offsetOf(shape, position.with(axis, (position[axis] ?? 0) + first))] ?? 0,
    );
  });
};

export const slice: Evaluate<'Slice'> = (context) => {
  const { shape, data } = context.input(0);
  const ranges = sliceRanges(shape, context.attributes);
  return [
    generate(context.output().shape, (position) => {
      const from = ranges.map(({ start, step }, axis) => start + step * (position[axis] ?? 0));
      return data[offsetOf(shape, from)] ?? 0;
    }),
  ];
};

export const pad: Evaluate<'Pad'> = (context) => {
  const { shape, data } = context.input(0);
  const { pads, value } = context.attributes;
  return [
    generate(context.output().shape, (position) => {
      const from = position.map((p, axis) => p - (pads[axis] ?? 0));
      const inside = from.every((p, axis) => p >= 0 && p < (shape[axis] ?? 0));
      return inside ? (data[offsetOf(shape, from)] ?? 0) : (value ?? 0);
    }),
  ];
};
