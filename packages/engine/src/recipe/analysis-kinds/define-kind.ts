import { z } from 'zod';
import { name, object } from '../fields.js';

/** How many models an analysis takes, and which. */
export interface Wanted {
  readonly least: number;
  readonly most?: number;
  /** Models of different stocks, too: whether they lie in one basin is what is asked. */
  readonly anyOrigin?: true;
}

/**
 * What an analysis looks at:
 * `mixtures`: models that are mixed and asked, so that each has weights and a head;
 * `weights`: checkpoints, and no examples;
 * `answers`: what models answered when they were scored, ensembles and the stock among them;
 * `search`: how one soup was chosen.
 */
export type LooksAt = 'mixtures' | 'weights' | 'answers' | 'search';

type OutputOf<Shape extends z.core.$ZodLooseShape> = z.output<z.ZodObject<Shape, z.core.$strict>>;

/** An option that has no meaning here: which, why, and what to do. */
export interface OptionIssue {
  readonly key: string;
  readonly message: string;
  readonly advice: string;
}

/** How a kind of analysis looks in a recipe and on a command line. What it finds is in analysis/documents. */
export interface KindSpec<Name extends string, Options extends z.core.$ZodLooseShape> {
  readonly name: Name;
  /** With its article, as a message names it: 'a barrier'. */
  readonly what: string;
  readonly models: Wanted;
  readonly looksAt: LooksAt;
  /** What it can be told, of a recipe as of a command line. */
  readonly options: Options;
  /** Options that have a meaning for so many models only, by the option that is wrong. */
  check?(options: OutputOf<Options>, models: number): readonly OptionIssue[];
  /** Most mixtures that are put through a network, for `models` models; 0 where none is. */
  mixtures(options: OutputOf<Options>, models: number): number;
}

const MEMBER = 'expected the name of a group of ingredients, of one of its models, or of a soup';
/** Names of ensembles have a plus in them. */
const member = z.string({ error: MEMBER }).regex(/^[A-Za-z][A-Za-z0-9._+-]{0,254}$/, { error: MEMBER });

const models = z
  .array(member, { error: 'expected a list of models, such as [ft]' })
  .min(1, { error: 'expected at least one model, such as [ft]' })
  .describe('Groups of ingredients, single models, soups.');
const soup = name('the name of a soup');
const on = name('the name of a benchmark').describe(
  'A benchmark of plain answers, whose examples are asked. Whoever acts on what is found has chosen by it: name a selection split.',
);

const ONE_SEARCH = 'this kind looks at the search of one soup: name it as `soup`, and remove this';
const STORED = 'this kind compares two models by what they answered: name them as `models`, and remove this';
const NO_EXAMPLES = 'this kind reads weights and asks no examples: remove it';

type Maybe<Value> = z.ZodOptional<z.ZodType<Value, Value>>;

/** What a row of a recipe says it looks at, beside the options of its kind. */
const subjects = {
  models: (looksAt: LooksAt): Maybe<string[]> =>
    (looksAt === 'search' ? z.never({ error: ONE_SEARCH }) : models).optional(),
  soup: (looksAt: LooksAt): Maybe<string> =>
    (looksAt === 'answers'
      ? z.never({ error: STORED })
      : soup.describe(
          looksAt === 'search'
            ? 'The soup whose search is looked at.'
            : 'The ingredients of this soup, in place of `models`; of a soup over snapshots the snapshots.',
        )
    ).optional(),
  on: (looksAt: LooksAt): Maybe<string> =>
    (looksAt === 'search'
      ? z.never({ error: 'a search is looked at on the benchmark that it chose by: remove it' })
      : looksAt === 'weights'
        ? z.never({ error: NO_EXAMPLES })
        : on
    ).optional(),
};

/** @returns the kind with its schema of a recipe's row and that of its options, with nothing left open */
export function defineKind<const Name extends string, Options extends z.core.$ZodLooseShape>(
  spec: KindSpec<Name, Options>,
) {
  const options = z.strictObject(spec.options);
  const own = (row: object) =>
    options.parse(Object.fromEntries(Object.entries(row).filter(([key]) => Object.hasOwn(spec.options, key))));
  return {
    ...spec,
    recipe: object(spec.what, {
      kind: z.literal(spec.name),
      models: subjects.models(spec.looksAt),
      soup: subjects.soup(spec.looksAt),
      on: subjects.on(spec.looksAt),
      ...spec.options,
    }),
    /** The options of a row, defaults written out. */
    optionsOf: own,
    /** The first option that is out of its range, in words; null where all can be taken. */
    misfit(row: object): { readonly option: string; readonly message: string } | null {
      const told = Object.fromEntries(Object.entries(row).filter(([key]) => Object.hasOwn(spec.options, key)));
      const [issue] = options.safeParse(told).error?.issues ?? [];
      if (issue === undefined) return null;
      const option = String(issue.path[0] ?? '');
      return { option, message: `${issue.message}; found ${JSON.stringify(Reflect.get(told, option))}` };
    },
    /** What options of a row do not go with so many models. */
    contradictions: (row: object, count: number) => spec.check?.(own(row), count) ?? [],
    /** Most mixtures of a row of a recipe, or of options. */
    mostMixtures: (row: object, count: number) => spec.mixtures(own(row), count),
  };
}
