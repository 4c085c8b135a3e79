import { type Predictions, softmax } from '../../evaluation/predictions.js';
import { AnalysisError } from '../errors.js';

/**
 * E_x Var_{Y ~ softmax(f(x))}(Δf_Y(x)), Δf = f(x; θ_1) − f(x; θ_0): how differently the two ends see the classes that the soup
 * holds possible. ≥ 0; 0 where Δf is the same for all of them.
 *
 * @param soup logits f [n, classes] of the mixture, multiplied by β already where they shall be
 * @param first [n, classes] of θ_0
 * @param second [n, classes] of θ_1
 */
export function logitVariance(soup: Predictions, first: ArrayLike<number>, second: ArrayLike<number>): number {
  const { n, classes } = soup;
  if (first.length !== n * classes || second.length !== n * classes) {
    throw new AnalysisError(
      `The soup answered ${n * classes} logits, its ends ${first.length} and ${second.length}.`,
      'Ask all of them about the same examples.',
    );
  }
  const p = new Float64Array(classes);
  const change = new Float64Array(classes);
  let total = 0;
  for (let row = 0; row < n; row++) {
    softmax(soup, row, p);
    let mean = 0;
    for (let c = 0; c < classes; c++) {
      change[c] = (second[row * classes + c] ?? 0) - (first[row * classes + c] ?? 0);
      mean += (p[c] ?? 0) * (change[c] ?? 0);
    }
    for (let c = 0; c < classes; c++) total += (p[c] ?? 0) * ((change[c] ?? 0) - mean) ** 2;
  }
  return total / n;
}
