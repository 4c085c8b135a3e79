import { type CertifiedSearch, equalShares, membersOf, only, openRunSubject } from '@stockpot/engine/analysis';
import {
  analyseWhatIf,
  knownFromTrace,
  METRICS,
  SEARCHES,
  soupKey,
  type WhatIfDocument,
  type WhatIfQuestion,
  whatIfQuestion,
  worthOf,
} from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { z } from 'zod';
import { UsageError } from '../../failure.js';
import { natural, number, positive } from '../../option-values.js';
import { certifiedSearch, chosenSoup } from '../chosen-soup.js';
import { type AnalyseContext, defineAnalysis, networkFlags, runFlags, subjectOptions } from '../define-analysis.js';
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
  replacement: z.boolean().optional(),
  most: z.number().optional(),
  passes: z.number().optional(),
  metric: z.enum(METRICS),
  evaluate: z.boolean().default(false),
});

export const whatIf = defineAnalysis({
  name: 'what-if',
  description:
    'Replays the search of a soup, of a cooked folder or of a file of stockpot soup greedy, with another order, rule, method or metric. Scores come from its trace, from evaluations and from earlier analyses; where they do not suffice, the first soup that is missing is told, or evaluated with --evaluate.',
  words: '<words...>',
  options: [
    new Option('--method <name>', 'the search').choices([...SEARCHES]),
    new Option('--accept <rule>', 'by which a candidate stays; default: as it was').choices(['>=', '>']),
    new Option('--order <name>', 'greedy: in which candidates are tried').choices(['score', 'given', 'random']),
    new Option('--start <name>', 'greedy: where the soup begins').choices(['best', 'first']),
    new Option('--ties <name>', 'which of equally good models goes first').choices(['listed', 'last']),
    new Option('--tolerance <number>', 'how far below the best a candidate may be').argParser(number),
    new Option('--patience <n>', 'greedy: candidates refused in a row after which it ends').argParser(positive),
    new Option('--replacement', 'greedier: a model may be taken again'),
    new Option('--no-replacement', 'greedier: each model is taken once at most'),
    new Option('--most <n>', 'greedier: most members, with multiplicity').argParser(positive),
    new Option('--passes <n>', 'pruned: most passes over the models').argParser(positive),
    new Option('--seed <n>', 'of the random order').argParser(natural),
    new Option('--metric <name>', 'what decides').choices([...METRICS]).default('accuracy'),
    new Option('--evaluate', 'evaluate what is missing'),
    ...runFlags().slice(0, 1),
    ...networkFlags(),
  ],
  examples: [
    "what-if .stockpot greedy --accept '>'",
    'what-if .stockpot greedy --order given --start first',
    "what-if soup.safetensors --accept '>'",
    'what-if .stockpot greedy --method pruned --metric loss --evaluate',
  ],
  schema,
  async run(words, options, context) {
    const certified = await certifiedSearch(words);
    const document = certified === null ? await ofRun(words, options, context) : await ofFile(certified, options);
    return { document, text: (paint) => told(document, paint, certified === null) };
  },
});

/** Of a soup of files the scores in its certificate are known, and nobody can be asked for others. */
async function ofFile(soup: CertifiedSearch, options: z.output<typeof schema>): Promise<WhatIfDocument> {
  const { name, models, members, examined, scores } = soup;
  if (options.evaluate || options.metric !== 'accuracy') {
    throw new UsageError(
      'The certificate of a soup of files holds the accuracies that its search found, and nothing else.',
      options.evaluate
        ? 'Cook it again with stockpot soup: scores that are known are not evaluated again.'
        : 'Leave --metric out.',
    );
  }
  const { alike } = soup;
  const known = knownFromTrace(soup.trace, models.length, alike);
  let used = 0;
  return await analyseWhatIf(
    {
      ...{ models, examined, metric: options.metric, scores, alike },
      recorded: { name, members },
      async find(wanted) {
        const found = known.get(soupKey(wanted, alike)) ?? null;
        if (found !== null) used++;
        return found;
      },
      evaluations: () => ({ measured: 0, known: used }),
    },
    questionOf(options, soup),
  );
}

async function ofRun(
  words: readonly string[],
  options: z.output<typeof schema>,
  context: AnalyseContext,
): Promise<WhatIfDocument> {
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
  return await analyseWhatIf(
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
    questionOf(options, { ...soup.facts, rule: soup.rule }),
  );
}

/** The search as it was, but for what was said. Of another method only the rule is kept. */
function questionOf(
  options: z.output<typeof schema>,
  { method, parameters, rule }: { readonly method: string; readonly parameters: object; readonly rule: '>=' | '>' },
): WhatIfQuestion {
  // A greedy search in a random order is a method of its own on the command line.
  const [before, order] = method === 'random-order' ? ['greedy', { order: 'random' }] : [method, {}];
  const same = options.method === undefined || options.method === before;
  const said = Object.entries(options).filter(([, value]) => value !== undefined);
  return z.object(whatIfQuestion.shape).parse({
    method: before,
    ...(same ? { ...toldBefore(parameters), ...order } : {}),
    accept: rule,
    ...Object.fromEntries(said),
  });
}

/** What a search was told, without the null that stands for what it was not. */
function toldBefore(parameters: object): object {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null));
}

function told(document: WhatIfDocument, paint: Paint, evaluable: boolean): string {
  const { models, metric, question, found, steps, missing, recorded, same } = document;
  const named = (members: readonly number[]) => list(members.map((index) => models[index] ?? ''));
  const asked = Object.entries(question).map(([name, value]) => `${name} ${value}`);
  const heading = paragraph(`What if: ${asked.join(', ')}; by ${metric} ${examples(document.examined)}`, paint);
  if (found === null) {
    return [
      heading,
      '',
      paragraph(
        `The known scores do not suffice: the search would next need that of the soup of ${named(missing ?? [])}. ${evaluable ? 'Add --evaluate to evaluate it and what may come after it.' : 'stockpot soup evaluates it, and no more than is missing.'}`,
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
