import type { MarginalDocument } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { number, numbers, positive } from '../../option-values.js';
import { whole } from '../../progress/format.js';
import { defineAnalysis, subjectFlags, worthFlags } from '../define-analysis.js';
import { layOutWide, type Paint, paragraph } from '../text/layout.js';
import { cost, examples, gain, idleText, worth, worthHeading, worthUnit } from '../text/words.js';

export const marginal = defineAnalysis({
  name: 'marginal',
  description:
    'Draws random orders of the ingredients and evaluates the uniform soup of the first n of each: what the n-th adds, against what ingredients cost. In a cooked folder they cost their optimizer steps, else one each.',
  words: '<models...>',
  options: [
    new Option('--orders <n>', 'random orders, 3 or more').argParser(positive).default(20),
    new Option('--costs <numbers>', 'cost of each model, separated by commas').argParser(numbers),
    new Option('--unit <word>', 'what --costs are counted in').default('units'),
    new Option('--level <share>', 'confidence level of the intervals').argParser(number).default(0.95),
    ...worthFlags(),
    ...subjectFlags(),
  ],
  examples: [
    'marginal A.safetensors B.safetensors C.safetensors --data digits --count 100 --costs 10,20,15 --unit minutes',
    'marginal .stockpot --metric loss',
  ],
  told,
});

function told(document: MarginalDocument, paint: Paint): string {
  const { metric, curve, cost: paid, baseline } = document;
  const interval = ({ low, high }: { low: number; high: number }) => `[${gain(low, metric)}, ${gain(high, metric)}]`;
  // The first one's gain is over the baseline; whether to train another is about those after it.
  const idle = curve.filter(({ n, gainInterval }) => n > 1 && gainInterval.low <= 0).map(({ n }) => n);
  return [
    paragraph(
      `What the n-th of ${curve.length} ingredients adds ${examples(document.examined)}: means over ${document.orders} random orders`,
      paint,
    ),
    '',
    layOutWide(
      {
        head: [
          'n',
          `soup, ${worthHeading[metric]}`,
          `gain, ${worthUnit[metric]}`,
          '~interval',
          paid.unit,
          'gain per cost',
        ],
        rows: curve.map((point) => [
          String(point.n),
          worth(point.worth, metric),
          gain(point.gain, metric),
          interval(point.gainInterval),
          whole(point.cost),
          point.gainPerCost === null
            ? '–'
            : (point.gainPerCost * (metric === 'accuracy' ? 100 : 1)).toExponential(1).replaceAll('-', '−'),
        ]),
      },
      1,
      paint,
    ),
    '',
    paragraph(
      `The first gains on ${baseline.name} (${worth(baseline.worth, metric)}). ${idleText(idle, curve.length)} At n = ${curve.length} all orders make one soup.`,
      paint,
    ),
    paint.dim(cost(document.evaluations)),
  ].join('\n');
}
