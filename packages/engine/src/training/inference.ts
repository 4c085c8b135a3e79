import { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import type { Tensor } from '../graph/tensor.js';
import type { Architecture } from '../models/architecture.js';
import { CheckpointFitError, checkFit } from '../models/fit.js';
import { parameterValues } from '../models/parameter-values.js';
import { elementCount, type ParameterTable } from '../models/parameters.js';
import { logitsOf, visionModel } from '../models/vision-model.js';
import type { DeviceName } from '../runtime/devices.js';
import { compile } from '../runtime/executable.js';

export interface InferenceOptions {
  /** Images in one run of the network; the last run is padded, so results do not depend on how many images there are. */
  readonly batch: number;
  readonly threads: number;
  readonly device?: DeviceName;
}

/** A network that maps images to rows of numbers, with its weights inside. */
export interface Inference {
  /** Numbers in a row: classes, or the width of the features. */
  readonly width: number;
  /** Normalised images [n, C, H, W] → rows [n, width]; n is any whole number. */
  run(images: Float32Array): Promise<Float32Array<ArrayBuffer>>;
  dispose(): Promise<void>;
}

/** A model with a head, for evaluation. */
export interface Classifier {
  readonly classes: number;
  /** Normalised images [n, C, H, W] → logits [n, classes]. */
  logits(images: Float32Array): Promise<Float32Array<ArrayBuffer>>;
  dispose(): Promise<void>;
}

/**
 * Compiles a model for evaluation. Throws CheckpointFitError, before any work, when the tensors (the head's among them) are
 * not those of the architecture.
 */
export async function classifier(
  tensors: ReadonlyMap<string, Tensor>,
  architecture: Architecture,
  options: InferenceOptions,
): Promise<Classifier> {
  const model = visionModel(architecture);
  const classes = tensors.get('head.weight')?.shape[0];
  if (classes === undefined) {
    throw new CheckpointFitError(
      'The model has no head: its tensor head.weight is missing, so it knows no classes.',
      'Evaluate it together with a head, or fine-tune it first.',
    );
  }
  const table = [...model.parameters, ...model.head(classes)];
  const network = await inference(tensors, table, model.imageShape, options, (b, parameters, images) =>
    logitsOf(model, b, parameterValues(parameters), images),
  );
  return { classes, logits: network.run, dispose: network.dispose };
}

/** Compiles the model without its head: images to the features that a linear probe or kNN reads. */
export async function featureExtractor(
  tensors: ReadonlyMap<string, Tensor>,
  architecture: Architecture,
  options: InferenceOptions,
): Promise<Inference> {
  const model = visionModel(architecture);
  return inference(tensors, model.parameters, model.imageShape, options, (b, parameters, images) =>
    model.features(b, parameterValues(parameters), images),
  );
}

async function inference(
  tensors: ReadonlyMap<string, Tensor>,
  table: ParameterTable,
  imageShape: readonly number[],
  { batch, threads, device = 'cpu' }: InferenceOptions,
  forward: (b: GraphBuilder, parameters: ReadonlyMap<string, Value>, images: Value) => Value,
): Promise<Inference> {
  checkFit(tensors, table, 'The checkpoint');
  const b = new GraphBuilder();
  const parameters = new Map<string, Value>();
  for (const { name, shape } of table) {
    const data = tensors.get(name)?.data;
    if (data !== undefined) parameters.set(name, b.constant(data, 'f32', shape, name));
  }
  const shape = [batch, ...imageShape];
  const rows = forward(b, parameters, b.input('images', 'f32', shape));
  b.output('rows', rows);
  const width = rows.shape[1] ?? 0;
  const executable = await compile(b.build(), { device, threads });
  const size = elementCount(imageShape);
  return {
    width,
    async run(images) {
      const count = images.length / size;
      if (!Number.isInteger(count)) {
        throw new RangeError(`${images.length} numbers are no whole count of images of ${size} numbers each.`);
      }
      const result = new Float32Array(count * width);
      for (let start = 0; start < count; start += batch) {
        const end = Math.min(count, start + batch);
        let data = images.subarray(start * size, end * size);
        if (end - start < batch) {
          const padded = new Float32Array(batch * size);
          padded.set(data);
          data = padded;
        }
        const outputs = await executable.run({ images: { dtype: 'f32', shape, data } });
        const found = outputs.rows?.data;
        if (!(found instanceof Float32Array)) throw new Error('The network gave no f32 rows.');
        result.set(found.subarray(0, (end - start) * width), start * width);
      }
      return result;
    },
    dispose: () => executable.dispose(),
  };
}
