import type { TernaryDocument } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { positive } from '../../option-values.js';
import { defineAnalysis, subjectFlags } from '../define-analysis.js';
import { layOut, type Paint, paragraph } from '../text/layout.js';
import { cost, examples, labels, nats, percent, points, signed } from '../text/words.js';

export const ternary = defineAnalysis({
  name: 'ternary',
  description:
    'Evaluates the three models and the mixtures of all three on a lattice: 3 + (d−1)(d−2)/2 mixtures for d divisions, and 3(d−1) more with --sides.',
  words: '<models...>',
  options: [
    new Option('--divisions <n>', 'parts of each side: 3 or more').argParser(positive).default(12),
    new Option('--sides', 'also the mixtures of two'),
    ...subjectFlags(),
  ],
  examples: [
    'ternary A.safetensors B.safetensors C.safetensors --data digits --count 50 --divisions 5',
    'ternary .stockpot ft-00 ft-01 ft-02 --divisions 6 --sides',
  ],
  told,
});

function told(document: TernaryDocument, paint: Paint): string {
  const { divisions, lowestLoss, lowestError } = document;
  const models = labels(document.models);
  const part = (share: number) => `${Math.round(share * divisions)}/${divisions}`;
  const mark = (place: number) =>
    [...(place === lowestLoss ? ['lowest loss'] : []), ...(place === lowestError ? ['lowest error'] : [])].join(', ');
  const best = document.points[lowestError];
  // Names where there is room for them, else numbers that are explained below.
  const short = models.every((name) => name.length <= 10);
  const headings = models.map((name, index) => (short ? name : `(${index + 1})`));
  const legend = short ? [] : [paint.dim(models.map((name, index) => `(${index + 1}) ${name}`).join('  ')), ''];
  return [
    paragraph(`Mixtures of three models ${examples(document.examined)}`, paint),
    '',
    ...legend,
    layOut(
      {
        head: [...headings, 'loss', 'excess', 'error %', 'excess', '~'],
        rows: document.points.map(({ at, loss, error, lossExcess, errorExcess }, place) => [
          ...at.map(part),
          nats(loss),
          signed(lossExcess, 4),
          percent(error),
          points(errorExcess),
          mark(place),
        ]),
      },
      paint,
    ),
    '',
    paragraph(
      `Excess is over the plane through the three models: below 0, mixing gains. The lowest error is ${percent(best?.error ?? 0)} % at ${models.map((name, index) => `${part(best?.at[index] ?? 0)} ${name}`).join(', ')}${lowestError < 3 ? ': one of the three alone' : ''}. Whoever takes the best point has chosen by these examples.`,
      paint,
    ),
    paint.dim(cost(document.evaluations)),
  ].join('\n');
}
