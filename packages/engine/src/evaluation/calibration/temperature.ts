import { ece } from '../metrics/ece.js';
import { nll } from '../metrics/nll.js';
import type { Predictions } from '../predictions.js';
import { CompensatedSum } from '../sum.js';

/** Where the best temperature lies outside of these, the nearer end is taken and said so. */
export const TEMPERATURES = { low: 0.01, high: 100 } as const;

export interface Temperature {
  /** Logits are divided by it: above 1 the model was too sure. */
  readonly temperature: number;
  /**
   * Null where the NLL has its minimum inside the range. `low`: every example is right, so that the NLL falls for ever as the
   * model gets surer. `high`: the logits are worse than none.
   */
  readonly bound: 'low' | 'high' | null;
}

/**
 * The temperature that minimises the NLL (Guo et al. 2017), to the last bits. In β = 1/T the NLL is convex, and its derivative
 * is the mean over examples of the expected logit less the label's, so the minimum is where that crosses zero.
 *
 * @param selection predictions on a split that may be chosen by, never on the one that is reported
 */
export function fitTemperature(selection: Predictions): Temperature {
  const slope = (beta: number) => nllSlope(selection, beta);
  let [low, high] = [1 / TEMPERATURES.high, 1 / TEMPERATURES.low];
  if (slope(low) >= 0) return { temperature: TEMPERATURES.high, bound: 'high' };
  if (slope(high) <= 0) return { temperature: TEMPERATURES.low, bound: 'low' };
  while (high - low > 1e-14 * high) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  return { temperature: 2 / (low + high), bound: null };
}

/** The predictions with logits divided by a temperature, in f64: no rounding stands between the fit and its use. */
export function scaled(predictions: Predictions, temperature: number): Predictions {
  return { ...predictions, logits: Float64Array.from(predictions.logits, (logit) => logit / temperature) };
}

export interface Calibration extends Temperature {
  /** Examples that the temperature was fitted on, and that it is reported on. */
  readonly nSelection: number;
  readonly nReport: number;
  readonly nll: { readonly before: number; readonly after: number };
  readonly ece: { readonly before: number; readonly after: number };
}

/** Fits a temperature on one split and says what it does to another. The order of classes, and so top-1, does not change. */
export function temperatureScaling(selection: Predictions, report: Predictions): Calibration {
  const fit = fitTemperature(selection);
  const cooled = scaled(report, fit.temperature);
  return {
    ...fit,
    nSelection: selection.n,
    nReport: report.n,
    nll: { before: nll.compute(report), after: nll.compute(cooled) },
    ece: { before: ece.compute(report), after: ece.compute(cooled) },
  };
}

/** dNLL/dβ: the mean over examples of Σ_k p_k·(z_k − z_label), the probabilities those of β·z. */
function nllSlope({ n, classes, logits, labels }: Predictions, beta: number): number {
  const sum = new CompensatedSum();
  for (let row = 0; row < n; row++) {
    const start = row * classes;
    const own = logits[start + (labels[row] ?? 0)] ?? 0;
    let largest = Number.NEGATIVE_INFINITY;
    for (let at = start; at < start + classes; at++) largest = Math.max(largest, logits[at] ?? 0);
    let [mass, lead] = [0, 0];
    for (let at = start; at < start + classes; at++) {
      const logit = logits[at] ?? 0;
      const weight = Math.exp(beta * (logit - largest));
      mass += weight;
      lead += weight * (logit - own);
    }
    sum.add(lead / mass);
  }
  return sum.value / n;
}
