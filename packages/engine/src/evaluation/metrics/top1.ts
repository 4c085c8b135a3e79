import { predictedClass } from '../predictions.js';
import type { Metric } from './metric.js';

export const top1: Metric = {
  title: 'top-1',
  unit: 'share',
  range: [0, 1],
  better: 'higher',
  counted: true,
  definition:
    'Share of examples whose largest logit is that of their label; among equal logits the lowest class counts.',
  compute(predictions) {
    let right = 0;
    for (let row = 0; row < predictions.n; row++) {
      if (predictedClass(predictions, row) === predictions.labels[row]) right++;
    }
    return right / predictions.n;
  },
};
