/**
 * Solves A·X = B for a symmetric positive definite A, by Cholesky on the matrix scaled to ones on its diagonal (which keeps
 * a Gram matrix of inputs of very different sizes well conditioned), and refines the solution once
 * by its own residual.
 *
 * @param a [n, n] row-major, symmetric with a positive diagonal; read only
 * @param b [n, columns] row-major
 * @returns [n, columns], or the row whose pivot says that A is not positive definite to working accuracy
 */
export function solvePositive(
  a: Float64Array,
  n: number,
  b: Float64Array,
  columns: number,
): Float64Array | { readonly pivot: number } {
  const scale = Float64Array.from({ length: n }, (_, i) => 1 / Math.sqrt(a[i * n + i] as number));
  const scaled = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      scaled[i * n + j] = (a[i * n + j] as number) * (scale[i] as number) * (scale[j] as number);
    }
  }
  const factor = scaled.slice();
  const pivot = decompose(factor, n);
  if (pivot >= 0) return { pivot };

  const solution = new Float64Array(n * columns);
  for (let from = 0; from < columns; from += PANEL) {
    const width = Math.min(PANEL, columns - from);
    const right = new Float64Array(n * width);
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < width; c++)
        right[i * width + c] = (b[i * columns + from + c] as number) * (scale[i] as number);
    }
    const found = right.slice();
    substitute(factor, n, found, width);
    const correction = residual(scaled, n, found, right, width);
    substitute(factor, n, correction, width);
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < width; c++) {
        const refined = (found[i * width + c] as number) + (correction[i * width + c] as number);
        solution[i * columns + from + c] = refined * (scale[i] as number);
      }
    }
  }
  return solution;
}

/** Columns that are solved together, so that a panel of them stays in the cache. */
const PANEL = 32;

/** On a matrix with ones on its diagonal, a pivot below this is rounding of zero. */
const smallestPivot = (n: number) => 4 * n * Number.EPSILON;

/** The lower factor L in place, A = L·Lᵀ; −1, or the first row whose pivot is not positive. */
function decompose(a: Float64Array, n: number): number {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j] as number;
      for (let k = 0; k < j; k++) sum -= (a[i * n + k] as number) * (a[j * n + k] as number);
      if (i !== j) a[i * n + j] = sum / (a[j * n + j] as number);
      else if (sum > smallestPivot(n)) a[i * n + i] = Math.sqrt(sum);
      else return i;
    }
  }
  return -1;
}

/** L·Lᵀ·X = B for X, in place of B [n, columns]. */
function substitute(factor: Float64Array, n: number, b: Float64Array, columns: number): void {
  const eliminate = (i: number, k: number, coefficient: number) => {
    for (let c = 0; c < columns; c++) {
      b[i * columns + c] = (b[i * columns + c] as number) - coefficient * (b[k * columns + c] as number);
    }
  };
  const divide = (i: number) => {
    const pivot = factor[i * n + i] as number;
    for (let c = 0; c < columns; c++) b[i * columns + c] = (b[i * columns + c] as number) / pivot;
  };
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) eliminate(i, k, factor[i * n + k] as number);
    divide(i);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) eliminate(i, k, factor[k * n + i] as number);
    divide(i);
  }
}

/** B − A·X. */
function residual(a: Float64Array, n: number, x: Float64Array, b: Float64Array, columns: number): Float64Array {
  const rest = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const coefficient = a[i * n + k] as number;
      for (let c = 0; c < columns; c++) {
        rest[i * columns + c] = (rest[i * columns + c] as number) - coefficient * (x[k * columns + c] as number);
      }
    }
  }
  return rest;
}
