import { fromInput, ints, optional } from '../attributes.js';
import { normalizeAxis, type Shape } from '../shape.js';
import { defineOperator, standard } from './definition.js';

export interface SliceAttributes {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes: readonly number[] | null;
  readonly steps: readonly number[] | null;
}

/** What a slice takes from one axis: `length` elements beginning at `start`, `step` apart. */
export interface SliceRange {
  readonly start: number;
  readonly step: number;
  readonly length: number;
}

/** Python's slices: negative positions count from the end, positions beyond the ends are clamped, steps may be negative. */
export const slice = defineOperator({
  onnx: standard('Slice', 13),
  arity: [1, 1],
  attributes: {
    starts: fromInput(1, ints()),
    ends: fromInput(2, ints()),
    axes: fromInput(3, optional(ints())),
    steps: fromInput(4, optional(ints())),
  },
  infer(context) {
    const { dtype, shape } = context.input(0);
    const { starts, ends, axes, steps } = context.attributes;
    if (ends.length !== starts.length || [axes, steps].some((list) => list !== null && list.length !== starts.length)) {
      return context.fail('starts, ends, axes and steps must have one length');
    }
    if (steps?.includes(0)) return context.fail('A step of 0 never ends');
    context.axes(axes ?? starts.map((_, i) => i), shape.length);
    return [{ dtype, shape: sliceRanges(shape, context.attributes).map((range) => range.length) }];
  },
});

/** One range an axis, with the whole axis where the slice names none. */
export function sliceRanges(shape: Shape, attributes: SliceAttributes): SliceRange[] {
  const ranges = shape.map((length): SliceRange => ({ start: 0, step: 1, length }));
  for (const [i, begin] of attributes.starts.entries()) {
    const axis = normalizeAxis(attributes.axes?.[i] ?? i, shape.length) ?? 0;
    const size = shape[axis] ?? 0;
    const step = attributes.steps?.[i] ?? 1;
    const end = attributes.ends[i] ?? 0;
    const low = step > 0 ? 0 : -1;
    const high = step > 0 ? size : size - 1;
    const clamp = (position: number, least: number) =>
      Math.min(high, Math.max(least, position < 0 ? position + size : position));
    const start = clamp(begin, Math.max(low, 0));
    const stop = clamp(end, low);
    ranges[axis] = { start, step, length: size === 0 ? 0 : Math.max(0, Math.ceil((stop - start) / step)) };
  }
  return ranges;
}
