import type { DiversityDocument } from '@stockpot/engine/analysis/documents';
import { FEATURES } from '@stockpot/engine/recipe';
import { Option } from 'commander';
import { positive } from '../../option-values.js';
import { whole } from '../../progress/format.js';
import { defineAnalysis, stockFlag, subjectFlags } from '../define-analysis.js';
import { layOut, layOutWide, type Paint, paragraph } from '../text/layout.js';
import { degrees, examples, labels, maybe, nats, percent } from '../text/words.js';

export const diversity = defineAnalysis({
  name: 'diversity',
  description:
    'Compares what models answer, what their features say and where they lie, and predicts what a soup of them gains. The prediction is no forecast of an accuracy: it knows nothing of barriers.',
  words: '<models...>',
  options: [
    stockFlag(),
    new Option('--features <n>', 'examples whose features are compared').argParser(positive).default(FEATURES),
    new Option('--no-features', 'no CKA: where answers are stored, no network is run'),
    ...subjectFlags(),
  ],
  examples: [
    'diversity A.safetensors B.safetensors C.safetensors --stock S.safetensors --data digits --count 100',
    'diversity .stockpot --no-features',
  ],
  told,
});

/** Columns of a name where two stand beside each other. */
const PAIR_ROOM = 8;

function told(document: DiversityDocument, paint: Paint): string {
  const models = labels(document.models);
  const { accuracy, loss, pairs, mean, gain, features } = document;
  const short = labels(document.models, PAIR_ROOM);
  const named = (place: number) => short[place] ?? '';
  return [
    paragraph(`${models.length} models ${examples(document.examined)}`, paint),
    '',
    layOut(
      {
        head: ['~model', 'top-1 %', 'loss'],
        rows: models.map((name, index) => [name, percent(accuracy[index] ?? 0), nats(loss[index] ?? 0)]),
      },
      paint,
    ),
    '',
    layOutWide(
      {
        head: [
          '~pair',
          'disagree %',
          'φ',
          'κ',
          'churn %',
          ...(features === 0 ? [] : ['CKA']),
          'angle',
          'gain, nats',
          'spread',
        ],
        rows: [
          ...pairs.map((pair) => [
            `${named(pair.first)} ${named(pair.second)}`,
            percent(pair.disagreement),
            maybe(pair.errorCorrelation),
            maybe(pair.kappa),
            percent(pair.churn),
            ...(features === 0 ? [] : [maybe(pair.cka, 3)]),
            degrees(pair.angle),
            nats(pair.gain.logLikelihood),
            maybe(pair.gain.spread),
          ]),
          ...(pairs.length > 1
            ? [
                [
                  'all',
                  mean.disagreement === null ? '–' : percent(mean.disagreement),
                  maybe(mean.errorCorrelation),
                  maybe(mean.kappa),
                  ...(features === 0 ? [] : ['']),
                  '',
                  '',
                  nats(gain.logLikelihood),
                  maybe(gain.spread),
                ],
              ]
            : []),
        ],
      },
      1,
      paint,
    ),
    '',
    paragraph(
      'disagree: exactly one of the two is right. φ: correlation of their errors, κ: agreement of being right beyond chance; 0 for independent errors. churn: different answers. gain: what their logit ensemble gains in NLL on their mean, and the soup if it answers as the ensemble does. spread: how far they lie around their mean, as a share of the squared distance from the stock.',
      paint,
    ),
    paint.dim(
      paragraph(
        features === 0
          ? 'CKA was not asked for.'
          : `CKA: linear, unbiased, of the features of ${whole(features)} examples.`,
        paint,
      ),
    ),
  ].join('\n');
}
