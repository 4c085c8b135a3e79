import { METRICS, SEARCHES, type WhatIfDocument } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { natural, number, positive } from '../../option-values.js';
import { defineAnalysis, networkFlags, runFlags, type ToldFrom } from '../define-analysis.js';
import { type Paint, paragraph } from '../text/layout.js';
import { cost, examples, gain, list, worth } from '../text/words.js';
import { searchTable } from './why.js';

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
  told,
});

function told(document: WhatIfDocument, paint: Paint, { evaluable }: ToldFrom): string {
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
