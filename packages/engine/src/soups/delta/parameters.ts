/** @file What delta methods may be told: one table of parameters, of which each method takes some, with defaults of its own. */
import { z } from 'zod';
import type { MethodOption } from '../methods/method-entry.js';
import { type Compat, compat, compatOption, weights, weightsOption } from '../mixing-parameters.js';

/** Every parameter that a delta method computes with. */
export interface DeltaSettings {
  /** λ: how far to go from the stock along the merged change; negative goes backwards. */
  readonly lambda: number;
  /** Σ w_i τ_i, or that divided by Σ w_i (where signs are elected, by the weights of those that take part). */
  readonly merge: 'sum' | 'mean';
  /** The share of the numbers that is kept of each change, in [0, 1]. */
  readonly density: number;
  /** Whether the numbers that are kept are the largest of each tensor, or of all tensors of the model together. */
  readonly trim: 'model' | 'tensor';
  /** The share of the largest numbers that is dropped as outliers, in [0, 1). */
  readonly gamma: number;
  /** How far keep probabilities spread around the density, in [0, 1). */
  readonly epsilon: number;
  /**
   * What makes up for dropped numbers: nothing; division by the probability that a number was kept, which keeps the expected
   * value; or scaling until the sum of absolute values is what it was.
   */
  readonly rescale: 'none' | 'expectation' | 'l1';
  /** The sign where changes cancel out exactly: none, that of most elements of the model, or +. */
  readonly tie: 'none' | 'majority' | 'positive';
}

const DELTA_KNOBS = [
  'density',
  'trim',
  'gamma',
  'epsilon',
  'rescale',
  'tie',
] as const satisfies readonly (keyof DeltaSettings)[];
export type DeltaKnob = (typeof DELTA_KNOBS)[number];

/** Parameters with the method's defaults filled in; knobs that the method does not have are absent. */
export type DeltaParameters = {
  readonly compat: Compat;
  readonly weights?: readonly number[];
  /** Another λ for tensors of a pattern, the first that fits. */
  readonly layers?: readonly { readonly tensors: string; readonly shares: readonly number[] }[];
  readonly lambda: number;
  readonly merge: DeltaSettings['merge'];
} & { readonly [Knob in DeltaKnob]?: DeltaSettings[Knob] };

/** What a method takes where it is told nothing. mergekit keeps everything by default; papers say what to keep. */
export interface DeltaDefaults {
  readonly paper: Partial<DeltaSettings>;
  readonly mergekit: Partial<DeltaSettings>;
}

const PLAIN: DeltaSettings = {
  lambda: 1,
  merge: 'sum',
  density: 1,
  trim: 'tensor',
  gamma: 0.01,
  epsilon: 0.15,
  rescale: 'none',
  tie: 'none',
};

const layers = z.array(z.strictObject({ tensors: z.string().min(1), shares: z.array(z.number()).min(1) }));

const anything = z.strictObject({
  compat,
  weights: weights.exactOptional(),
  layers: layers.exactOptional(),
  lambda: z.number().exactOptional(),
  merge: z.enum(['sum', 'mean']).exactOptional(),
  density: z.number().min(0).max(1).exactOptional(),
  trim: z.enum(['model', 'tensor']).exactOptional(),
  gamma: z.number().min(0).lt(1).exactOptional(),
  epsilon: z.number().min(0).lt(1).exactOptional(),
  rescale: z.enum(['none', 'expectation', 'l1']).exactOptional(),
  tie: z.enum(['none', 'majority', 'positive']).exactOptional(),
});

export interface DeltaSchema {
  readonly knobs: readonly DeltaKnob[];
  readonly defaults: DeltaDefaults;
  /** Whether numbers are dropped at random, so that they have an expectation to keep. */
  readonly random: boolean;
}

/** The parameters of one method: parsed, defaults filled in, and the same again when parsed again. */
export function deltaParameters({ knobs, defaults, random }: DeltaSchema): z.ZodType<DeltaParameters> {
  const known = new Set<string>(['compat', 'weights', 'layers', 'lambda', 'merge', ...knobs]);
  const others = DELTA_KNOBS.filter((knob) => !knobs.includes(knob));
  const without: { [Knob in DeltaKnob]?: true } = Object.fromEntries(others.map((knob) => [knob, true]));
  return anything
    .omit(without)
    .superRefine((given: Readonly<Record<string, unknown>>, context) => {
      if (!random && given.rescale === 'expectation') {
        const message = "nothing is dropped at random, so there is no expectation to keep; take 'none' or 'l1'";
        context.addIssue({ code: 'custom', path: ['rescale'], message });
      }
    })
    .transform((given): DeltaParameters => {
      const base = { ...PLAIN, ...(given.compat === 'mergekit' ? { tie: 'positive' } : {}), ...defaults[given.compat] };
      const ofMethod = Object.fromEntries(Object.entries(base).filter(([name]) => known.has(name)));
      return { lambda: base.lambda, merge: base.merge, ...ofMethod, ...given };
    });
}

/** Settings for every knob; what the method does not have keeps its plain value, which it does not read. */
export function settingsOf(parameters: DeltaParameters): DeltaSettings {
  return { ...PLAIN, ...parameters };
}

const words: { readonly [Name in keyof DeltaSettings]: readonly [kind: MethodOption['kind'], words: string] } = {
  lambda: ['number', 'how far to go along the merged change; negative unlearns it'],
  merge: ['text', "'sum' of the weighted changes, or their 'mean'"],
  density: ['number', 'the share of each change that is kept, 0 to 1'],
  trim: ['text', "the largest of all tensors together, 'model', or of each 'tensor'"],
  gamma: ['number', 'the share of the largest numbers that is dropped as outliers'],
  epsilon: ['number', 'how far keep probabilities spread around the density'],
  rescale: ['text', "for what was dropped: 'none', 'expectation' (random drops only) or 'l1'"],
  tie: ['text', "the sign where changes cancel out: 'none', 'majority' (of the model's elements) or 'positive'"],
};

/** The options of a method on the command line, each with its default. */
export function deltaOptions({ knobs, defaults }: DeltaSchema): readonly MethodOption[] {
  const paper = { ...PLAIN, ...defaults.paper };
  const names = ['lambda', 'merge', ...knobs] as const;
  return [
    ...names.map((name) => ({ name, kind: words[name][0], words: `${words[name][1]}; default: ${paper[name]}` })),
    weightsOption,
    {
      name: 'layers',
      kind: 'shares by pattern',
      words: "another lambda for tensors of a pattern, the first that fits: 'blocks.0.*=0.2'; may be repeated",
    },
    compatOption,
  ];
}
