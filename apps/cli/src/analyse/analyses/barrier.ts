import type { BarrierDocument } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { positive } from '../../option-values.js';
import { bar } from '../../progress/format.js';
import { defineAnalysis, subjectFlags } from '../define-analysis.js';
import { layOut, type Paint, paragraph } from '../text/layout.js';
import { cost, examples, nats, percent, points, signed } from '../text/words.js';

export const barrier = defineAnalysis({
  name: 'barrier',
  description:
    'Evaluates mixtures on the straight line between two models: how far loss and error rise above it. A grid bounds the barrier from below; publish 21 to 25 points.',
  words: '<models...>',
  options: [
    new Option('--points <n>', 'points of the line, both models included: 11 or more').argParser(positive).default(11),
    ...subjectFlags(),
  ],
  examples: [
    'barrier A.safetensors B.safetensors --data digits --count 100',
    'barrier .stockpot ft-00 ft-01 --points 21 --json',
  ],
  told,
});

const WIDTH = 16;

function told(document: BarrierDocument, paint: Paint): string {
  const { models, points: along, loss, error } = document;
  const losses = along.map((point) => point.loss);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const table = layOut(
    {
      head: ['λ', 'loss', 'above line', 'error %', 'above line', '~loss'],
      rows: along.map((point) => {
        const { filled } = bar(high === low ? 0 : (point.loss - low) / (high - low), WIDTH);
        return [
          point.lambda.toFixed(2),
          nats(point.loss),
          signed(point.lossExcess, 4),
          percent(point.error),
          points(point.errorExcess),
          filled,
        ];
      }),
    },
    paint,
  );
  return [
    paragraph(`${models[0]} (λ = 0) to ${models[1]} (λ = 1) ${examples(document.examined)}`, paint),
    '',
    table,
    '',
    paragraph(
      loss.interior >= 0
        ? `Loss barrier: ${nats(loss.height)} nats at λ = ${loss.at.toFixed(2)}.`
        : `No loss barrier on this grid: every mixture between the two beats the line, by ${nats(-loss.interior)} nats or more.`,
      paint,
    ),
    paragraph(
      error.height > 0
        ? `Error barrier: ${percent(error.height)} points at λ = ${error.at.toFixed(2)}.`
        : 'No error barrier on this grid.',
      paint,
    ),
    paint.dim(cost(document.evaluations)),
  ].join('\n');
}
