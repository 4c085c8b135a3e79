/** The sliding windows of convolutions and pools, axis by axis. */
import type { Shape } from '../shape.js';

/** How windows lie on the data. What is null is 1 (strides, dilations) or 0 (pads). */
export interface WindowAttributes {
  readonly strides: readonly number[] | null;
  /** What is added before each spatial axis, then after each. */
  readonly pads: readonly number[] | null;
  readonly dilations: readonly number[] | null;
}

/** The windows along one spatial axis. */
export interface WindowAxis {
  /** Elements of the data. */
  readonly length: number;
  /** Elements of the kernel. */
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  /** Elements from the first to the last that a window touches. */
  readonly reach: number;
  /** Number of windows. May be below 1 when the kernel does not fit. */
  readonly count: number;
}

/**
 * One entry a spatial axis. With `ceil` a last window may hang over the end, but not begin beyond the data and its leading
 * pad (ONNX 22, as PyTorch).
 */
export function windowsOf(spatial: Shape, kernel: Shape, attributes: WindowAttributes, ceil = false): WindowAxis[] {
  return spatial.map((length, i) => {
    const stride = attributes.strides?.[i] ?? 1;
    const dilation = attributes.dilations?.[i] ?? 1;
    const before = attributes.pads?.[i] ?? 0;
    const after = attributes.pads?.[i + spatial.length] ?? 0;
    const reach = ((kernel[i] ?? 1) - 1) * dilation + 1;
    const steps = (length + before + after - reach) / stride;
    const count = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    const hangs = ceil && (count - 1) * stride >= length + before;
    return { length, kernel: kernel[i] ?? 1, stride, dilation, before, after, reach, count: hangs ? count - 1 : count };
  });
}

/** A sentence about attributes that ONNX does not allow for `axes` spatial axes, or undefined. */
export function wrongWindows(axes: number, attributes: WindowAttributes): string | undefined {
  const { strides, pads, dilations } = attributes;
  if ([strides, dilations].some((list) => list !== null && (list.length !== axes || list.some((n) => n < 1)))) {
    return `strides and dilations need ${axes} numbers from 1, one a spatial axis`;
  }
  if (pads !== null && (pads.length !== 2 * axes || pads.some((n) => n < 0))) {
    return `pads needs ${2 * axes} numbers from 0, two a spatial axis`;
  }
  return undefined;
}
