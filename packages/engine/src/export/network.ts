import type { Preprocessing } from '../data/preprocessing.js';
import { GraphBuilder } from '../graph/builder.js';
import type { Graph, Value } from '../graph/graph.js';
import type { OperatorName } from '../graph/operators/index.js';
import { foldConstants } from '../graph/rewrites/fold-constants.js';
import { removeDeadNodes } from '../graph/rewrites/remove-dead-nodes.js';
import { substitute } from '../graph/rewrites/substitute.js';
import type { Tensor } from '../graph/tensor.js';
import type { ImageArchitecture } from '../models/architecture.js';
import { checkFit } from '../models/fit.js';
import { type ParameterValues, parameterValues } from '../models/parameter-values.js';
import type { ParameterTable } from '../models/parameters.js';
import type { TextArchitecture } from '../models/text/architecture.js';
import { textModel } from '../models/text/text-model.js';
import { logitsOf, visionModel } from '../models/vision-model.js';
import { inHalfPrecision } from '../training/half-precision.js';
import { ExportError } from './errors.js';
import { foldBatchNormalization } from './fold-batch-normalization.js';

/** What of a model of images goes into a file. */
export interface ImageParts {
  readonly architecture: ImageArchitecture;
  readonly preprocessing: Preprocessing;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** What of a text model goes into a file. */
export interface TextParts {
  readonly architecture: TextArchitecture;
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
/** Of a text model: as transformers calls them, so that what runs its files runs these. */
export const TOKEN_INPUTS = { ids: 'input_ids', mask: 'attention_mask', types: 'token_type_ids' } as const;

/** The largest finite f16. */
const LARGEST_HALF = 65504;

/**
 * The network of a model for `batch` images at once, with its weights inside. Input `images` f32 [batch, C, H, W],
 * normalised, or `pixels` u8 [batch, C, H, W]; output `logits` f32 [batch, classes], or `features` [batch, width] of a
 * model without a head.
 *
 * @throws {CheckpointFitError} for tensors that are not those of the architecture, {ExportError} for weights beyond f16
 */
export function networkGraph(parts: ImageParts, batch: number, { pixels, half = false }: NetworkOptions): Graph {
  const { architecture, preprocessing, tensors } = parts;
  const model = visionModel(architecture);
  const shape = [batch, ...model.imageShape];
  // What is expanded to the batch would be of this batch for ever.
  return graphWithWeights(model, tensors, { half, left: ['Expand'] }, (b, parameters, headed) => {
    const images = pixels
      ? normalised(b, b.input(PIXELS_INPUT, 'u8', shape), preprocessing)
      : b.input(IMAGES_INPUT, 'f32', shape);
    return headed ? logitsOf(model, b, parameters, images) : model.features(b, parameters, images);
  });
}

/**
 * The network of a text model for `batch` sequences of `length` tokens. Inputs `input_ids`, `attention_mask` (1 for a token, 0
 * for padding) and `token_type_ids`, all i64 [batch, length]; the output and what is thrown are as of `networkGraph`.
 */
export function textNetworkGraph(
  { architecture, tensors }: TextParts,
  [batch, length]: readonly [number, number],
  { half = false }: Pick<NetworkOptions, 'half'> = {},
): Graph {
  const model = textModel(architecture);
  // Nor may the positions be cut to one length.
  return graphWithWeights(model, tensors, { half, left: ['Expand', 'Split'] }, (b, parameters, headed) => {
    const tokens = (name: string) => b.input(name, 'i64', [batch, length]);
    const ids = tokens(TOKEN_INPUTS.ids);
    const mask = b.cast(tokens(TOKEN_INPUTS.mask), 'f32');
    const features = model.features(b, parameters, { ids, mask, types: tokens(TOKEN_INPUTS.types) });
    return headed ? model.classify(b, parameters, features) : features;
  });
}

function graphWithWeights(
  model: { readonly parameters: ParameterTable; head(classes: number): ParameterTable },
  tensors: ReadonlyMap<string, Tensor>,
  { half = false, left }: Pick<NetworkOptions, 'half'> & { readonly left: readonly OperatorName[] },
  forward: (b: GraphBuilder, parameters: ParameterValues, headed: boolean) => Value,
): Graph {
  const classes = tensors.get('head.weight')?.shape[0];
  const table = classes === undefined ? model.parameters : [...model.parameters, ...model.head(classes)];
  checkFit(tensors, table, 'The checkpoint');
  if (half) refuseBeyondHalf(tensors, table);
  const b = new GraphBuilder();
  // Inputs at first, so that no rewrite computes with them.
  const inputs = new Map(table.map(({ name, shape }) => [name, b.input(weightName(name), 'f32', shape)]));
  const rows = forward(b, parameterValues(inputs), classes !== undefined);
  b.output(classes === undefined ? 'features' : 'logits', rows);
  const graph = half ? inHalfPrecision(b.build()) : b.build();
  return foldBatchNormalization(withWeightsInside(graph, tensors, left));
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
function withWeightsInside(graph: Graph, tensors: ReadonlyMap<string, Tensor>, left: readonly OperatorName[]): Graph {
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
  const folded = removeDeadNodes(foldConstants(bound, left));
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
