/** Operators that address elements by tensors of indices. Negative indices count from the back. */
import { normalizeAxis, type Shape } from '../../../graph/shape.js';
import type { Evaluate, ReferenceTensor } from '../evaluate.js';
import { eachPosition, generate, offsetOf } from '../indexing.js';

function wrap(index: number, length: number): number {
  const positive = index < 0 ? index + length : index;
  if (positive >= 0 && positive < length) return positive;
  throw new RangeError(`Index ${index} is outside of an axis of length ${length}.`);
}

export const gather: Evaluate<'Gather'> = (context) => {
  const { shape, data } = context.input(0);
  const indices = context.input(1);
  const axis = normalizeAxis(context.attributes.axis, shape.length) ?? 0;
  const width = indices.shape.length;
  return [
    generate(context.output().shape, (position) => {
      const index = indices.data[offsetOf(indices.shape, position.slice(axis, axis + width))] ?? 0;
      return data[offsetOf(shape, position.toSpliced(axis, width, wrap(index, shape[axis] ?? 0)))] ?? 0;
    }),
  ];
};

export const gatherElements: Evaluate<'GatherElements'> = (context) => {
  const { shape, data } = context.input(0);
  const indices = context.input(1);
  const axis = normalizeAxis(context.attributes.axis, shape.length) ?? 0;
  return [
    generate(indices.shape, (position, flat) => {
      const index = wrap(indices.data[flat] ?? 0, shape[axis] ?? 0);
      return data[offsetOf(shape, position.with(axis, index))] ?? 0;
    }),
  ];
};

export const scatterElements: Evaluate<'ScatterElements'> = (context) => {
  const { shape, data } = context.input(0);
  const [indices, updates] = [context.input(1), context.input(2)];
  const axis = normalizeAxis(context.attributes.axis, shape.length) ?? 0;
  const result = data.slice();
  eachPosition(indices.shape, (position, flat) => {
    const target = offsetOf(shape, position.with(axis, wrap(indices.data[flat] ?? 0, shape[axis] ?? 0)));
    const update = updates.data[flat] ?? 0;
    result[target] = context.attributes.reduction === 'add' ? (result[target] ?? 0) + update : update;
  });
  return [result];
};

/** The position in `shape` that row `lead` of the indices addresses; axes that it does not address are missing. */
function addressed(indices: ReferenceTensor, lead: readonly number[], shape: Shape): number[] {
  const depth = indices.shape.at(-1) ?? 0;
  const first = offsetOf(indices.shape.slice(0, -1), lead) * depth;
  return Array.from({ length: depth }, (_, i) => wrap(indices.data[first + i] ?? 0, shape[i] ?? 0));
}

export const gatherND: Evaluate<'GatherND'> = (context) => {
  const { shape, data } = context.input(0);
  const indices = context.input(1);
  const width = indices.shape.length - 1;
  return [
    generate(context.output().shape, (position) => {
      const target = [...addressed(indices, position.slice(0, width), shape), ...position.slice(width)];
      return data[offsetOf(shape, target)] ?? 0;
    }),
  ];
};

export const scatterND: Evaluate<'ScatterND'> = (context) => {
  const { shape, data } = context.input(0);
  const [indices, updates] = [context.input(1), context.input(2)];
  const width = indices.shape.length - 1;
  const result = data.slice();
  eachPosition(updates.shape, (position, flat) => {
    const place = [...addressed(indices, position.slice(0, width), shape), ...position.slice(width)];
    const target = offsetOf(shape, place);
    const update = updates.data[flat] ?? 0;
    result[target] = context.attributes.reduction === 'add' ? (result[target] ?? 0) + update : update;
  });
  return [result];
};
