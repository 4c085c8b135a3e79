import { EvaluationError } from '../../evaluation/errors.js';
import { fewShotSet, headAccuracy } from '../../evaluation/representations/few-shot.js';
import { logisticProbeByProducts } from '../../evaluation/representations/logistic-probe.js';
import { overSeeds } from '../../statistics/over-seeds.js';
import { featurePasses, neededBank, scoredFeatures } from './feature-input.js';
import { inTurns } from './in-turns.js';
import type { Measure } from './measure.js';

export const fewShot: Measure<'few-shot'> = {
  formula:
    "The linear probe of linear-probe-1 on `shots` examples of each class of the reference, drawn without replacement as the first of a permutation keyed by (seed + i, few-shot, class) for draw i; the mean over the draws of the share of right answers. The interval is that of Student's t over the draws, cut to 0 … 1: it says how much the draw matters, not how much the choice of scored examples does.",
  metrics: () => ['fewShot', 'fewShotLow', 'fewShotHigh', 'fewShotDraws'],
  async measure({ protocol, parameters: { shots, draws, seed, c }, context }) {
    const test = await scoredFeatures(protocol, context);
    const train = await neededBank(protocol, context);
    const { classes } = protocol.dataset;
    const there = new Set(Array.from(train.labels)).size;
    if (there < classes) {
      throw new EvaluationError(
        `The reference has examples of ${there} of the ${classes} classes; a few of each were asked for.`,
        'Take a larger part of the reference, or all of it.',
      );
    }
    const accuracies: number[] = [];
    await inTurns(draws, 1, context, 'draws', async (draw) => {
      const few = fewShotSet(train, shots, seed + draw);
      accuracies.push(headAccuracy(await logisticProbeByProducts(few, { classes, c }, context), test));
    });
    const { mean, interval, n } = overSeeds(accuracies);
    return {
      further: {
        [`fewShot:${shots}`]: mean,
        [`fewShotDraws:${shots}`]: n,
        ...(interval === null
          ? {}
          : {
              [`fewShotLow:${shots}`]: Math.max(0, interval.low),
              [`fewShotHigh:${shots}`]: Math.min(1, interval.high),
            }),
      },
      passes: featurePasses(protocol),
    };
  },
};
