import { CancelledError } from '../../errors.js';
import { foldedHead, standardisation } from '../../training/standardisation.js';
import { EvaluationError } from '../errors.js';
import { openProductObjective } from './cross-entropy-products.js';
import { checkedFeatures, type FeatureSet } from './features.js';
import { lbfgs, lbfgsSearch } from './lbfgs.js';

export interface LogisticProbeOptions {
  readonly classes: number;
  /**
   * Inverse strength C of the penalty, as scikit-learn has it: C·Σ cross-entropy + ½‖W‖², biases free. Default 1. Choose it on
   * a selection split (CLIP sweeps 96 values between 1e-6 and 1e6), never on the split that is reported.
   */
  readonly c?: number;
  /** Features are standardised for the fit, and that is folded into the head. Default true. */
  readonly standardise?: boolean;
}

/** A linear head for features as they come. */
export interface LinearHead {
  readonly classes: number;
  readonly width: number;
  /** [classes, width] */
  readonly weight: Float64Array;
  /** [classes] */
  readonly bias: Float64Array;
}

/** Most iterations of the solver; it nearly always ends long before. */
const PROBE_ITERATIONS = 1000;

/**
 * The linear probe without a learning rate: multinomial logistic regression on frozen features, solved to the optimum by
 * L-BFGS from zero, in f64. Nothing is random. The standardisation x ↦ (x − μ)/(σ + 1e-5), σ the population deviation, is folded
 * back: W/(σ + 1e-5) and b − W′μ.
 */
export function logisticProbe(data: FeatureSet, options: LogisticProbeOptions): LinearHead {
  const { n, width, classes, c, labels, scale, fill } = problem(data, options);
  const rows = new Float64Array(n * width);
  for (let row = 0; row < n; row++) fill(row, rows, row * width);
  const { x } = lbfgs(crossEntropy(rows, labels, { n, width, classes, c }), new Float64Array(classes * (width + 1)), {
    iterations: PROBE_ITERATIONS,
  });
  const biases = classes * width;
  return { classes, width, ...foldedHead({ weight: x.subarray(0, biases), bias: x.subarray(biases) }, scale) };
}

/** As `logisticProbe` but for rounding, by products on the CPU device: for many features. Tells how far it is, and can be ended. */
export async function logisticProbeByProducts(
  data: FeatureSet,
  options: LogisticProbeOptions,
  run: {
    readonly threads: number;
    readonly signal: AbortSignal;
    /** Called with the evaluations of the function that were made. */
    readonly onEvaluation?: (done: number) => void;
  },
): Promise<LinearHead> {
  const { scale, ...rows } = problem(data, options);
  const { classes, width } = rows;
  await using objective = await openProductObjective(rows, run);
  const search = lbfgsSearch(new Float64Array(classes * (width + 1)), { iterations: PROBE_ITERATIONS });
  let turn = search.next();
  for (let evaluations = 1; !turn.done; evaluations++) {
    if (run.signal.aborted) throw new CancelledError('The linear probe');
    turn = search.next(await objective.at(turn.value));
    run.onEvaluation?.(evaluations);
  }
  const { x } = turn.value;
  const column = (place: (row: number, i: number) => number, count: number) =>
    Float64Array.from({ length: classes * count }, (_, at) => x[place(Math.floor(at / count), at % count)] ?? 0);
  const weight = column((row, i) => row * (width + 1) + i, width);
  const bias = column((row) => row * (width + 1) + width, 1);
  return { classes, width, ...foldedHead({ weight, bias }, scale) };
}

/** What is to be solved, checked, with the features standardised where that is asked for. */
function problem(data: FeatureSet, { classes, c = 1, standardise = true }: LogisticProbeOptions) {
  const n = checkedFeatures(data, 'The training features');
  const { width, labels, features } = data;
  for (let row = 0; row < n; row++) {
    const label = labels[row] ?? -1;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new EvaluationError(
        `Example ${row} has the label ${label}, which is not one of ${classes} classes.`,
        'Give the number of classes of the data set.',
      );
    }
  }
  if (!(c > 0))
    throw new EvaluationError(`The inverse penalty C is ${c}.`, 'Give a positive number, 1 for the default.');
  const scale = standardise
    ? standardisation(data)
    : { mean: new Float64Array(width), deviation: new Float64Array(width).fill(1) };
  const { mean, deviation } = scale;
  const fill = (row: number, target: Float64Array, at: number) => {
    for (let i = 0; i < width; i++) {
      target[at + i] = ((features[row * width + i] ?? 0) - (mean[i] ?? 0)) / (deviation[i] ?? 1);
    }
  };
  return { n, width, classes, c, labels, scale, fill };
}

/** The logits of a head for features [n, width]: [n, classes]. */
export function headLogits({ classes, width, weight, bias }: LinearHead, features: Float32Array): Float64Array {
  const n = features.length / width;
  const logits = new Float64Array(n * classes);
  for (let row = 0; row < n; row++) {
    for (let index = 0; index < classes; index++) {
      let sum = bias[index] ?? 0;
      for (let i = 0; i < width; i++) sum += (weight[index * width + i] ?? 0) * (features[row * width + i] ?? 0);
      logits[row * classes + index] = sum;
    }
  }
  return logits;
}

/** (Σ cross-entropy + ‖W‖²/2C) / n and its gradient; the division only gives the tolerance of the solver a scale. */
function crossEntropy(
  rows: Float64Array,
  labels: ArrayLike<number>,
  { n, width, classes, c }: { n: number; width: number; classes: number; c: number },
) {
  const biases = classes * width;
  const logits = new Float64Array(classes);
  return (x: Float64Array, gradient: Float64Array): number => {
    let value = 0;
    for (let i = 0; i < x.length; i++) gradient[i] = i < biases ? (x[i] ?? 0) / (c * n) : 0;
    for (let i = 0; i < biases; i++) value += (x[i] ?? 0) ** 2 / (2 * c * n);
    for (let row = 0; row < n; row++) {
      let largest = Number.NEGATIVE_INFINITY;
      for (let index = 0; index < classes; index++) {
        let sum = x[biases + index] ?? 0;
        for (let i = 0; i < width; i++) sum += (x[index * width + i] ?? 0) * (rows[row * width + i] ?? 0);
        logits[index] = sum;
        largest = Math.max(largest, sum);
      }
      const mass = logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
      value += (largest + Math.log(mass) - (logits[labels[row] ?? 0] ?? 0)) / n;
      for (let index = 0; index < classes; index++) {
        const error = (Math.exp((logits[index] ?? 0) - largest) / mass - (index === labels[row] ? 1 : 0)) / n;
        gradient[biases + index] = (gradient[biases + index] ?? 0) + error;
        for (let i = 0; i < width; i++) {
          gradient[index * width + i] = (gradient[index * width + i] ?? 0) + error * (rows[row * width + i] ?? 0);
        }
      }
    }
    return value;
  };
}
