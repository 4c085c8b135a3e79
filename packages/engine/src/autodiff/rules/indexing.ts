/** Gradients of selections add up where an element was selected more than once. */
import { type DType, numbersOf, type Value } from '../../graph/index.js';
import { dimension, normalizeAxis } from '../../graph/shape.js';
import type { GradientContext, GradientRule } from '../rule.js';

/** Devices add in f32 or wider only, and many small numbers would be lost in f16 anyway. */
function sumDType(dtype: DType): DType {
  return dtype === 'f16' || dtype === 'bf16' ? 'f32' : dtype;
}

/** The gradient of a selection: `scatter` adds the updates to zeros in the shape of what was selected from. */
function addedUp(
  context: GradientContext<'GatherElements' | 'GatherND'>,
  scatter: (zeros: Value, updates: Value) => Value,
): Value {
  const { b } = context;
  const { dtype, shape } = context.input(0);
  const zeros = b.expand(b.constant(0, sumDType(dtype)), shape);
  return b.cast(scatter(zeros, b.cast(context.gradient, zeros.dtype)), dtype);
}

/**
 * Whole slices are added row by row, for which the axis is brought to the front when it is not there. One constant
 * position (the class token) needs no scatter: the gradient is padded into place.
 */
export const gather: GradientRule<'Gather'> = (context) => {
  const { b, gradient } = context;
  const { dtype, shape } = context.input(0);
  const indices = context.input(1);
  const axis = normalizeAxis(context.attributes.axis, shape.length) ?? 0;
  const size = dimension(shape, axis);

  const constant = b.constantOf(indices);
  const [position] = constant !== undefined && constant.data.length === 1 ? numbersOf(constant) : [];
  if (position !== undefined) {
    const at = position < 0 ? position + size : position;
    const pads = new Array<number>(2 * shape.length)
      .fill(0)
      .with(axis, at)
      .with(shape.length + axis, size - 1 - at);
    return [b.pad(b.reshape(gradient, shape.with(axis, 1)), { pads }), null];
  }

  const rank = gradient.shape.length;
  const width = indices.shape.length;
  const leading = Array.from({ length: axis }, (_, i) => i);
  const selected = Array.from({ length: width }, (_, i) => axis + i);
  const trailing = Array.from({ length: rank - axis - width }, (_, i) => axis + width + i);
  const turned = b.transpose(gradient, { perm: [...selected, ...leading, ...trailing] });
  const updates = b.cast(turned, sumDType(dtype));
  const zeros = b.expand(b.constant(0, updates.dtype), [size, ...shape.toSpliced(axis, 1)]);
  const rows = b.unsqueeze(b.cast(indices, 'i64'), [-1]);
  const scattered = b.scatterND(zeros, rows, updates, { reduction: 'add' });
  const back = shape.map((_, i) => (i < axis ? i + 1 : i === axis ? 0 : i));
  return [b.transpose(b.cast(scattered, dtype), { perm: back }), null];
};

export const gatherElements: GradientRule<'GatherElements'> = (context) => {
  const { b, attributes } = context;
  const add = (zeros: Value, updates: Value) =>
    b.scatterElements(zeros, context.input(1), updates, { axis: attributes.axis, reduction: 'add' });
  return [addedUp(context, add), null];
};

export const gatherND: GradientRule<'GatherND'> = (context) => {
  const { b } = context;
  return [
    addedUp(context, (zeros, updates) => b.scatterND(zeros, context.input(1), updates, { reduction: 'add' })),
    null,
  ];
};

/** Overwritten elements get no gradient. (ONNX leaves open what happens when an index is repeated without 'add'.) */
export const scatterElements: GradientRule<'ScatterElements'> = (context) => {
  const { b, gradient } = context;
  const { axis, reduction } = context.attributes;
  const indices = context.input(1);
  const zeros = () => b.expand(b.constant(0, gradient.dtype), indices.shape);
  return [
    context.when(0, () => (reduction === 'add' ? gradient : b.scatterElements(gradient, indices, zeros(), { axis }))),
    null,
    context.when(2, () => b.gatherElements(gradient, indices, { axis })),
  ];
};

export const scatterND: GradientRule<'ScatterND'> = (context) => {
  const { b, gradient } = context;
  const indices = context.input(1);
  const zeros = () => b.expand(b.constant(0, gradient.dtype), context.input(2).shape);
  return [
    context.when(0, () =>
      context.attributes.reduction === 'add' ? gradient : b.scatterND(gradient, indices, zeros()),
    ),
    null,
    context.when(2, () => b.gatherND(gradient, indices)),
  ];
};
