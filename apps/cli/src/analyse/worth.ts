import { openRunBenchmark, type RunBenchmark, stockBaseline } from '@stockpot/engine/analysis';
import { type Baseline, METRICS, type MetricOfWorth } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { z } from 'zod';
import { number } from '../option-values.js';
import { subjectOptions } from './define-analysis.js';
import type { OpenedSubject } from './open-subject.js';

/** Options of analyses of what soups of some ingredients are worth. */
export const worthOptions = subjectOptions.extend({
  metric: z.enum(METRICS),
  baseline: z.number().optional(),
});

export function worthFlags(): Option[] {
  return [
    new Option('--metric <name>', 'what a soup is worth by: its accuracy, or minus its loss')
      .choices([...METRICS])
      .default('accuracy'),
    new Option(
      '--baseline <number>',
      'worth of no ingredient; default: the stock of a cooked folder, else guessing',
    ).argParser(number),
  ];
}

/** What there is without any ingredient; undefined for guessing. */
export async function baselineOf(
  { run }: OpenedSubject,
  { metric, baseline }: { readonly metric: MetricOfWorth; readonly baseline?: number | undefined },
): Promise<{ readonly baseline?: Baseline }> {
  if (baseline !== undefined) return { baseline: { name: 'as given', worth: baseline } };
  if (run === null) return {};
  const benchmark: RunBenchmark = await openRunBenchmark(run.run, run.benchmark);
  const found = await stockBaseline(run.run, benchmark, metric);
  return found === undefined ? {} : { baseline: found };
}
