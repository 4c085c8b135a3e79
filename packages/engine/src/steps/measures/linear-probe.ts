import { correctBits } from '../../evaluation/bitmap.js';
import { metrics } from '../../evaluation/metrics/index.js';
import { predictions } from '../../evaluation/predictions.js';
import { headLogits, logisticProbeByProducts } from '../../evaluation/representations/logistic-probe.js';
import { featurePasses, neededBank, scoredFeatures } from './feature-input.js';
import type { Measure } from './measure.js';

/** Evaluations that a probe takes; a guess for its progress. */
const USUAL = 200;

export const linearProbe: Measure<'linear-probe'> = {
  formula:
    'Multinomial logistic regression on the reference: features of the network without its head, each standardised by the mean and population deviation (plus 1e-5) of the reference, C·Σ cross-entropy + ½‖W‖² with free biases minimised in f64 by L-BFGS from zero until no component of the gradient of the mean exceeds 1e-9 (at most 1000 iterations); the standardisation is folded into the weights, which answer the scored features (Alain and Bengio 2016; Radford et al. 2021, section 3).',
  metrics: () => ['top1', 'nll', 'ece', 'brier', 'linearProbe'],
  async measure({ protocol, parameters: { c }, context }) {
    const test = await scoredFeatures(protocol, context);
    const train = await neededBank(protocol, context);
    const { classes } = protocol.dataset;
    const { signal, reporter, threads } = context;
    const head = await logisticProbeByProducts(
      train,
      { classes, c },
      {
        ...{ threads, signal },
        // How many there will be is not known: mostly fewer than a hundred or two.
        onEvaluation: (done) =>
          reporter.progress({ done, total: Math.max(done, USUAL), unit: 'evaluations of the probe' }),
      },
    );
    const logits = Float32Array.from(headLogits(head, test.features));
    const answered = predictions(logits, Uint32Array.from(test.labels), classes);
    const top1 = metrics.top1.compute(answered);
    return {
      core: {
        top1,
        nll: metrics.nll.compute(answered),
        ece: metrics.ece.compute(answered),
        brier: metrics.brier.compute(answered),
      },
      further: { linearProbe: top1 },
      correct: correctBits(answered),
      answers: new Map([['logits', { dtype: 'f32', shape: [protocol.n, classes], data: logits }]]),
      passes: featurePasses(protocol),
    };
  },
};
