import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import { sizeOf } from '../../graph/shape.js';
import { numbersOf, type Tensor, tensorOf } from '../../graph/tensor.js';
import type { ImageArchitecture } from '../../models/architecture.js';
import { checkFit } from '../../models/fit.js';
import { type ParameterValues, parameterValues } from '../../models/parameter-values.js';
import type { ParameterTable } from '../../models/parameters.js';
import { visionModel } from '../../models/vision-model.js';
import type { DeviceName } from '../../runtime/devices.js';
import { type BatchInput, type BatchValues, batchValues } from '../../training/training-task.js';
import { SoupError } from '../errors.js';
import { imageModel } from '../shown/images.js';
import type { ShownExamples, ShownModel } from '../shown/shown.js';

/** A classifier whose tensors are measured on data. */
export interface MeasuredModel {
  readonly parameters: ParameterTable;
  readonly classes: number;
  /** What so many examples of one size are to a graph. */
  inputs(examples: number, size: number): readonly BatchInput[];
  /** Logits [examples, classes]. */
  logits(b: GraphBuilder, parameters: ParameterValues, input: BatchValues): Value;
}

/** What a model is measured on; of a model with one input of one shape also its numbers [n, …shape], one example after the other. */
export type MeasuredExamples = ShownExamples | Float32Array;

export interface MeasureOptions {
  readonly threads: number;
  readonly device?: DeviceName;
  readonly signal?: AbortSignal;
}

/** A model with its head. */
export function measuredClassifier(model: ShownModel, classes: number): MeasuredModel {
  return {
    parameters: [...model.parameters, ...model.head(classes)],
    classes,
    inputs: (examples, size) => model.inputs(examples, size),
    logits: (b, parameters, input) => model.logits(b, parameters, input),
  };
}

/** A model of images with its head. */
export function measuredModel(architecture: ImageArchitecture, classes: number): MeasuredModel {
  return measuredClassifier(imageModel(visionModel(architecture)), classes);
}

/** The inputs of a graph that computes the logits of some examples of one size, and the logits. */
export function logitsGraph(b: GraphBuilder, model: MeasuredModel, examples: number, size: number) {
  const parameters = new Map(model.parameters.map(({ name, shape }) => [name, b.input(name, 'f32', shape)]));
  const inputs = new Map(
    model.inputs(examples, size).map(({ name, dtype, shape }) => [name, b.input(inputName(name), dtype, shape)]),
  );
  return { parameters, logits: model.logits(b, parameterValues(parameters), batchValues(inputs)) };
}

/** No parameter is called so: names of tensors have no colon. */
function inputName(name: string): string {
  return `measured:${name}`;
}

/** The weights as f32 tensors to feed. Throws CheckpointFitError when they are not those of the model. */
export function weightFeeds(model: MeasuredModel, tensors: ReadonlyMap<string, Tensor>): Record<string, Tensor> {
  checkFit(tensors, model.parameters, 'The ingredient');
  return Object.fromEntries(
    model.parameters.flatMap(({ name, shape }) => {
      const found = tensors.get(name);
      return found === undefined ? [] : [[name, tensorOf('f32', shape, numbersOf(found))]];
    }),
  );
}

/** The examples at these places, to feed. */
export async function exampleFeeds(
  examples: ShownExamples,
  places: readonly number[],
  size: number,
): Promise<Record<string, Tensor>> {
  const feeds = await examples.feeds(places, size);
  return Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [inputName(name), tensor]));
}

/** Examples whatever they were given as. Throws SoupError for none, or a part of one. */
export function examplesOf(model: MeasuredModel, given: MeasuredExamples): ShownExamples {
  if (!(given instanceof Float32Array)) {
    if (given.count > 0) return given;
    throw new SoupError('There are no examples to measure on.', 'Give at least one.');
  }
  const [input] = model.inputs(1, 1);
  const shape = input?.shape.slice(1) ?? [];
  const size = sizeOf(shape);
  const count = given.length / size;
  if (input === undefined || !Number.isInteger(count) || count === 0) {
    throw new SoupError(
      `${given.length} numbers are no whole number of examples of [${shape.join(', ')}].`,
      'Give at least one example, each as the model takes it.',
    );
  }
  return {
    count,
    sizes: new Array<number>(count).fill(1),
    roomFor: (one) => one,
    async feeds(places) {
      const data = Float32Array.from(places.flatMap((place) => [...given.subarray(place * size, (place + 1) * size)]));
      return { [input.name]: { dtype: 'f32', shape: [places.length, ...shape], data } };
    },
  };
}
