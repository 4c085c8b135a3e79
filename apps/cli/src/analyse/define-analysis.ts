import type { AnalysisPlace } from '@stockpot/engine/analysis';
import { answer } from '@stockpot/engine/analysis';
import {
  type AnalysisDocument,
  type AnalysisName,
  analysisDocuments,
  analysisFacts,
  METRICS,
} from '@stockpot/engine/analysis/documents';
import { deviceWords } from '@stockpot/engine/process';
import { analysisKinds, DATASET_FORMATS } from '@stockpot/engine/recipe';
import { Option } from 'commander';
import { z } from 'zod';
import { UsageError } from '../failure.js';
import { natural, number, positive } from '../option-values.js';
import type { Paint } from './text/layout.js';

/** Where a document is from, as far as advice depends on it. */
export interface ToldFrom {
  /** `--evaluate` can be added to the question. */
  readonly evaluable: boolean;
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
  /** Throws UsageError for an option that is out of its range. */
  run(place: AnalysisPlace, options: object): Promise<AnalysisDocument>;
  /** A document of this analysis for people; ends without a line end. */
  told(document: unknown, paint: Paint, from: ToldFrom): string;
}

/** An analysis as its author writes it. What it may be told is in the engine, as recipes may tell it the same. */
export function defineAnalysis<Name extends AnalysisName>({
  name,
  told,
  ...entry
}: Pick<Analysis, 'description' | 'words' | 'options' | 'examples'> & {
  readonly name: Name;
  told(document: z.output<(typeof analysisDocuments)[Name]>, paint: Paint, from: ToldFrom): string;
}): Analysis {
  const { question, shows, source } = analysisFacts[name];
  const schemas: { readonly [Kind in AnalysisName]: z.ZodType<z.output<(typeof analysisDocuments)[Kind]>> } =
    analysisDocuments;
  return {
    ...{ title: `${question} ${shows}`, source, ...entry },
    async run(place, options) {
      const wrong = analysisKinds[name].misfit(options);
      if (wrong !== null) {
        throw new UsageError(
          `--${wrong.option}: ${wrong.message}.`,
          `stockpot analyse ${name} --help says what it takes.`,
        );
      }
      return await answer(name, place, options);
    },
    told: (document, paint, from) => told(schemas[name].parse(document), paint, from),
  };
}

/** What says where an analysis looks and how it is run, whichever it is. */
export const placeOptions = z.object({
  data: z.string().optional(),
  format: z.enum(DATASET_FORMATS).optional(),
  split: z.string().optional(),
  count: z.number().optional(),
  seed: z.number().optional(),
  recipe: z.string().optional(),
  soup: z.string().optional(),
  benchmark: z.string().optional(),
  stock: z.string().optional(),
  threads: z.number().optional(),
  device: z.enum(deviceWords).optional(),
  home: z.string().optional(),
  cache: z.boolean().default(true),
});
export type PlaceOptions = z.output<typeof placeOptions>;

/** Of analyses of cooked folders only. */
export function runFlags(): Option[] {
  return [
    new Option('--recipe <name>', 'which recipe of the cooked folder, where it holds several'),
    new Option('--benchmark <name>', 'which benchmark of the recipe; default: the first that models were chosen on'),
  ];
}

export function soupFlag(): Option {
  return new Option('--soup <name>', 'the ingredients of this soup of the cooked folder, in place of names');
}

export function stockFlag(): Option {
  return new Option(
    '--stock <path>',
    'the checkpoint that the models were trained from; default: that of the cooked folder',
  );
}

/** Of what soups of some ingredients are worth. */
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

/** Of analyses that take checkpoints and cooked folders. */
export function subjectFlags(): Option[] {
  return [
    new Option('--data <dir>', 'folder of labelled images or texts that checkpoints are asked about'),
    new Option('--format <name>', 'how they lie there; default: as it is recognised').choices([...DATASET_FORMATS]),
    new Option('--split <name>', "which example set of the folder; default: 'test'"),
    new Option('--count <n>', 'examples to draw from it; default: all').argParser(positive),
    new Option('--seed <n>', 'of everything that is drawn; default: 0').argParser(natural),
    ...runFlags(),
    soupFlag(),
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
    new Option(
      '--no-cache',
      'neither use nor keep them; of a cooked folder only answers of the named models are taken',
    ),
  ];
}
