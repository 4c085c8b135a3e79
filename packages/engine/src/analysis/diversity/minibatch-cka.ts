import { AnalysisError } from '../errors.js';
import { commonExamples, type Features } from './features.js';

/** The smallest batch for which the unbiased estimator is defined. */
export const SMALLEST_BATCH = 4;

/**
 * Linear CKA of every pair of a pool batch by batch, so that no more than a batch of kernels is in memory, each made once:
 *
 *     CKA = Σ_b HSIC₁(K_b, L_b) / √(Σ_b HSIC₁(K_b, K_b) · Σ_b HSIC₁(L_b, L_b)),   K = XXᵀ, L = YYᵀ,
 *     HSIC₁(K, L) = 1/(n(n−3)) · [ tr(K̃L̃) + 1ᵀK̃1·1ᵀL̃1/((n−1)(n−2)) − 2/(n−2)·1ᵀK̃L̃1 ],   diagonals of K̃, L̃ set to 0.
 *
 * HSIC₁ is unbiased for any batch size, so the expected value of the three sums does not depend on it, and independent
 * representations score around 0 (a little below as often as above). Batches should be equally large. O(n²·(Σ widths + models²)) for a batch.
 *
 * Sources: Song et al., Feature selection via dependence maximization, JMLR 2012, eq. 5; Nguyen, Raghu and Kornblith, Do wide
 * and deep networks learn the same things?, ICLR 2021, arXiv:2010.15327, eq. 2.
 */
export class MinibatchCka {
  /** Σ HSIC₁ of models i and j at i·models + j, j ≥ i. */
  readonly #sums: Float64Array;

  constructor(readonly models: number) {
    this.#sums = new Float64Array(models * models);
  }

  /** Features of the same examples, 4 or more, from every model. */
  add(features: readonly Features[]): void {
    const [first] = features;
    if (features.length !== this.models || first === undefined) {
      throw new AnalysisError(`Features of ${features.length} models came for ${this.models}.`, 'Give those of each.');
    }
    const n = Math.min(...features.map((other) => commonExamples(first, other, SMALLEST_BATCH)));
    const kernels = features.map((one) => kernel(one, n));
    for (const [i, one] of kernels.entries()) {
      for (const [j, other] of kernels.entries()) {
        const at = i * this.models + j;
        if (j >= i) this.#sums[at] = (this.#sums[at] ?? 0) + unbiasedHsic(one, other, n);
      }
    }
  }

  /** The CKA of two models over all batches so far, ≤ 1 in expectation; null before the first, or where one of them does not vary. */
  between(one: number, other: number): number | null {
    const sum = (i: number, j: number) => this.#sums[i * this.models + j] ?? 0;
    const product = Math.sqrt(sum(one, one)) * Math.sqrt(sum(other, other));
    return product > 0 ? sum(Math.min(one, other), Math.max(one, other)) / product : null;
  }
}

/** XXᵀ [n, n] with the diagonal set to 0. */
function kernel({ rows, width }: Features, n: number): Float64Array {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let column = 0; column < width; column++) {
        sum += (rows[i * width + column] ?? 0) * (rows[j * width + column] ?? 0);
      }
      result[i * n + j] = sum;
      result[j * n + i] = sum;
    }
  }
  return result;
}

/** HSIC₁ of two kernels [n, n] whose diagonals are 0; n ≥ 4. May be negative. */
export function unbiasedHsic(k: Float64Array, l: Float64Array, n: number): number {
  let trace = 0;
  let sumK = 0;
  let sumL = 0;
  let mixed = 0;
  for (let row = 0; row < n; row++) {
    let rowK = 0;
    let rowL = 0;
    for (let column = 0; column < n; column++) {
      const [a, b] = [k[row * n + column] ?? 0, l[row * n + column] ?? 0];
      trace += a * b;
      rowK += a;
      rowL += b;
    }
    sumK += rowK;
    sumL += rowL;
    mixed += rowK * rowL;
  }
  return (trace + (sumK * sumL) / ((n - 1) * (n - 2)) - (2 * mixed) / (n - 2)) / (n * (n - 3));
}
