import { CancelledError } from '../../errors.js';
import { GraphBuilder } from '../../graph/builder.js';
import { readOnnx } from '../../graph/onnx/index.js';
import { sizeOf } from '../../graph/shape.js';
import { numbersOf, type Tensor, tensor } from '../../graph/tensor.js';
import { checkFit } from '../../models/fit.js';
import type { OnnxArchitecture } from '../../models/onnx/architecture.js';
import { PARAMETER_PREFIX } from '../../models/onnx/onnx-model.js';
import { visionModel } from '../../models/vision-model.js';
import type { DeviceName } from '../../runtime/devices.js';
import { compile } from '../../runtime/index.js';
import { SoupError } from '../errors.js';
import { normalisedLayers, type RunningStatistics, tellingStatistics, withStatistics } from './statistics-graph.js';

export interface EstimateOptions {
  readonly threads: number;
  readonly device?: DeviceName;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Normalised images in batches of one size. */
export interface ImageBatches {
  readonly batch: number;
  readonly count: number;
  /** [batch, c, h, w] */
  at(index: number): Promise<Float32Array>;
}

/**
 * Estimates the running statistics of every batch normalisation again for weights that changed, as after averaging: forward
 * passes in which every layer goes by the statistics of its batch; the running mean becomes the mean over all batches, the
 * running variance the mean of their unbiased variances, summed in f64 (Izmailov et al. 2018; torch's `update_bn`). Nothing is
 * drawn, and no gradient taken.
 *
 * @returns the architecture with the new statistics in its graph, and their names
 * @throws SoupError for a network without batch normalisation and for no whole batch; CheckpointFitError; CancelledError
 */
export async function estimateBatchNorm(
  architecture: OnnxArchitecture,
  tensors: ReadonlyMap<string, Tensor>,
  { batch, count, at }: ImageBatches,
  { threads, device = 'cpu', signal, onProgress }: EstimateOptions,
): Promise<{ readonly architecture: OnnxArchitecture; readonly names: readonly string[] }> {
  const layers = normalisedLayers(architecture.graph);
  if (layers.length === 0) {
    throw new SoupError('The network has no batch normalisation.', 'It needs no running statistics: use it as it is.');
  }
  if (count < 1) {
    throw new SoupError(`The examples do not fill one batch of ${batch}.`, 'Give more examples, or a smaller batch.');
  }
  const { parameters, imageShape } = visionModel(architecture);
  checkFit(tensors, parameters, 'The model');
  const model = readOnnx(tellingStatistics(architecture.graph), {
    dimensions: { [`${architecture.input}:0`]: batch },
  });
  const b = new GraphBuilder();
  const inputs = model.inputs.map(
    ({ name, shape }) => [name, b.input(feedName(architecture, name), 'f32', shape)] as const,
  );
  const outputs = model.build(b, Object.fromEntries(inputs));
  const rows: number[] = [];
  for (const { outputs: told } of layers) {
    const [result, mean, variance] = [outputs[told.result], outputs[told.mean], outputs[told.variance]];
    if (result === undefined || mean === undefined || variance === undefined) {
      throw new RangeError(`The graph does not tell ${told.result}.`);
    }
    rows.push(sizeOf(result.shape) / (result.shape[1] ?? 1));
    b.output(told.mean, mean);
    b.output(told.variance, variance);
  }
  // Every weight is fed, so something has to depend on all of them.
  const features = outputs[architecture.features];
  if (features !== undefined) b.output('features', features);
  const network = await compile(b.build(), { device, threads });
  const sums: { mean: Float64Array; variance: Float64Array }[] = layers.map(() => ({
    mean: new Float64Array(),
    variance: new Float64Array(),
  }));
  try {
    const weights = Object.fromEntries(tensors);
    for (let index = 0; index < count; index++) {
      if (signal?.aborted === true) throw new CancelledError('The estimation');
      const images = tensor('f32', [batch, ...imageShape], Float32Array.from(await at(index)));
      const told = await network.run({ ...only(weights, parameters), [IMAGES]: images });
      for (const [layer, { outputs: names }] of layers.entries()) {
        const n = rows[layer] ?? 2;
        const sum = sums[layer];
        if (sum === undefined) continue;
        sum.mean = added(sum.mean, told[names.mean], 1 / count);
        // torch runs the unbiased variance; of one number there is none.
        sum.variance = added(sum.variance, told[names.variance], (n > 1 ? n / (n - 1) : 1) / count);
      }
      onProgress?.(index + 1, count);
    }
  } finally {
    await network.dispose();
  }
  assertFinite(sums);
  return {
    architecture: { ...architecture, graph: withStatistics(architecture.graph, sums) },
    names: layers.flatMap(({ names }) => [names.mean, names.variance]),
  };
}

/** No weight is called so: their names have a prefix. */
const IMAGES = 'images';

function feedName({ input }: OnnxArchitecture, name: string): string {
  return name === input ? IMAGES : `${PARAMETER_PREFIX}${name}`;
}

function only(weights: Readonly<Record<string, Tensor>>, table: readonly { readonly name: string }[]) {
  return Object.fromEntries(table.flatMap(({ name }) => (weights[name] === undefined ? [] : [[name, weights[name]]])));
}

function added(sum: Float64Array, found: Tensor | undefined, share: number): Float64Array {
  const values = found === undefined ? new Float64Array() : numbersOf(found);
  return values.map((value, at) => (sum[at] ?? 0) + share * value);
}

function assertFinite(statistics: readonly RunningStatistics[]): void {
  const layer = statistics.findIndex(({ mean, variance }) => ![...mean, ...variance].every(Number.isFinite));
  if (layer < 0) return;
  throw new SoupError(
    `The statistics of batch normalisation ${layer} are not finite.`,
    'Its weights diverged, or its images are not those that it was trained on.',
  );
}
