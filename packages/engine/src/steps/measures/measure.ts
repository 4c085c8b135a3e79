import type { TableName } from '../../evaluation/metrics/table.js';
import type { EvaluationProtocol } from '../../evaluation/protocol.js';
import type { Tensor } from '../../graph/tensor.js';
import type { BenchmarkKindName, MeasureParameters } from '../../recipe/benchmark-kinds/index.js';
import type { EvaluateParameters } from '../../recipe/parameters.js';
import type { StepContext } from '../definition.js';

export type ParametersOf<Name extends BenchmarkKindName> = Extract<MeasureParameters, { readonly kind: Name }>;

/** What is asked of a model: the benchmark's protocol with the parameters of its kind, and which inputs the step has. */
export interface Asked<Name extends BenchmarkKindName> {
  readonly protocol: EvaluationProtocol;
  readonly parameters: ParametersOf<Name>;
  readonly predictor: EvaluateParameters['predictor'];
  readonly context: StepContext;
}

/** What a kind of benchmark found out about a model. */
export interface Measured {
  /** Numbers that every evaluation may have; those that the kind does not know are left out. */
  readonly core?: Partial<Record<'top1' | 'nll' | 'ece' | 'brier', number>>;
  /** By names of the table of metrics. */
  readonly further: Readonly<Record<string, number>>;
  /** One bit for each of the n examples; left out where none is right or wrong. */
  readonly correct?: Uint8Array<ArrayBuffer>;
  /** The `logits` output: `logits` [n, classes], and what else an ensemble of models needs. Left out where there are none. */
  readonly answers?: ReadonlyMap<string, Tensor>;
  readonly passes: Passes;
}

/** Examples through networks that a number cost: all of them, a second split's and those of an ensemble's members too. */
export interface Passes {
  readonly forward: number;
  /** Left out where no gradient was taken. */
  readonly backward?: number;
}

/** How a kind of benchmark measures. What a recipe says of it is in recipe/benchmark-kinds. */
export interface Measure<Name extends BenchmarkKindName> {
  /** In words, with its source: it stands in the protocol document. */
  readonly formula: string;
  /** The rows of the table of metrics that its evaluations state, for a dataset of so many classes. */
  metrics(classes: number): readonly TableName[];
  measure(asked: Asked<Name>): Promise<Measured>;
}
