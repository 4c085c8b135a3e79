import { keyed } from '../../random/random.js';
import { FEWEST_SEEDS, type OverSeeds, overSeeds } from '../../statistics/over-seeds.js';
import { EvaluationError } from '../errors.js';
import { checkedFeatures, type FeatureSet } from './features.js';
import { headLogits, type LinearHead, logisticProbe } from './logistic-probe.js';

/**
 * Positions of `shots` examples of every class, drawn without replacement: the first ones of a permutation of the class's
 * examples, keyed (seed, 'few-shot', class). So the draws of one seed are nested: 1 shot is among the 2 shots.
 *
 * @returns classes in rising order, `shots` positions each
 */
export function fewShotSample(labels: ArrayLike<number>, shots: number, seed: number): Uint32Array {
  const byClass = new Map<number, number[]>();
  for (let position = 0; position < labels.length; position++) {
    const label = labels[position] ?? 0;
    const list = byClass.get(label) ?? [];
    list.push(position);
    byClass.set(label, list);
  }
  const chosen = [...byClass].sort(([a], [b]) => a - b);
  return Uint32Array.from(
    chosen.flatMap(([label, positions]) => {
      if (!Number.isInteger(shots) || shots < 1 || positions.length < shots) {
        throw new EvaluationError(
          `${shots} examples of class ${label} were asked for; there are ${positions.length}.`,
          'Ask for fewer shots, or use a data set with more examples of every class.',
        );
      }
      const order = keyed(seed, 'few-shot', label).permutation(positions.length);
      return [...order.subarray(0, shots)].map((place) => positions[place] ?? 0);
    }),
  );
}

export interface FewShotOptions {
  readonly classes: number;
  /** Examples a class; the literature reports 1, 2, 4, 8 and 16. */
  readonly shots: number;
  /** At least three: with few examples the draw matters more than the model. */
  readonly seeds: readonly number[];
  /** Inverse penalty of the probe. */
  readonly c?: number;
}

/** Accuracies of linear probes on few examples a class, one probe a seed, on the same test features. */
export function fewShot(
  train: FeatureSet,
  test: FeatureSet,
  { seeds, ...options }: FewShotOptions,
): { readonly accuracies: readonly number[]; readonly aggregate: OverSeeds } {
  if (new Set(seeds).size < FEWEST_SEEDS || new Set(seeds).size !== seeds.length) {
    throw new EvaluationError(
      `A few-shot score needs at least ${FEWEST_SEEDS} different seeds, not ${seeds.join(', ') || 'none'}.`,
      'Give more seeds: the draw of the examples moves the score more than the model does.',
    );
  }
  const accuracies = seeds.map((seed) => fewShotAccuracy(train, test, { ...options, seed }));
  return { accuracies, aggregate: overSeeds(accuracies) };
}

/** The accuracy of the linear probe on one draw of few examples a class. */
function fewShotAccuracy(
  train: FeatureSet,
  test: FeatureSet,
  { classes, shots, seed, c }: Omit<FewShotOptions, 'seeds'> & { readonly seed: number },
): number {
  const few = fewShotSet(train, shots, seed);
  return headAccuracy(logisticProbe(few, c === undefined ? { classes } : { classes, c }), test);
}

/** The features of the examples of one draw. */
export function fewShotSet(train: FeatureSet, shots: number, seed: number): FeatureSet {
  checkedFeatures(train, 'The training features');
  const { width } = train;
  const positions = fewShotSample(train.labels, shots, seed);
  const features = new Float32Array(positions.length * width);
  for (const [row, position] of positions.entries()) {
    features.set(train.features.subarray(position * width, (position + 1) * width), row * width);
  }
  return { width, features, labels: Uint32Array.from(positions, (position) => train.labels[position] ?? 0) };
}

/** Share of examples whose largest logit is that of their label, the first of equal ones. */
export function headAccuracy(head: LinearHead, test: FeatureSet): number {
  const n = checkedFeatures(test, 'The test features');
  const { classes } = head;
  const logits = headLogits(head, test.features);
  let right = 0;
  for (let row = 0; row < n; row++) {
    let best = 0;
    for (let index = 1; index < classes; index++) {
      if ((logits[row * classes + index] ?? 0) > (logits[row * classes + best] ?? 0)) best = index;
    }
    if (best === test.labels[row]) right++;
  }
  return right / n;
}
