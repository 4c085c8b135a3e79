import { type CookedRun, comparedModel, only, openRunBenchmark } from '@stockpot/engine/analysis';
import { analyseCompare, type CompareDocument } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { z } from 'zod';
import { UsageError } from '../../failure.js';
import { number } from '../../option-values.js';
import { whole } from '../../progress/format.js';
import { defineAnalysis, subjectFlags, subjectOptions } from '../define-analysis.js';
import { namedModels, openSubjectOf } from '../open-subject.js';
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
  schema: subjectOptions.extend({ level: z.number() }),
  async run(words, options, context) {
    const { level } = options;
    const named = await namedModels(words, options);
    if (named.kind === 'run') {
      const [first, second, ...others] = named.names;
      if (first === undefined || second === undefined || others.length > 0) {
        throw new UsageError(
          `Two models are compared, and ${named.names.length} were named.`,
          'Name two models of the cooked folder.',
        );
      }
      const document = await compareStored(named.run, [first, second], options.benchmark, level);
      return { document, text: (paint) => told(document, paint) };
    }
    await using opened = await openSubjectOf(words, options, { least: 2, most: 2 }, context);
    const { subject } = opened;
    const of = async (place: number) =>
      comparedModel(subject.models[place] ?? '', await subject.answers(only(place, 2)));
    const document = analyseCompare([await of(0), await of(1)], subject.examined, { level });
    return { document, text: (paint) => told(document, paint) };
  },
});

async function compareStored(
  run: CookedRun,
  names: readonly [string, string],
  benchmark: string | undefined,
  level: number,
): Promise<CompareDocument> {
  const name = benchmark ?? run.record.report[0] ?? '';
  const { answered, examined } = await openRunBenchmark(run, name);
  const of = async (model: string) => {
    const answers = answered(run.model(model));
    if (answers === undefined) {
      throw new UsageError(`${model} was not evaluated on ${name}.`, 'Name another model, or another --benchmark.');
    }
    return comparedModel(run.model(model).makes.name, await answers());
  };
  return analyseCompare([await of(names[0]), await of(names[1])], examined, { level });
}

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
