import type { GraphBuilder } from '../graph/builder.js';
import type { DType } from '../graph/dtype.js';
import type { Value } from '../graph/graph.js';
import type { Tensor } from '../graph/tensor.js';
import type { ParameterValues } from '../models/parameter-values.js';
import type { ParameterTable } from '../models/parameters.js';

/** An input of the step graph that changes with each batch. */
export interface BatchInput {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
}

/** The batch inputs inside the graph, by name. */
export type BatchValues = (name: string) => Value;

/** What is trained, and against which loss: everything the step graph has to know of a model and its data. */
export interface TrainingTask {
  /** Every parameter that the loss uses. */
  readonly parameters: ParameterTable;
  /** Names of those that keep their values. */
  readonly frozen: ReadonlySet<string>;
  readonly inputs: readonly BatchInput[];
  /** Adds the loss, a scalar, to the graph. */
  loss(b: GraphBuilder, parameters: ParameterValues, input: BatchValues): Value;
}

/** The batches of a training, each a pure function of its number: a resumed training asks for the ones it has not seen. */
export interface BatchSource {
  readonly batchSize: number;
  /** The feeds of step `step` (from 0), by input name. */
  at(step: number): Readonly<Record<string, Tensor>>;
}
