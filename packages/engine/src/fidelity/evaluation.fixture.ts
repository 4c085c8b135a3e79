import { adversarialAccuracy } from '../evaluation/adversarial/adversarial-accuracy.js';
import { inputGradient } from '../evaluation/adversarial/input-gradient.js';
import { adversarialFixture, twoLayers } from '../evaluation/adversarial/network.fixture.js';
import { f1, macroF1 } from '../evaluation/agreement/f1.js';
import { matthews } from '../evaluation/agreement/matthews.js';
import { fitTemperature, scaled } from '../evaluation/calibration/temperature.js';
import { detection } from '../evaluation/detection/out-of-distribution.js';
import { groupAnswers } from '../evaluation/groups/class-groups.js';
import { onlyClasses } from '../evaluation/groups/class-subset.js';
import { furtherMetrics } from '../evaluation/metrics/further.js';
import { metrics } from '../evaluation/metrics/index.js';
import { metricsFixture } from '../evaluation/metrics.fixture.js';
import { weightedKnn } from '../evaluation/representations/knn.js';
import { headLogits, logisticProbe } from '../evaluation/representations/logistic-probe.js';
import { retrieval } from '../evaluation/representations/retrieval.js';
import { largestDifference } from '../testing/oracle.fixture.js';
import { paired, pairRow as row } from './pair-row.fixture.js';
import type { FidelityRow } from './row.fixture.js';

const { answers, agreement, features } = metricsFixture;
const SKLEARN = 'scikit-learn 1.9.1';
const SCIPY = 'scipy 1.17.1';
const TORCH = 'torch 2.15.0, f64';

/** Metrics, representations and attacks beside scikit-learn, scipy and torch. */
export const evaluationRows: readonly FidelityRow[] = [
  row('Top-5', 'accuracy', SKLEARN, 'absolute', 1e-15, () =>
    answers.map((one) => [furtherMetrics.top5.compute(one.predictions), one.top5]),
  ),
  row('Adaptive ECE', 'error', 'NumPy 2.4.6, array_split', 'absolute', 1e-13, () =>
    answers.map((one) => [furtherMetrics.adaptiveEce.compute(one.predictions), one.adaptiveEce]),
  ),
  // A minimiser that compares values finds the place to the square root of their precision.
  row('Temperature scaling', 'temperature', SCIPY, 'relative', 1e-6, () =>
    answers.map((one) => [fitTemperature(one.predictions).temperature, one.temperature]),
  ),
  row('Temperature scaling', 'NLL after it', SCIPY, 'relative', 1e-12, () =>
    answers.map(({ predictions, nllAfter }) => [
      metrics.nll.compute(scaled(predictions, fitTemperature(predictions).temperature)),
      nllAfter,
    ]),
  ),
  row('Superclasses by mean probability', 'answers', SCIPY, 'absolute', 0, () =>
    answers.flatMap(({ predictions, groups, groupAnswers: expected }) =>
      groups === null || expected === null
        ? []
        : paired(
            groupAnswers(
              predictions,
              { source: 'test', names: groups.map(String), members: groups },
              'mean-probability',
            ),
            expected,
          ),
    ),
  ),
  row('Class subset', 'top-1 and NLL of masked logits', SKLEARN, 'absolute', 1e-12, () =>
    answers.flatMap((one) => {
      const { classes, subset, subsetRows, labels, predictions } = one;
      const logits = Float32Array.from(
        subsetRows.flatMap((at) => [...predictions.logits.subarray(at * classes, (at + 1) * classes)]),
      );
      const places = Uint8Array.from(subsetRows, (at) => subset.indexOf(labels[at] ?? -1));
      const only = onlyClasses({ classes, logits }, places, subset);
      return [
        [metrics.top1.compute(only), one.subsetTop1],
        [metrics.nll.compute(only), one.subsetNll],
      ];
    }),
  ),
  row('Out-of-distribution detection, with ties', 'AUROC and FPR at 95 %', SKLEARN, 'absolute', 1e-13, () => {
    const found = detection(metricsFixture.detection.known, metricsFixture.detection.other);
    return [
      [found.auroc, metricsFixture.detection.auroc],
      [found.fpr95, metricsFixture.detection.fpr95],
    ];
  }),
  row('F1, macro F1, Matthews', 'scores', SKLEARN, 'absolute', 1e-14, () =>
    agreement.flatMap(({ answers: given, labels, ...expected }) => [
      ...(expected.f1 === null ? [] : [[f1(given, labels), expected.f1] as const]),
      [macroF1(given, labels), expected.macroF1] as const,
      [matthews(given, labels), expected.matthews] as const,
    ]),
  ),
  row('Weighted kNN, k 1 … 100', 'answers', `eval_knn.py of facebookresearch/dino in ${TORCH}`, 'absolute', 0, () =>
    features.flatMap(({ bank, queries, knn }) =>
      knn.flatMap(({ answers: expected, ...options }) => paired(weightedKnn(bank, queries, options).answers, expected)),
    ),
  ),
  row('Retrieval', 'mAP and recall at 1, 5, 10', SKLEARN, 'absolute', 1e-13, () =>
    features.flatMap(({ bank, queries, map, recall }) => {
      const found = retrieval(bank, queries);
      return [
        [found.map, map] as const,
        ...recall.map(({ k, value }) => [found.recall.get(k) ?? Number.NaN, value] as const),
      ];
    }),
  ),
  // The probe of scikit-learn standardises by σ, this one by σ + 1e-5, as the reference does; and each stops near the optimum.
  row('Linear probe, C 0.01 … 10', 'logits, standardisation folded', SKLEARN, 'absolute', 1e-4, () =>
    features.flatMap(({ bank, queries, classes, probes }) =>
      probes.flatMap(({ c, logits }) =>
        paired(headLogits(logisticProbe(bank, { classes, c }), queries.features), logits.data),
      ),
    ),
  ),
  {
    subject: 'Gradient by the pixels, normalisation inside',
    quantity: 'gradient, f32',
    oracle: TORCH,
    difference: 'absolute',
    bound: 1e-5,
    measure: async () => {
      const network = await inputGradient(twoLayers, { batch: 12, threads: 1 });
      const { gradient } = await network.at(adversarialFixture.pixels.data, adversarialFixture.labels);
      await network.dispose();
      return largestDifference({ data: gradient }, adversarialFixture.gradient);
    },
  },
  ...adversarialFixture.cases.map(
    ({ norm, eps, steps, stepSize, images }): FidelityRow => ({
      subject: `${steps === 1 ? 'FGSM' : `PGD, ${steps} steps`}, ${norm === 'linf' ? 'Linf' : 'L2'}`,
      quantity: 'attacked images, f32',
      oracle: TORCH,
      difference: 'absolute',
      bound: 1e-5,
      measure: async () => {
        const attack = { norm, eps, steps, stepSize, randomStart: false, restarts: 1 };
        const { pixels, labels } = adversarialFixture;
        const options = { batch: 5, threads: 1, seed: 0 };
        const found = await adversarialAccuracy(twoLayers, pixels.data, labels, attack, options);
        return largestDifference({ data: found.images }, images);
      },
    }),
  ),
];
