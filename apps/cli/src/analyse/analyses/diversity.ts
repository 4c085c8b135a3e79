import { only, weightSpace } from '@stockpot/engine/analysis';
import { analyseDiversity, type DiversityDocument } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { z } from 'zod';
import { positive } from '../../option-values.js';
import { whole } from '../../progress/format.js';
import { defineAnalysis, subjectFlags, subjectOptions } from '../define-analysis.js';
import { type OpenedSubject, openSubjectOf } from '../open-subject.js';
import { layOut, layOutWide, type Paint, paragraph } from '../text/layout.js';
import { degrees, examples, labels, maybe, nats, percent } from '../text/words.js';

/** Examples whose features are compared: CKA is unbiased for any number, and known well enough by then. */
const FEATURES = 1000;

export const diversity = defineAnalysis({
  name: 'diversity',
  description:
    'Compares what models answer, what their features say and where they lie, and predicts what a soup of them gains. The prediction is no forecast of an accuracy: it knows nothing of barriers.',
  words: '<models...>',
  options: [
    new Option(
      '--stock <path>',
      'the checkpoint that the models were trained from; default: that of the cooked folder',
    ),
    new Option('--features <n>', 'examples whose features are compared').argParser(positive).default(FEATURES),
    new Option('--no-features', 'no CKA: where answers are stored, no network is run'),
    ...subjectFlags(),
  ],
  examples: [
    'diversity A.safetensors B.safetensors C.safetensors --stock S.safetensors --data digits --count 100',
    'diversity .stockpot --no-features',
  ],
  schema: subjectOptions.extend({
    stock: z.string().optional(),
    features: z.union([z.number(), z.boolean()]),
  }),
  async run(words, options, context) {
    await using opened = await openSubjectOf(words, options, { least: 2 }, context);
    const { subject } = opened;
    const count = subject.models.length;
    const answers = [];
    for (const index of subject.models.keys()) answers.push(await subject.answers(only(index, count)));
    const features = [];
    const most = options.features === true ? FEATURES : Number(options.features);
    for (const [index, name] of subject.models.entries()) {
      if (most === 0) break;
      context.progress.doing(`taking features of ${name}`);
      features.push(await subject.features(index, most));
    }
    const stock = stockOf(opened, options.stock);
    const space = stock === null ? null : await weightSpace(subject.ingredients, { stock, signal: context.signal });
    const document = analyseDiversity({
      models: subject.models,
      examined: subject.examined,
      answers,
      ...(features.length === 0 ? {} : { features }),
      ...(space === null ? {} : { geometry: space.all }),
    });
    return { document, text: (paint) => told(document, paint) };
  },
});

function stockOf({ run }: OpenedSubject, path: string | undefined) {
  if (path !== undefined) return { name: path, path };
  const base = run?.run.models.find(({ makes }) => makes.model === 'stock');
  const file = base === undefined ? undefined : run?.run.path(base, 'checkpoint');
  return base === undefined || file === undefined ? null : { name: base.makes.name, path: file };
}

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
