import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { Tensor } from '../../graph/tensor.js';
import type { ParameterValues } from '../../models/parameter-values.js';
import type { ParameterTable } from '../../models/parameters.js';
import type { DeviceName } from '../../runtime/device-names.js';
import type { BatchInput, BatchValues, Feeds } from '../../training/training-task.js';

/** A model as soups learn from it and measure it, whatever it reads. */
export interface ShownModel {
  /** Every tensor but the head's. */
  readonly parameters: ParameterTable;
  head(classes: number): ParameterTable;
  /** What so many examples of one size are to a graph. */
  inputs(examples: number, size: number): readonly BatchInput[];
  /** Features [examples, width]. */
  features(b: GraphBuilder, values: ParameterValues, input: BatchValues): Value;
  /** Logits [examples, classes] by the head among the values. */
  logits(b: GraphBuilder, values: ParameterValues, input: BatchValues): Value;
}

/** Examples as a model takes them, without augmentation. */
export interface ShownExamples {
  readonly count: number;
  /** Of each example by its place: the tokens of a text; every image has the size 1. */
  readonly sizes: readonly number[];
  /** A size above or at this one, of which there are few: for networks that are not to be made for every size. */
  roomFor(size: number): number;
  /**
   * The values of the model's inputs for the examples at these places, each 0 … count − 1.
   *
   * @param size of all of them; none may be larger
   * @param rows with examples of any kind after those, where more are asked for
   */
  feeds(places: readonly number[], size: number, rows?: number): Promise<Feeds>;
}

/** Features of examples by one model. */
export interface Extractor extends AsyncDisposable {
  readonly width: number;
  /** [places, width] */
  of(places: readonly number[]): Promise<Float32Array>;
}

/** A model and the examples that it is shown. */
export interface Shown {
  readonly model: ShownModel;
  readonly examples: ShownExamples;
  /** A network with these weights that gives features of the examples. Throws CheckpointFitError for tensors of another model. */
  extractor(
    tensors: ReadonlyMap<string, Tensor>,
    options: { readonly batch: number; readonly threads: number; readonly device?: DeviceName },
  ): Promise<Extractor>;
}

/** The size of the largest example. */
export function largestSize({ sizes }: Pick<ShownExamples, 'sizes'>): number {
  return sizes.reduce((most, size) => Math.max(most, size), 1);
}
