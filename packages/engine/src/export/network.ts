import type { Preprocessing } from '../data/preprocessing.js';
import { GraphBuilder } from '../graph/builder.js';
import type { Graph, Value } from '../graph/graph.js';
import { foldConstants } from '../graph/rewrites/fold-constants.js';
import { removeDeadNodes } from '../graph/rewrites/remove-dead-nodes.js';
import { substitute } from '../graph/rewrites/substitute.js';
import type { Tensor } from '../graph/tensor.js';
import type { ImageArchitecture } from '../models/architecture.js';
import { checkFit } from '../models/fit.js';
import { parameterValues } from '../models/parameter-values.js';
import { logitsOf, visionModel } from '../models/vision-model.js';
import { inHalfPrecision } from '../training/half-precision.js';
import { ExportError } from './errors.js';
import { foldBatchNormalization } from './fold-batch-normalization.js';

/** What of a model goes into a file. */
export interface NetworkParts {
  readonly architecture: ImageArchitecture;
  readonly preprocessing: Preprocessing;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

export interface NetworkOptions {
  /** Whether the file takes bytes of pixels and normalises them itself. */
  readonly pixels: boolean;
  /** Matrix products and what lies between them in f16. */
  readonly half?: boolean;
}

/** Names of the input and the output of a file. */
export const IMAGES_INPUT = 'images';
export const PIXELS_INPUT = 'pixels';

/** The largest finite f16. */
const LARGEST_HALF = 65504;

/**
 * The network of a model for `batch` images at once, with its weights inside. Input `images` f32 [batch, C, H, W],
 * normalised, or `pixels` u8 [batch, C, H, W]; output `logits` f32 [batch, classes], or `features` [batch, width] of a
 * model without a head.
 *
 * @throws {CheckpointFitError} for tensors that are not those of the architecture, {ExportError} for weights beyond f16
 */
export function networkGraph(parts: NetworkParts, batch: number, { pixels, half = false }: NetworkOptions): Graph {
  const { architecture, preprocessing, tensors } = parts;
  const model = visionModel(architecture);
  const classes = tensors.get('head.weight')?.shape[0];
  const table = classes === undefined ? model.parameters : [...model.parameters, ...model.head(classes)];
  checkFit(tensors, table, 'The checkpoint');
  if (half) refuseBeyondHalf(tensors, table);
  const b = new GraphBuilder();
  // Inputs at first, so that no rewrite computes with them.
  const inputs = new Map(table.map(({ name, shape }) => [name, b.input(weightName(name), 'f32', shape)]));
  const parameters = parameterValues(inputs);
  const shape = [batch, ...model.imageShape];
  const images = pixels
    ? normalised(b, b.input(PIXELS_INPUT, 'u8', shape), preprocessing)
    : b.input(IMAGES_INPUT, 'f32', shape);
  if (classes === undefined) b.output('features', model.features(b, parameters, images));
  else b.output('logits', logitsOf(model, b, parameters, images));
  const graph = half ? inHalfPrecision(b.build()) : b.build();
  return foldBatchNormalization(withWeightsInside(graph, tensors));
}

/** No model calls a tensor so, so that none can be taken for the images. */
function weightName(parameter: string): string {
  return `weight ${parameter}`;
}

function parameterName(input: string): string | undefined {
  return input.startsWith('weight ') ? input.slice('weight '.length) : undefined;
}

/** (pixel / 255 − mean) / std, as one product and one sum. */
function normalised(b: GraphBuilder, pixels: Value, { mean, std }: Preprocessing): Value {
  const perChannel = (numbers: readonly number[]) => b.constant(numbers, 'f32', [1, numbers.length, 1, 1]);
  const scale = perChannel(std.map((deviation) => 1 / (255 * deviation)));
  const shift = perChannel(mean.map((value, channel) => -value / (std[channel] ?? 1)));
  return b.add(b.mul(b.cast(pixels, 'f32'), scale), shift);
}

/** The graph with its weights as constants under their own names, and what depends on them alone computed. */
function withWeightsInside(graph: Graph, tensors: ReadonlyMap<string, Tensor>): Graph {
  const weights = graph.inputs.flatMap((value) => {
    const tensor = tensors.get(parameterName(value.name) ?? '');
    return tensor === undefined ? [] : [{ value, tensor }];
  });
  const inside = new Set(weights.map(({ value }) => value));
  const bound = {
    ...graph,
    inputs: graph.inputs.filter((value) => !inside.has(value)),
    constants: [...graph.constants, ...weights],
  };
  // What is expanded to the batch would be of this batch for ever.
  const folded = removeDeadNodes(foldConstants(bound, ['Expand']));
  const names = originsOf(bound);
  const renamed = new Map(
    folded.constants.flatMap(({ value }) => {
      const name = names.get(value);
      return name === undefined ? [] : [[value, { ...value, name }] as const];
    }),
  );
  const constants = folded.constants.map(({ value, tensor }) => ({ value: renamed.get(value) ?? value, tensor }));
  return { ...substitute(folded, renamed), constants };
}

/** Every value that is a parameter, or one in another form, with the parameter's name. */
function originsOf(graph: Graph): ReadonlyMap<Value, string> {
  const names = new Map<Value, string>();
  for (const { value } of graph.constants) {
    const name = parameterName(value.name);
    if (name !== undefined) names.set(value, name);
  }
  for (const { inputs, outputs } of graph.nodes) {
    const [only, ...others] = inputs.filter((input) => input !== null);
    const name = only === undefined || others.length > 0 ? undefined : names.get(only);
    if (name !== undefined) for (const output of outputs) names.set(output, name);
  }
  return names;
}

function refuseBeyondHalf(tensors: ReadonlyMap<string, Tensor>, table: readonly { readonly name: string }[]): void {
  for (const { name } of table) {
    const data = tensors.get(name)?.data;
    if (!(data instanceof Float32Array) || !data.some((weight) => Math.abs(weight) > LARGEST_HALF)) continue;
    throw new ExportError(
      `The tensor ${name} has weights beyond ±${LARGEST_HALF}, which 16-bit floats cannot hold.`,
      'Export the model with --precision f32.',
    );
  }
}
