/** @file A singular value decomposition by one-sided Jacobi rotations: independent of Newton–Schulz. Used by tests only. */
import type { Matrix } from './kit.fixture.js';

/** Singular values under this share of the largest count as zero. */
const TOLERANCE = 1e-12;

export interface Decomposition {
  readonly singular: readonly number[];
  /** U·Vᵀ over the singular values that are not zero, in the layout of the matrix. */
  readonly polar: Float64Array;
}

/** Rotates pairs of columns of A until all are orthogonal: then A·V = U·Σ (Hestenes 1958). */
export function svd({ shape, data }: Matrix): Decomposition {
  const [rows = 0, columns = 0] = shape;
  const a = Array.from({ length: columns }, (_, j) =>
    Array.from({ length: rows }, (_, i) => data[i * columns + j] ?? 0),
  );
  const v = Array.from({ length: columns }, (_, j) => Array.from({ length: columns }, (_, i) => Number(i === j)));
  const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0);
  for (let sweep = 0; sweep < 60; sweep++) {
    for (let p = 0; p < columns; p++) {
      for (let q = p + 1; q < columns; q++) {
        const [ap = [], aq = [], vp = [], vq = []] = [a[p], a[q], v[p], v[q]];
        const apart = dot(ap, aq);
        if (apart === 0) continue;
        const zeta = (dot(aq, aq) - dot(ap, ap)) / (2 * apart);
        const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const cos = 1 / Math.sqrt(1 + t * t);
        a[p] = ap.map((value, i) => cos * (value - t * (aq[i] ?? 0)));
        a[q] = aq.map((value, i) => cos * (value + t * (ap[i] ?? 0)));
        v[p] = vp.map((value, i) => cos * (value - t * (vq[i] ?? 0)));
        v[q] = vq.map((value, i) => cos * (value + t * (vp[i] ?? 0)));
      }
    }
  }
  const singular = a.map((column) => Math.hypot(...column));
  const largest = Math.max(...singular);
  const polar = new Float64Array(rows * columns);
  for (const [which, sigma] of singular.entries()) {
    if (sigma <= TOLERANCE * largest) continue;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const at = i * columns + j;
        polar[at] = (polar[at] ?? 0) + ((a[which]?.[i] ?? 0) / sigma) * (v[which]?.[j] ?? 0);
      }
    }
  }
  return { singular, polar };
}
