import { GraphBuilder } from '../graph/builder.js';
import type { Graph, Value } from '../graph/graph.js';
import { sizeOf } from '../graph/shape.js';
import type { Tensor } from '../graph/tensor.js';
import { canonicalJson } from '../json.js';
import type { ImageArchitecture } from '../models/architecture.js';
import { CheckpointFitError, checkFit } from '../models/fit.js';
import { parameterValues } from '../models/parameter-values.js';
import { elementCount, type ParameterTable } from '../models/parameters.js';
import { logitsOf, visionModel } from '../models/vision-model.js';
import type { NamedValues } from '../runtime/device.js';
import type { DeviceName } from '../runtime/devices.js';
import { DeviceError } from '../runtime/errors.js';
import { openStepper } from '../runtime/stepper.js';
import { preparedNetwork } from './prepared-networks.js';
import { WIDEST_ACTIVATION } from './turns.js';

export interface InferenceOptions {
  /**
   * Most images in one run of the network: on the CPU there are fewer where their activations would not fit the cache. The
   * last run is padded, so results do not depend on how many images there are.
   */
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
  architecture: ImageArchitecture,
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
  const shape = `logits ${classes} ${canonicalJson(architecture)}`;
  const network = await inference(tensors, table, model.imageShape, { ...options, shape }, (b, parameters, images) =>
    logitsOf(model, b, parameterValues(parameters), images),
  );
  return { classes, logits: network.run, dispose: network.dispose };
}

/** Compiles the model without its head: images to the features that a linear probe or kNN reads. */
export async function featureExtractor(
  tensors: ReadonlyMap<string, Tensor>,
  architecture: ImageArchitecture,
  options: InferenceOptions,
): Promise<Inference> {
  const model = visionModel(architecture);
  const shape = `features ${canonicalJson(architecture)}`;
  return inference(tensors, model.parameters, model.imageShape, { ...options, shape }, (b, parameters, images) =>
    model.features(b, parameterValues(parameters), images),
  );
}

async function inference(
  tensors: ReadonlyMap<string, Tensor>,
  table: ParameterTable,
  imageShape: readonly number[],
  { batch: most, threads, device = 'cpu', shape: shapeKey }: InferenceOptions & { readonly shape: string },
  forward: Forward,
): Promise<Inference> {
  checkFit(tensors, table, 'The checkpoint');
  const weights = Object.fromEntries(
    table.flatMap(({ name }) => {
      const found = tensors.get(name);
      return found === undefined ? [] : [[weightName(name), found]];
    }),
  );
  const graphOf = (images: number) => forwardGraph(table, [images, ...imageShape], forward);
  const batch = device === 'cpu' ? inCache(most, graphOf) : most;
  const graph = graphOf(batch);
  const width = graph.outputs[0]?.value.shape[1] ?? 0;
  const network = await openNetwork(graph, weights, `${shapeKey} ${batch} ${threads} ${device}`, { device, threads });
  const size = elementCount(imageShape);
  const shape = [batch, ...imageShape];
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
        const outputs = await network.run({ images: { dtype: 'f32', shape, data } });
        const found = outputs.rows?.data;
        if (!(found instanceof Float32Array)) throw new Error('The network gave no f32 rows.');
        result.set(found.subarray(0, (end - start) * width), start * width);
      }
      return result;
    },
    dispose: () => network.dispose(),
  };
}

type Forward = (b: GraphBuilder, parameters: ReadonlyMap<string, Value>, images: Value) => Value;

/** The forward pass with its weights as inputs, so that one graph serves every model of the shape. */
function forwardGraph(table: ParameterTable, images: readonly number[], forward: Forward): Graph {
  const b = new GraphBuilder();
  const parameters = new Map(table.map(({ name, shape }) => [name, b.input(weightName(name), 'f32', shape)]));
  b.output('rows', forward(b, parameters, b.input('images', 'f32', images)));
  return b.build();
}

/** No model calls a tensor so, so that none can be taken for the images. */
function weightName(parameter: string): string {
  return `weight ${parameter}`;
}

/** At most `most` images, few enough that the widest activation stays in the cache (turns.ts). */
function inCache(most: number, graphOf: (images: number) => Graph): number {
  const widest = graphOf(1).nodes.reduce(
    (largest, { outputs }) => Math.max(largest, ...outputs.map(({ shape }) => sizeOf(shape))),
    1,
  );
  return Math.max(1, Math.min(most, Math.floor(WIDEST_ACTIVATION / (4 * widest))));
}

/** On the CPU, weights are read where they are and all models share one network; elsewhere they go to the device once. */
async function openNetwork(
  graph: Graph,
  weights: NamedValues,
  key: string,
  options: { readonly device: DeviceName; readonly threads: number },
): Promise<{ run(feeds: NamedValues): Promise<Record<string, Tensor>>; dispose(): Promise<void> }> {
  if (options.device !== 'cpu') {
    const stepper = await openStepper(graph, { ...options, state: weights });
    return { run: (feeds) => stepper.step(feeds), dispose: () => stepper.dispose() };
  }
  const { executable, release } = await preparedNetwork(key, () => graph, options);
  let open = true;
  return {
    run: async (feeds) => {
      if (!open) throw new DeviceError('cpu', 'The network has been disposed of.', 'Prepare the model again.');
      return executable.run({ ...weights, ...feeds });
    },
    async dispose() {
      open = false;
      await release();
    },
  };
}
