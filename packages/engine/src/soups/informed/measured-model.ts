import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import { sizeOf } from '../../graph/shape.js';
import { numbersOf, type Tensor, tensor, tensorOf } from '../../graph/tensor.js';
import type { ImageArchitecture } from '../../models/architecture.js';
import { checkFit } from '../../models/fit.js';
import { type ParameterValues, parameterValues } from '../../models/parameter-values.js';
import type { ParameterTable } from '../../models/parameters.js';
import { logitsOf, visionModel } from '../../models/vision-model.js';
import type { DeviceName } from '../../runtime/devices.js';
import { SoupError } from '../errors.js';

/** A classifier whose tensors are measured on data. */
export interface MeasuredModel {
  readonly parameters: ParameterTable;
  /** Of one example. */
  readonly inputShape: readonly number[];
  readonly classes: number;
  /** Examples [B, …inputShape] → logits [B, classes]. */
  logits(b: GraphBuilder, parameters: ParameterValues, examples: Value): Value;
}

export interface MeasureOptions {
  readonly threads: number;
  readonly device?: DeviceName;
  readonly signal?: AbortSignal;
}

/** A model of images with its head. */
export function measuredModel(architecture: ImageArchitecture, classes: number): MeasuredModel {
  const model = visionModel(architecture);
  return {
    parameters: [...model.parameters, ...model.head(classes)],
    inputShape: model.imageShape,
    classes,
    logits: (b, parameters, images) => logitsOf(model, b, parameters, images),
  };
}

/** The inputs of a graph that computes the logits of `batch` examples, all f32, and the logits. */
export function logitsGraph(b: GraphBuilder, model: MeasuredModel, batch: number) {
  const parameters = new Map(model.parameters.map(({ name, shape }) => [name, b.input(name, 'f32', shape)]));
  const examples = b.input(EXAMPLES, 'f32', [batch, ...model.inputShape]);
  return { parameters, logits: model.logits(b, parameterValues(parameters), examples) };
}

/** No parameter is called so: names of tensors have no colon. */
const EXAMPLES = 'measured:examples';

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

/** The examples from `start` on, `count` of them, to feed. */
export function exampleFeed(model: MeasuredModel, examples: Float32Array, start: number, count: number) {
  const size = sizeOf(model.inputShape);
  const data = examples.slice(start * size, (start + count) * size);
  return { [EXAMPLES]: tensor('f32', [count, ...model.inputShape], data) };
}

/** How many examples there are. Throws SoupError for none, or a part of one. */
export function countExamples(model: MeasuredModel, examples: Float32Array): number {
  const count = examples.length / sizeOf(model.inputShape);
  if (Number.isInteger(count) && count > 0) return count;
  throw new SoupError(
    `${examples.length} numbers are no whole number of examples of [${model.inputShape.join(', ')}].`,
    'Give at least one example, each as the model takes it.',
  );
}
