import type { ContributionDocument } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { number, positive } from '../../option-values.js';
import { defineAnalysis, subjectFlags, worthFlags } from '../define-analysis.js';
import { layOut, type Paint, paragraph } from '../text/layout.js';
import { cost, examples, gain, labels, worth, worthHeading, worthUnit } from '../text/words.js';

export const contribution = defineAnalysis({
  name: 'contribution',
  description:
    'A set of ingredients is worth what its uniform soup is. Shapley values are exact where all 2^k − 1 soups cost no more than sampling would, else from random orders in antithetic pairs with intervals.',
  words: '<models...>',
  options: [
    new Option('--pairs <n>', 'pairs of random orders, 3 or more').argParser(positive).default(10),
    new Option('--exact', 'enumerate all soups, up to 12 ingredients'),
    new Option('--level <share>', 'confidence level of the intervals').argParser(number).default(0.95),
    ...worthFlags(),
    ...subjectFlags(),
  ],
  examples: [
    'contribution A.safetensors B.safetensors C.safetensors --data digits --count 100',
    'contribution .stockpot --soup greedy --metric loss',
  ],
  told,
});

function told(document: ContributionDocument, paint: Paint): string {
  const models = labels(document.models);
  const { metric, baseline, all, alone, leaveOneOut, shapley } = document;
  const unit = worthUnit[metric];
  const shapleyOf = (index: number) => shapley.values[index]?.value ?? 0;
  const order = models.map((_, index) => index).sort((a, b) => shapleyOf(b) - shapleyOf(a));
  const sampled = shapley.level === null ? [] : [`~${Math.round(100 * shapley.level)} % interval`];
  const worse = order.filter((index) => (leaveOneOut[index] ?? 0) < 0).map((index) => models[index] ?? '');
  return [
    paragraph(`Contributions ${examples(document.examined)}, in ${unit}`, paint),
    '',
    layOut(
      {
        head: [
          '~model',
          `alone, ${worthHeading[metric]}`,
          'leave one out',
          sampled.length === 0 ? 'Shapley, exact' : 'Shapley',
          ...sampled,
        ],
        rows: order.map((index) => {
          const interval = shapley.values[index]?.interval ?? null;
          return [
            models[index] ?? '',
            worth(alone[index] ?? 0, metric),
            gain(leaveOneOut[index] ?? 0, metric),
            gain(shapleyOf(index), metric),
            interval === null ? '' : `[${gain(interval.low, metric)}, ${gain(interval.high, metric)}]`,
          ];
        }),
      },
      paint,
    ),
    '',
    paragraph(
      `The soup of all is worth ${worth(all, metric)}, ${baseline.name} ${worth(baseline.worth, metric)}: the Shapley values add up to the difference, ${gain(all - baseline.worth, metric)}.${worse.length === 0 ? '' : ` On these examples the soup is better without ${worse.join(' or without ')}.`}${shapley.method === 'sampled' ? ` Intervals are of ${shapley.pairs} pairs of orders: they say how well the values of these scores are known, not how well the scores are.` : ''}`,
      paint,
    ),
    paint.dim(cost(document.evaluations)),
  ].join('\n');
}
