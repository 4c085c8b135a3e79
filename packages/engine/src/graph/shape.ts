/** Shape arithmetic of the ONNX specification, on static shapes. */

export type Shape = readonly number[];

export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dimension of shape) size *= dimension;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, i) => dimension === b[i]);
}

export function showShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Multidirectional (numpy) broadcasting; undefined when the shapes do not fit. */
export function broadcastShapes(...shapes: readonly Shape[]): number[] | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result: number[] = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const offset = rank - shape.length;
    for (const [i, dimension] of shape.entries()) {
      const current = result[offset + i];
      if (dimension === current || dimension === 1) continue;
      if (current !== 1) return undefined;
      result[offset + i] = dimension;
    }
  }
  return result;
}

/** A negative axis counts from the back. Undefined when it is out of range for `rank`. */
export function normalizeAxis(axis: number, rank: number): number | undefined {
  const positive = axis < 0 ? axis + rank : axis;
  return Number.isInteger(positive) && positive >= 0 && positive < rank ? positive : undefined;
}

/** Sorted, non-negative axes; `null` means every axis. Undefined when one is out of range or named twice. */
export function normalizeAxes(axes: readonly number[] | null, rank: number): number[] | undefined {
  if (axes === null) return Array.from({ length: rank }, (_, i) => i);
  const result: number[] = [];
  for (const axis of axes) {
    const positive = normalizeAxis(axis, rank);
    if (positive === undefined || result.includes(positive)) return undefined;
    result.push(positive);
  }
  return result.sort((a, b) => a - b);
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] ?? 1) * (shape[i + 1] ?? 1);
  return strides;
}

/** The dimension at `axis`, which the caller has already normalised. */
export function dimension(shape: Shape, axis: number): number {
  const value = shape[axis];
  if (value === undefined) throw new RangeError(`Axis ${axis} is outside of the shape ${showShape(shape)}.`);
  return value;
}
