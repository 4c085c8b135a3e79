import type { SearchSteps, WhyDocument } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { defineAnalysis, networkFlags, runFlags } from '../define-analysis.js';
import { layOut, type Paint, paragraph } from '../text/layout.js';
import { examples, labels, percent, points } from '../text/words.js';

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
  told,
});

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
