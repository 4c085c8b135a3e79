import { analyseMarginal, type MarginalDocument } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { z } from 'zod';
import { UsageError } from '../../failure.js';
import { number, numbers, positive } from '../../option-values.js';
import { whole } from '../../progress/format.js';
import { defineAnalysis, subjectFlags } from '../define-analysis.js';
import { type OpenedSubject, openSubjectOf } from '../open-subject.js';
import { layOutWide, type Paint, paragraph } from '../text/layout.js';
import { cost, examples, gain, idleText, worth, worthHeading, worthUnit } from '../text/words.js';
import { baselineOf, worthFlags, worthOptions } from '../worth.js';

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
  schema: worthOptions.extend({
    orders: z.number(),
    costs: z.array(z.number()).optional(),
    unit: z.string(),
    level: z.number(),
  }),
  async run(words, options, context) {
    await using opened = await openSubjectOf(words, options, { least: 1 }, context);
    const { metric, orders, level, seed } = options;
    const document = await analyseMarginal(opened.subject, {
      metric,
      orders,
      level,
      ...(await baselineOf(opened, options)),
      ...costsOf(opened, options),
      ...(seed === undefined ? {} : { seed }),
    });
    return { document, text: (paint) => told(document, paint) };
  },
});

function costsOf(
  { subject, run }: OpenedSubject,
  { costs, unit }: { readonly costs?: readonly number[] | undefined; readonly unit: string },
): { readonly cost?: { readonly unit: string; readonly each: readonly number[] } } {
  if (costs !== undefined) {
    if (costs.length !== subject.models.length) {
      throw new UsageError(
        `There are ${subject.models.length} models, and ${costs.length} costs.`,
        'Give --costs one number a model, in the order of the models.',
      );
    }
    return { cost: { unit, each: costs } };
  }
  const trained = run?.run.trainingSteps(subject.models.map((name) => run.run.poolModel(name))) ?? null;
  return trained === null ? {} : { cost: { unit: 'optimizer steps', each: trained } };
}

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
