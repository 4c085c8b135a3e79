import type { Metric } from './metric.js';

const PLACES = 5;

export const top5: Metric = {
  title: 'top-5',
  unit: 'share',
  range: [0, 1],
  better: 'higher',
  counted: true,
  definition:
    'Share of examples whose label has one of the five largest logits; among equal logits lower classes come first. 1 with five classes or fewer.',
  compute({ n, classes, logits, labels }) {
    let right = 0;
    for (let row = 0; row < n; row++) {
      const label = labels[row] ?? 0;
      const own = logits[row * classes + label] ?? 0;
      let before = 0;
      for (let index = 0; index < classes; index++) {
        const other = logits[row * classes + index] ?? 0;
        if (other > own || (other === own && index < label)) before++;
      }
      if (before < PLACES) right++;
    }
    return right / n;
  },
};
