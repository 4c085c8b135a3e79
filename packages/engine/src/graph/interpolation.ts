/** Resizing along an axis is a product with a constant matrix: differentiable, and the same on every device. */
import type { GraphBuilder } from './builder.js';
import type { Value } from './graph.js';
import { tensorOf } from './tensor.js';

/** How an axis is resized; the words are those of ONNX's Resize. */
export interface Interpolation {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinates: 'half_pixel' | 'half_pixel_symmetric' | 'pytorch_half_pixel' | 'align_corners' | 'asymmetric';
  /** Which neighbour `nearest` takes half way between two. */
  readonly nearest: 'round_prefer_floor' | 'round_prefer_ceil' | 'floor' | 'ceil';
  /** The a of Keys' cubic kernel; ONNX and PyTorch say −0.75. */
  readonly cubic: number;
  /** Weights beyond the ends are dropped and the others made to add up to one; else the end elements repeat. */
  readonly excludeOutside: boolean;
  /** Shrinking averages over all that it skips. */
  readonly antialias: boolean;
}

/** Weights [out, in] by which the elements of an axis give those of the resized one. `scale` is out over in, about. */
export function interpolationMatrix(length: number, out: number, scale: number, how: Interpolation): Float64Array {
  const matrix = new Float64Array(out * length);
  for (let place = 0; place < out; place++) {
    const row = matrix.subarray(place * length, (place + 1) * length);
    const centre = coordinateOf(place, length, out, scale, how.coordinates);
    if (how.mode === 'nearest') {
      row[clamp(nearestOf(centre, how.nearest), length)] = 1;
      continue;
    }
    const stretch = how.antialias && scale < 1 ? scale : 1;
    const radius = (how.mode === 'linear' ? 1 : 2) / stretch;
    const [first, last] = [Math.ceil(centre - radius), Math.floor(centre + radius)];
    let total = 0;
    for (let at = first; at <= last; at++) {
      if (how.excludeOutside && (at < 0 || at >= length)) continue;
      const weight = kernelOf((at - centre) * stretch, how);
      const target = clamp(at, length);
      row[target] = (row[target] ?? 0) + weight;
      total += weight;
    }
    for (let at = clamp(first, length); at <= clamp(last, length); at++) row[at] = (row[at] ?? 0) / total;
  }
  return matrix;
}

/** `x` with its axis `axis` resized to `out` elements by `matrix` [out, in]. */
export function resizeAxis(b: GraphBuilder, x: Value, axis: number, out: number, matrix: Float64Array): Value {
  const length = x.shape[axis] ?? 0;
  const last = x.shape.length - 1;
  const weights = b.constant(tensorOf(x.dtype, [out, length], matrix).data, x.dtype, [out, length]);
  if (axis === last - 1) return b.matMul(weights, x);
  const perm = x.shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
  const turned = b.transpose(weights, { perm: [1, 0] });
  return b.transpose(b.matMul(b.transpose(x, { perm }), turned), { perm });
}

function clamp(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length - 1);
}

/** Where on the original axis element `place` of the resized one lies. */
function coordinateOf(
  place: number,
  length: number,
  out: number,
  scale: number,
  coordinates: Interpolation['coordinates'],
): number {
  const halfPixel = (place + 0.5) / scale - 0.5;
  switch (coordinates) {
    case 'half_pixel':
      return halfPixel;
    case 'half_pixel_symmetric':
      return halfPixel + (length / 2) * (1 - out / (scale * length));
    case 'pytorch_half_pixel':
      return out > 1 ? halfPixel : 0;
    case 'align_corners':
      // By the length that the scale gives, which need not be whole.
      return scale * length === 1 ? 0 : (place * (length - 1)) / (scale * length - 1);
    case 'asymmetric':
      return place / scale;
  }
}

function nearestOf(position: number, mode: Interpolation['nearest']): number {
  switch (mode) {
    case 'round_prefer_floor':
      return Math.ceil(position - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(position + 0.5);
    case 'floor':
      return Math.floor(position);
    case 'ceil':
      return Math.ceil(position);
  }
}

/** The triangle, or Keys' cubic (1981). */
function kernelOf(distance: number, { mode, cubic: a }: Interpolation): number {
  const d = Math.abs(distance);
  if (mode === 'linear') return Math.max(0, 1 - d);
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * (d ** 3 - 5 * d ** 2 + 8 * d - 4) : 0;
}
