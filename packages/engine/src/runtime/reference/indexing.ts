import { type Shape, sizeOf, stridesOf } from '../../graph/shape.js';

/** Calls `visit` for every position of `shape` in row-major order, with its running number. The array is reused. */
export function eachPosition(shape: Shape, visit: (position: readonly number[], flat: number) => void): void {
  const position = new Array<number>(shape.length).fill(0);
  const size = sizeOf(shape);
  for (let flat = 0; flat < size; flat++) {
    visit(position, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (position[axis] ?? 0) + 1;
      position[axis] = next === shape[axis] ? 0 : next;
      if (next !== shape[axis]) break;
    }
  }
}

/** Offset of `position` in a row-major tensor of `shape`. */
export function offsetOf(shape: Shape, position: readonly number[]): number {
  let offset = 0;
  for (const [axis, length] of shape.entries()) offset = offset * length + (position[axis] ?? 0);
  return offset;
}

/** Offset in an operand of `shape` that is broadcast to a result in which `position` lies. */
export function broadcastOffset(shape: Shape, position: readonly number[]): number {
  const lead = position.length - shape.length;
  let offset = 0;
  for (const [axis, length] of shape.entries())
    offset = offset * length + (length === 1 ? 0 : (position[lead + axis] ?? 0));
  return offset;
}

/** A new tensor of `shape` whose element at each position is `pick(position)`. */
export function generate(shape: Shape, pick: (position: readonly number[], flat: number) => number): Float64Array {
  const data = new Float64Array(sizeOf(shape));
  eachPosition(shape, (position, flat) => {
    data[flat] = pick(position, flat);
  });
  return data;
}

/** Offsets of the lines along `axis`: each has `length` elements, `stride` apart, starting at one of `starts`. */
export function linesAlong(shape: Shape, axis: number): { starts: number[]; stride: number; length: number } {
  const starts: number[] = [];
  eachPosition(shape.with(axis, 1), (position) => starts.push(offsetOf(shape, position)));
  return { starts, stride: stridesOf(shape)[axis] ?? 1, length: shape[axis] ?? 0 };
}
