import type { PositionInterpolation } from './architecture.js';

interface Resampling {
  /** The sharpness a of Keys' cubic kernel. */
  readonly sharpness: number;
  /** Whether the kernel is widened when a grid is shrunk, so that every old row has a say. */
  readonly antialias: boolean;
  /** Added to the new size before the ratio of the sizes is taken. */
  readonly offset: number;
}

/**
 * How the families resample their position embeddings; all are torch's `F.interpolate(mode='bicubic',
 * align_corners=False)`, yet they differ in the third decimal:
 * - `bicubic`: MAE and Hugging Face (ViT, CLIP, DINOv2).
 * - `bicubic-antialias`: timm's `resample_abs_pos_embed`; torch's antialiased kernel is also the sharper one of PIL.
 * - `bicubic-offset`: the original DINOv2, which gives `scale_factor = (size + 0.1) / old size` in place of a size, so that
 *   rounding cannot lose a row; the ratio is what torch then computes coordinates with.
 */
const resamplings: { readonly [Kind in PositionInterpolation]: Resampling } = {
  bicubic: { sharpness: -0.75, antialias: false, offset: 0 },
  'bicubic-antialias': { sharpness: -0.5, antialias: true, offset: 0 },
  'bicubic-offset': { sharpness: -0.75, antialias: false, offset: 0.1 },
};

/** Keys' cubic convolution kernel. */
function cubic(x: number, a: number): number {
  const distance = Math.abs(x);
  if (distance < 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
  if (distance < 2) return (((distance - 5) * distance + 8) * distance - 4) * a;
  return 0;
}

/**
 * The matrix [to, from] with which one axis of a grid is resampled: new row = Σ weight · old row. Each of its rows sums to
 * 1; rows beyond the border repeat the last one (without antialias) or have no weight (with it), as in torch.
 */
export function resamplingMatrix(from: number, to: number, kind: PositionInterpolation): Float64Array {
  const { sharpness, antialias, offset } = resamplings[kind];
  const matrix = new Float64Array(to * from);
  const ratio = from / (to + offset);
  for (let row = 0; row < to; row++) {
    const weights = matrix.subarray(row * from, (row + 1) * from);
    const centre = (row + 0.5) * ratio;
    if (antialias) {
      const scale = Math.max(1, ratio);
      const first = Math.max(0, Math.trunc(centre - 2 * scale + 0.5));
      const last = Math.min(from, Math.trunc(centre + 2 * scale + 0.5));
      let sum = 0;
      for (let column = first; column < last; column++) {
        const weight = cubic((column - centre + 0.5) / scale, sharpness);
        weights[column] = weight;
        sum += weight;
      }
      for (let column = first; column < last; column++) weights[column] = (weights[column] ?? 0) / sum;
      continue;
    }
    const position = centre - 0.5;
    const base = Math.floor(position);
    for (let tap = base - 1; tap <= base + 2; tap++) {
      const column = Math.min(from - 1, Math.max(0, tap));
      weights[column] = (weights[column] ?? 0) + cubic(position - tap, sharpness);
    }
  }
  return matrix;
}
