import type { CompareDocument } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { number } from '../../option-values.js';
import { whole } from '../../progress/format.js';
import { defineAnalysis, subjectFlags } from '../define-analysis.js';
import { layOut, type Paint, paragraph } from '../text/layout.js';
import { examples, labels, percent, points, probability, signed } from '../text/words.js';

export const compare = defineAnalysis({
  name: 'compare',
  description:
    "Compares two models example by example: McNemar's exact test, and the difference of accuracies with Newcombe's paired interval. Models of a cooked folder, ensembles and the stock among them, are compared by their stored answers; by default on the first benchmark of the report.",
  words: '<models...>',
  options: [
    new Option('--level <share>', 'confidence level of the intervals').argParser(number).default(0.95),
    ...subjectFlags(),
  ],
  examples: [
    'compare .stockpot greedy ft-ensemble',
    'compare A.safetensors B.safetensors --data digits --count 200',
    'compare .stockpot greedy uniform --benchmark corruptions --json',
  ],
  told,
});

function told(document: CompareDocument, paint: Paint): string {
  const models = labels(document.models);
  const { accuracy, counts, difference, loss, level } = document;
  const { low, high } = difference.interval;
  const sure = low > 0 || high < 0;
  const [better, worse] = difference.value >= 0 ? models : [models[1], models[0]];
  const test = difference.test === 'mcnemar' ? "McNemar's exact test" : "Student's test by image";
  const percentLevel = `${Math.round(100 * level)} %`;
  return [
    paragraph(`${models[0]} and ${models[1]} ${examples(document.examined)}`, paint),
    '',
    layOut(
      {
        head: ['~model', 'top-1 %', `~${percentLevel} interval`],
        rows: models.map((name, index) => {
          const one = accuracy[index];
          return [
            name,
            percent(one?.value ?? 0),
            `[${percent(one?.interval.low ?? 0)}, ${percent(one?.interval.high ?? 1)}]`,
          ];
        }),
      },
      paint,
    ),
    '',
    paragraph(
      `Both right ${whole(counts.both)}, only ${models[0]} ${whole(counts.onlyFirst)}, only ${models[1]} ${whole(counts.onlySecond)}, neither ${whole(counts.neither)}.`,
      paint,
    ),
    paragraph(
      `Difference: ${points(difference.value)} points, ${percentLevel} interval [${points(low)}, ${points(high)}]; ${test}: ${probability(difference.p)}.`,
      paint,
    ),
    ...(loss === null
      ? []
      : [
          paragraph(
            `Difference of the losses: ${signed(loss.value, 4)} nats [${signed(loss.interval.low, 4)}, ${signed(loss.interval.high, 4)}]; ${probability(loss.p)}.`,
            paint,
          ),
        ]),
    paragraph(
      sure
        ? `${better} is more accurate than ${worse} on this population of examples.`
        : `These examples do not tell the two apart: a difference of ${percent(Math.max(Math.abs(low), Math.abs(high)))} points is still possible.`,
      paint,
    ),
  ].join('\n');
}
