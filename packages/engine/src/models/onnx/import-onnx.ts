import { CheckpointError, quoted } from '../../checkpoints/errors.js';
import type { Preprocessing } from '../../data/preprocessing.js';
import { GraphBuilder } from '../../graph/builder.js';
import type { OperatorName } from '../../graph/index.js';
import { type OnnxModel, readOnnx } from '../../graph/onnx/index.js';
import type { Tensor } from '../../graph/tensor.js';
import { elementCount } from '../parameters.js';
import { type OnnxArchitecture, onnxArchitectureSchema } from './architecture.js';
import { PARAMETER_PREFIX } from './onnx-model.js';
import { inputNames, packSkeleton } from './skeleton.js';

export interface OnnxImportOptions {
  /** How images are prepared: an ONNX file never says. */
  readonly preprocessing: Preprocessing;
  /** Name of the output that a head reads; left out, the only one. */
  readonly features?: string;
  /** Side of the images, where the file leaves it open. */
  readonly image?: number;
}

export interface ImportedOnnxModel {
  readonly architecture: OnnxArchitecture;
  readonly preprocessing: Preprocessing;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/**
 * An ONNX file as a model of images. It has one input, f32 [batch, channels, height, width], and its trainable initialisers,
 * which are named and in f32, become the model's parameters.
 *
 * @throws {OnnxError} for a file that cannot be read, {CheckpointError} for a network of another kind.
 */
export function importOnnx(file: Uint8Array, source: string, options: OnnxImportOptions): ImportedOnnxModel {
  const refuse = (problem: string, advice: string): never => {
    throw new CheckpointError(source, problem, advice);
  };
  const first = readOnnx(file, { dimensions: openDimensions(file, options.image) });
  const [input, ...others] = first.inputs;
  const [, channels = 0, height = 0, across = 0] = input?.shape ?? [];
  if (input === undefined || others.length > 0 || input.dtype !== 'f32' || input.shape.length !== 4) {
    const inputs = first.inputs.map(({ name, dtype, shape }) => `"${name}" ${dtype} [${shape.join(', ')}]`).join(', ');
    return refuse(
      `its inputs are ${inputs || 'none'}, where one of f32 [batch, channels, height, width] is expected.`,
      'Export the network with one input, for images of one size.',
    );
  }
  const features = options.features ?? (first.outputs.length === 1 ? first.outputs[0] : undefined);
  if (features === undefined || !first.outputs.includes(features)) {
    return refuse(
      `its outputs are ${first.outputs.map((name) => `"${name}"`).join(', ')}; which one a head is to read is not known.`,
      'Say which output is the features.',
    );
  }
  if (first.parameters.size === 0) {
    refuse('it has no weights that can be trained.', 'Export it with its weights as initialisers.');
  }
  for (const [name, { dtype }] of first.parameters) {
    if (dtype !== 'f32') refuse(`${quoted(name)} is ${dtype}; training needs F32.`, 'Export the network in F32.');
  }
  const { width, quantised } = probed(first, input.name, features, input.shape);
  if (quantised !== undefined) {
    refuse(
      `its ${quantised} computes with quantised integers, through which nothing can be trained.`,
      'Export the network in F32, before it is quantised.',
    );
  }
  if (width === undefined) {
    return refuse(`its output "${features}" does not begin with the batch.`, 'Export features of shape [batch, …].');
  }
  const architecture = onnxArchitectureSchema.parse({
    family: 'onnx',
    image: height,
    ...(height === across ? {} : { imageWidth: across }),
    channels,
    input: input.name,
    features,
    width,
    graph: packSkeleton(file, first.parameters),
  });
  const tensors = new Map([...first.parameters].map(([name, tensor]) => [`${PARAMETER_PREFIX}${name}`, tensor]));
  return { architecture, preprocessing: options.preprocessing, tensors };
}

/** Sizes for an input that leaves its batch, or also its side, open. Two images, so that a batch is seen as one. */
function openDimensions(file: Uint8Array, image: number | undefined): Record<string, number> {
  // The names of inputs are not known before the file is read, and it cannot be read with its dimensions open.
  const names = inputNames(file);
  return Object.fromEntries(
    names.flatMap((name) => [
      [`${name}:0`, 2],
      ...(image === undefined
        ? []
        : [
            [`${name}:2`, image],
            [`${name}:3`, image],
          ]),
    ]),
  );
}

/** What computes with integers of eight bits: a network that was made for use, not for training. */
const QUANTISED: ReadonlySet<OperatorName> = new Set([
  'QuantizeLinear',
  'DequantizeLinear',
  'DynamicQuantizeLinear',
  'MatMulInteger',
]);

/**
 * The network built once: numbers of one image's features, undefined when the output is no batch of rows; and the first
 * operator that no gradient passes.
 */
function probed(
  model: OnnxModel,
  input: string,
  features: string,
  shape: readonly number[],
): { readonly width: number | undefined; readonly quantised: OperatorName | undefined } {
  const b = new GraphBuilder();
  const output = model.build(b, { [input]: b.input(input, 'f32', shape) })[features];
  const [batch, ...rest] = output?.shape ?? [];
  return {
    width: batch === shape[0] && rest.length > 0 ? elementCount(rest) : undefined,
    quantised: b.nodes.find(({ operator }) => QUANTISED.has(operator))?.operator,
  };
}
