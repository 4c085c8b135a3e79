import {
  type CertifiedSearch,
  comparedModel,
  measurePath,
  openRunBenchmark,
  openRunSubject,
  scoreOf,
} from '@stockpot/engine/analysis';
import { accuracyOf, analyseWhy, type SearchSteps, type WhyDocument } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { z } from 'zod';
import { UsageError } from '../../failure.js';
import { certifiedSearch, chosenSoup } from '../chosen-soup.js';
import { type AnalyseContext, defineAnalysis, networkFlags, runFlags, subjectOptions } from '../define-analysis.js';
import { type Named, openRun, runningOptions } from '../open-subject.js';
import { layOut, type Paint, paragraph } from '../text/layout.js';
import { examples, labels, percent, points } from '../text/words.js';

const schema = subjectOptions.extend({ barriers: z.boolean().default(false) });

export const why = defineAnalysis({
  name: 'why',
  description:
    'Looks through the trace of a greedy soup, of a cooked folder or of a file of stockpot soup greedy: ties, learning rates, weaker models, a selection split too small to tell; with --barriers also barriers to the first model, which takes evaluations. Findings are consistent with the outcome, no proofs of its cause.',
  words: '<words...>',
  options: [
    new Option('--barriers', 'measure the error barrier from the first model to each that was turned down'),
    ...runFlags().slice(0, 1),
    ...networkFlags(),
  ],
  examples: ['why .stockpot greedy', 'why .stockpot greedy --barriers', 'why soup.safetensors'],
  schema,
  async run(words, options, context) {
    const certified = await certifiedSearch(words);
    const document = certified === null ? await ofRun(words, options, context) : ofFile(certified, options.barriers);
    return { document, text: (paint) => told(document, paint) };
  },
});

/** A soup of files tells its trace and scores; nothing else is known of its ingredients. */
function ofFile({ name, models, ...evidence }: CertifiedSearch, barriers: boolean): WhyDocument {
  if (barriers) {
    throw new UsageError(
      'The barriers of a soup of files take its ingredients and examples, which its certificate does not hold.',
      'Measure them with stockpot analyse barriers.',
    );
  }
  return analyseWhy(name, evidence.examined, { ...evidence, names: models });
}

async function ofRun(
  words: readonly string[],
  options: z.output<typeof schema>,
  context: AnalyseContext,
): Promise<WhyDocument> {
  const named = await openRun(words, options);
  const soup = chosenSoup(named.run, named.names);
  const { answered, examined } = await openRunBenchmark(named.run, soup.benchmark);
  const names = soup.ingredients.map(({ name }) => name);
  const correct: Uint8Array[] = [];
  const scores: number[] = [];
  for (const ingredient of soup.ingredients) {
    const answers = answered(ingredient.step);
    if (answers === undefined) {
      throw new UsageError(
        `${ingredient.name} was not evaluated on ${soup.benchmark}.`,
        'Cook the recipe again.',
      );
    }
    const said = await answers();
    correct.push(comparedModel(ingredient.name, said).correct);
    scores.push(accuracyOf(scoreOf(said), examined.rows));
  }
  const learningRates = named.run.learningRates(soup.ingredients);
  return analyseWhy(soup.name, examined, {
    trace: soup.facts.trace,
    rule: soup.rule,
    names,
    scores,
    correct,
    ...(learningRates === null ? {} : { learningRates }),
    ...(options.barriers ? { barriers: await barriersOf(named, soup, options, context) } : {}),
  });
}

/** Error barriers between the model that the soup began with and each that was turned down. */
async function barriersOf(
  { run, root }: Extract<Named, { kind: 'run' }>,
  soup: ReturnType<typeof chosenSoup>,
  options: z.output<typeof subjectOptions>,
  context: AnalyseContext,
): Promise<(number | null)[]> {
  const running = await runningOptions(options, root, context);
  await using subject = await openRunSubject(run, { ...running, soup: soup.name, benchmark: soup.benchmark });
  const first = soup.facts.trace[0]?.index ?? 0;
  const rejected = new Set(soup.facts.trace.filter(({ accepted }) => !accepted).map(({ index }) => index));
  const heights: (number | null)[] = subject.models.map((_, index) => (index === first ? 0 : null));
  for (const second of rejected) {
    const way = { first, second, count: subject.models.length };
    heights[second] = (await measurePath(subject.score, way, { signal: context.signal })).error.height;
  }
  return heights;
}

function told(document: WhyDocument, paint: Paint): string {
  const { soup, models, steps, summary, findings, rule } = document;
  return [
    paragraph(`The soup ${soup} of ${models.length} ${examples(document.examined)}, rule ${rule}`, paint),
    '',
    searchTable(models, steps, paint, percent, points),
    '',
    paragraph(summary, paint),
    ...findings.map(({ sentence }) => paragraph(`• ${sentence}`, paint, 2)),
    ...(findings.length === 0 ? [] : [paint.dim('These are consistent with the outcome, no proofs of its cause.')]),
  ].join('\n');
}

/** The trace of a search as a table. */
export function searchTable(
  names: readonly string[],
  steps: SearchSteps,
  paint: Paint,
  worth: (value: number) => string,
  gain: (value: number) => string,
): string {
  const models = labels(names);
  return layOut(
    {
      head: ['', '~candidate', 'before', 'after', 'change', '~verdict', 'members'],
      rows: steps.map(({ round, candidate, before, after, verdict, tie, members }) => [
        String(round + 1),
        models[candidate] ?? '',
        before === null ? '' : worth(before),
        worth(after),
        before === null ? '' : gain(after - before),
        tie ? `${verdict}, a tie` : verdict,
        String(members),
      ]),
    },
    paint,
  );
}
