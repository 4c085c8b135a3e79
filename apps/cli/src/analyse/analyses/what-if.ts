import { equalShares, membersOf, only, openRunSubject } from '@stockpot/engine/analysis';
import {
  analyseWhatIf,
  METRICS,
  SEARCHES,
  type WhatIfDocument,
  type WhatIfQuestion,
  worthOf,
} from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { z } from 'zod';
import { chosenSoup } from '../chosen-soup.js';
import {
  defineAnalysis,
  natural,
  networkFlags,
  number,
  positive,
  runFlags,
  subjectOptions,
} from '../define-analysis.js';
import { openRun, runningOptions } from '../open-subject.js';
import { type Paint, paragraph } from '../text/layout.js';
import { cost, examples, gain, list, worth } from '../text/words.js';
import { searchTable } from './why.js';

const schema = subjectOptions.extend({
  method: z.enum(SEARCHES).optional(),
  accept: z.enum(['>=', '>']).optional(),
  order: z.enum(['score', 'given', 'random']).optional(),
  start: z.enum(['best', 'first']).optional(),
  ties: z.enum(['listed', 'last']).optional(),
  tolerance: z.number().optional(),
  patience: z.number().optional(),
  metric: z.enum(METRICS),
  evaluate: z.boolean().default(false),
});

export const whatIf = defineAnalysis({
  title: 'What if greedy had gone another way? Replayed from known scores.',
  description:
    'Replays the search of a soup of a cooked folder with another order, rule, method or metric. Scores come from its trace, from evaluations and from earlier analyses; where they do not suffice, the first soup that is missing is told, or evaluated with --evaluate.',
  source: 'Wortsman et al., ICML 2022, arXiv:2203.05482, recipe 1; docs/choosing-soups.md for the other methods',
  words: '<words...>',
  options: [
    new Option('--method <name>', 'the search').choices([...SEARCHES]),
    new Option('--accept <rule>', 'by which a candidate stays; default: as it was').choices(['>=', '>']),
    new Option('--order <name>', 'greedy: in which candidates are tried').choices(['score', 'given', 'random']),
    new Option('--start <name>', 'greedy: where the soup begins').choices(['best', 'first']),
    new Option('--ties <name>', 'which of equally good models goes first').choices(['listed', 'last']),
    new Option('--tolerance <number>', 'how far below the best a candidate may be').argParser(number),
    new Option('--patience <n>', 'greedy: candidates refused in a row after which it ends').argParser(positive),
    new Option('--seed <n>', 'of the random order').argParser(natural),
    new Option('--metric <name>', 'what decides').choices([...METRICS]).default('accuracy'),
    new Option('--evaluate', 'evaluate what is missing'),
    ...runFlags().slice(0, 1),
    ...networkFlags(),
  ],
  examples: [
    "what-if .stockpot greedy --accept '>'",
    'what-if .stockpot greedy --order given --start first',
    'what-if .stockpot greedy --method pruned --metric loss --evaluate',
  ],
  schema,
  async run(words, options, context) {
    const named = await openRun(words, options);
    const soup = chosenSoup(named.run, named.names);
    const running = await runningOptions(options, named.root, context);
    await using subject = await openRunSubject(named.run, { ...running, soup: soup.name, benchmark: soup.benchmark });
    const count = subject.models.length;
    const { metric } = options;
    const scores: number[] = [];
    for (const index of subject.models.keys()) scores.push(await worthOf(subject, metric, only(index, count)));
    const members = membersOf(soup.facts.method, soup.facts.coefficients);
    const hashes = subject.ingredients.map(({ hash }) => hash);
    const document = await analyseWhatIf(
      {
        models: subject.models,
        examined: subject.examined,
        metric,
        scores,
        alike: hashes.map((hash) => hashes.indexOf(hash)),
        ...(members === null ? {} : { recorded: { name: soup.name, members } }),
        async find(wanted) {
          const shares = equalShares(wanted, count);
          const known = await subject.knownWorth(shares, metric);
          if (known !== undefined) return known;
          return options.evaluate ? await worthOf(subject, metric, shares) : null;
        },
        evaluations: subject.evaluations,
      },
      questionOf(options, soup.facts.method, soup.rule),
    );
    return { document, text: (paint) => told(document, paint) };
  },
});

/** What was not said is as it was: the method and the rule; the rest as in the paper. */
function questionOf(options: z.output<typeof schema>, method: string, rule: '>=' | '>'): WhatIfQuestion {
  const { order, start, ties, tolerance, patience, seed } = options;
  return {
    method: options.method ?? SEARCHES.find((name) => name === method) ?? 'greedy',
    accept: options.accept ?? rule,
    ...(order === undefined ? {} : { order }),
    ...(start === undefined ? {} : { start }),
    ...(ties === undefined ? {} : { ties }),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(patience === undefined ? {} : { patience }),
    ...(seed === undefined ? {} : { seed }),
  };
}

function told(document: WhatIfDocument, paint: Paint): string {
  const { models, metric, question, found, steps, missing, recorded, same } = document;
  const named = (members: readonly number[]) => list(members.map((index) => models[index] ?? ''));
  const asked = Object.entries(question).map(([name, value]) => `${name} ${value}`);
  const heading = paragraph(`What if: ${asked.join(', ')}; by ${metric} ${examples(document.examined)}`, paint);
  if (found === null) {
    return [
      heading,
      '',
      paragraph(
        `The known scores do not suffice: the search would next need that of the soup of ${named(missing ?? [])}. Add --evaluate to evaluate it and what may come after it.`,
        paint,
      ),
    ].join('\n');
  }
  const before =
    recorded === null
      ? ''
      : same === true
        ? ` That is the soup that was cooked, ${recorded.name}.`
        : ` Cooked was ${recorded.name}: ${named(recorded.members)}${recorded.worth === null ? '' : `, ${worth(recorded.worth, metric)}`}.`;
  return [
    heading,
    '',
    searchTable(
      models,
      steps,
      paint,
      (value) => worth(value, metric),
      (value) => gain(value, metric),
    ),
    '',
    paragraph(
      `The soup would be ${named(found.members)}, ${found.worth === null ? '' : worth(found.worth, metric)} by ${metric}.${before}${same === false ? ' Which of the two is better is for another split to say.' : ''}`,
      paint,
    ),
    paint.dim(cost(document.evaluations)),
  ].join('\n');
}
