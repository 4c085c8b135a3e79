import { z } from 'zod';
import { integer, object, splitReference } from '../fields.js';
import type { SplitRole } from '../parameters.js';
import { seed } from '../seed.js';

/** What an evaluation needs of a model: its features, its answers, or the gradient of its loss in the pixels. */
export type KindReads = 'features' | 'answers' | 'gradients';

/** The second split that a kind needs beside the one that it scores. */
export interface SecondSplit {
  /** The key of a recipe that names it. */
  readonly key: 'reference' | 'against';
  readonly required: boolean;
  /** Roles that it may have. */
  readonly roles: readonly SplitRole[];
  /** What a wrong role would mean, as the end of a sentence. */
  readonly otherwise: string;
}

type OutputOf<Shape extends z.core.$ZodLooseShape> = z.output<z.ZodObject<Shape, z.core.$strict>>;

/** How a kind of benchmark looks in a recipe and in a plan. What it measures is in steps/measures. */
export interface KindSpec<Name extends string, Options extends z.core.$ZodLooseShape> {
  readonly name: Name;
  /** With its article, as a message names it: 'a kNN benchmark'. */
  readonly what: string;
  /** The name of this version of the definition, on every number: its page is docs/protocols/<protocol>.md. */
  readonly protocol: string;
  /** Of the definition, from the second on: it stands among the parameters, so that no score by an earlier one is taken for one by this. */
  readonly version?: number;
  readonly reads: KindReads;
  readonly second: SecondSplit | null;
  /** What a recipe may set. The same words stand in the plan and in the protocol document, where nothing has a default. */
  readonly options: Options;
  /** Writes out what depends on other options, for the plan: nothing there has a default. */
  explicit?(parameters: OutputOf<Options>): OutputOf<Options>;
  /** What options contradict each other, by the option that is wrong. */
  check?(parameters: OutputOf<Options>): readonly { readonly key: string; readonly message: string }[];
  /** A name of the table of metrics: the number that stands for the whole in a table of models. */
  headline(parameters: OutputOf<Options>): string;
}

const subsetFields = object('a subset', { count: integer(1), seed: seed.optional() });

/** What every benchmark has. */
export const benchmarkFields = {
  split: splitReference(),
  subset: subsetFields.optional().describe('A seeded choice of examples of the split.'),
};

const NO_REFERENCE = 'this kind learns from no reference: remove it';
const ONLY_ANSWERS = 'it belongs to benchmarks of plain answers: remove it, or remove `kind`';

/** @returns the kind with its two schemas: what a recipe says, and what the plan and the protocol document say. */
export function defineKind<const Name extends string, Options extends z.core.$ZodLooseShape>(
  spec: KindSpec<Name, Options>,
) {
  const kind = z.literal(spec.name);
  const options = z.strictObject(spec.options);
  const { version } = spec;
  const versioned: Record<never, z.ZodType> = version === undefined ? {} : { version: z.literal(version) };
  const key = spec.second?.key;
  const second = splitReference();
  const own = (benchmark: object) =>
    options.parse(Object.fromEntries(Object.entries(benchmark).filter(([name]) => Object.hasOwn(spec.options, name))));
  return {
    ...spec,
    recipe: object(spec.what, {
      kind,
      ...benchmarkFields,
      reference: (key === 'reference' ? second : z.never({ error: NO_REFERENCE })).optional(),
      reference_subset: (key === 'reference' ? subsetFields : z.never({ error: NO_REFERENCE })).optional(),
      against: (key === 'against' ? second : z.never({ error: 'this kind tells nothing apart: remove it' })).optional(),
      corruptions: z.never({ error: ONLY_ANSWERS }).optional(),
      severities: z.never({ error: ONLY_ANSWERS }).optional(),
      ...spec.options,
    }),
    parameters: z.strictObject({ kind, ...versioned, ...spec.options }),
    /** The parameters of a recipe's benchmark of this kind, with nothing left open. */
    measureOf(benchmark: object) {
      const given = own(benchmark);
      return {
        kind: spec.name,
        ...(version === undefined ? {} : { version }),
        ...(spec.explicit?.(given) ?? given),
      };
    },
    /** What options of a recipe's benchmark contradict each other. */
    contradictions: (benchmark: object) => spec.check?.(own(benchmark)) ?? [],
    /** A name of the table of metrics: the number that stands for the whole in a table of models. */
    headlineOf: (parameters: object) => spec.headline(own(parameters)),
  };
}
