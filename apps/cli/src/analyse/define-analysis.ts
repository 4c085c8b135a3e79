import { type AnalysisDocument, type AnalysisName, analysisFacts } from '@stockpot/engine/analysis/documents';
import { deviceWords } from '@stockpot/engine/process';
import { DATASET_FORMATS } from '@stockpot/engine/recipe';
import { Option } from 'commander';
import { z } from 'zod';
import { natural, positive } from '../option-values.js';
import type { AnalysisProgress } from './progress.js';
import type { Paint } from './text/layout.js';

/** What every analysis is given beside its words and options. */
export interface AnalyseContext {
  readonly signal: AbortSignal;
  readonly progress: AnalysisProgress;
}

/** What an analysis found, for a script and for people. */
export interface Told {
  readonly document: AnalysisDocument;
  /** Ends without a line end. */
  readonly text: (paint: Paint) => string;
}

/** One row of the table of analyses. */
export interface Analysis {
  /** The question that it answers. */
  readonly title: string;
  /** More about it: what it costs, what it does not say. */
  readonly description: string;
  readonly source: string;
  /** As commander writes them: '<models...>'. */
  readonly words: string;
  readonly options: readonly Option[];
  /** Run by a test, as they stand. */
  readonly examples: readonly string[];
  run(words: readonly string[], options: unknown, context: AnalyseContext): Promise<Told>;
}

/** An analysis as its author writes it: options are parsed before it runs. */
export function defineAnalysis<Schema extends z.ZodType>({
  name,
  schema,
  run,
  ...entry
}: Omit<Analysis, 'title' | 'source' | 'run'> & {
  readonly name: AnalysisName;
  readonly schema: Schema;
  run(words: readonly string[], options: z.output<Schema>, context: AnalyseContext): Promise<Told>;
}): Analysis {
  const { question, shows, source } = analysisFacts[name];
  return {
    ...{ title: `${question} ${shows}`, source, ...entry },
    run: (words, options, context) => run(words, schema.parse(options), context),
  };
}

/** Options of an analysis that asks networks. */
export const subjectOptions = z.object({
  data: z.string().optional(),
  format: z.enum(DATASET_FORMATS).optional(),
  split: z.string().optional(),
  count: z.number().optional(),
  seed: z.number().optional(),
  recipe: z.string().optional(),
  soup: z.string().optional(),
  benchmark: z.string().optional(),
  threads: z.number().optional(),
  device: z.enum(deviceWords).optional(),
  home: z.string().optional(),
  cache: z.boolean().default(true),
});
export type SubjectOptions = z.output<typeof subjectOptions>;

/** Of analyses of cooked folders only. */
export function runFlags(): Option[] {
  return [
    new Option('--recipe <name>', 'which recipe of the cooked folder, where it holds several'),
    new Option('--benchmark <name>', 'which benchmark of the recipe; default: the first that models were chosen on'),
  ];
}

/** Of analyses that take checkpoints and cooked folders. */
export function subjectFlags(): Option[] {
  return [
    new Option('--data <dir>', 'folder of labelled images that checkpoints are asked about'),
    new Option('--format <name>', 'how the images lie there; default: as it is recognised').choices([
      ...DATASET_FORMATS,
    ]),
    new Option('--split <name>', "which example set of the folder; default: 'test'"),
    new Option('--count <n>', 'examples to draw from it; default: all').argParser(positive),
    new Option('--seed <n>', 'of everything that is drawn; default: 0').argParser(natural),
    ...runFlags(),
    new Option('--soup <name>', 'the ingredients of this soup of the cooked folder, in place of names'),
    ...networkFlags(),
  ];
}

/** How networks are run. */
export function networkFlags(): Option[] {
  return [
    new Option('--threads <n>', 'processors that a network uses; default: all').argParser(positive),
    new Option('--device <name>', 'what networks run on; default: cpu').choices([...deviceWords]),
    new Option(
      '--home <dir>',
      'where scores of mixtures are kept; default: the cooked folder, $STOCKPOT_HOME, .stockpot',
    ),
    new Option('--no-cache', 'neither use nor keep them'),
  ];
}
