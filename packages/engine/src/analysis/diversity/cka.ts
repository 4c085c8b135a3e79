import { commonExamples, type Features } from './features.js';

/**
 * Linear centred kernel alignment of two representations of the same n examples,
 *
 *     CKA(X, Y) = ‖Yᵀ X‖²_F / (‖Xᵀ X‖_F · ‖Yᵀ Y‖_F),   columns of X [n, p] and Y [n, q] centred,
 *
 * in [0, 1]: 1 for representations that are equal up to a rotation, a shift and one scale. Biased upwards where n is not much
 * larger than the widths (independent features score √(p·q)/n and more): `MinibatchCka` is not. O(n·p·q) time, f64.
 *
 * Source: Kornblith et al., Similarity of neural network representations revisited, ICML 2019, arXiv:1905.00414, eq. 3.
 *
 * @returns null where one of the representations is constant
 */
export function linearCka(left: Features, right: Features): number | null {
  const n = commonExamples(left, right, 2);
  const [x, y] = [centred(left, n), centred(right, n)];
  const cross = squaredProduct(x, left.width, y, right.width, n);
  const own = Math.sqrt(squaredProduct(x, left.width, x, left.width, n));
  const other = Math.sqrt(squaredProduct(y, right.width, y, right.width, n));
  return own === 0 || other === 0 ? null : Math.min(1, cross / own / other);
}

/** The features less their column means; less the first row before, so that a column that does not vary becomes exactly 0. */
function centred({ rows, width }: Features, n: number): Float64Array {
  const values = Float64Array.from(rows, (value, at) => value - (rows[at % width] ?? 0));
  for (let column = 0; column < width; column++) {
    let mean = 0;
    for (let row = 0; row < n; row++) mean += (values[row * width + column] ?? 0) / n;
    for (let row = 0; row < n; row++) values[row * width + column] = (values[row * width + column] ?? 0) - mean;
  }
  return values;
}

/** ‖XᵀY‖²_F for X [n, p] and Y [n, q]. */
function squaredProduct(x: Float64Array, p: number, y: Float64Array, q: number, n: number): number {
  const product = new Float64Array(p * q);
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < p; i++) {
      const factor = x[row * p + i] ?? 0;
      if (factor === 0) continue;
      for (let j = 0; j < q; j++) product[i * q + j] = (product[i * q + j] ?? 0) + factor * (y[row * q + j] ?? 0);
    }
  }
  return product.reduce((sum, value) => sum + value * value, 0);
}
