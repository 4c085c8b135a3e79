import type { Graph } from '../graph/graph.js';
import { encodeOnnx } from '../graph/onnx/index.js';
import type { Tensor } from '../graph/tensor.js';
import { type NetworkParts, networkGraph } from './network.js';
import { openBatch } from './open-batch.js';
import { type CalibrationOptions, measureRanges, type RangeRule } from './quantise/calibrate.js';
import { quantiseDynamically } from './quantise/dynamic.js';
import type { ProductOptions } from './quantise/products.js';
import type { Range } from './quantise/ranges.js';
import { observedValues, quantiseStatically } from './quantise/static.js';

/** What the numbers of a file are. */
export const PRECISIONS_OF_FILES = ['f32', 'f16', 'int8-dynamic', 'int8-static'] as const;
export type FilePrecision = (typeof PRECISIONS_OF_FILES)[number];

/** Images that static quantisation measures ranges on, as the network takes them. */
export interface CalibrationImages {
  readonly n: number;
  /** Images from … to−1 as one tensor. */
  readonly at: (from: number, to: number) => Tensor;
}

export interface EncodeNetworkOptions extends ProductOptions {
  readonly precision: FilePrecision;
  readonly pixels: boolean;
  /** Images a file takes at once, for a network whose batch cannot be left open. */
  readonly batch: number;
  /** Of int8-static. */
  readonly calibration?: CalibrationOptions & { readonly images: CalibrationImages; readonly rule: RangeRule };
  readonly metadata: Readonly<Record<string, string>>;
}

export interface EncodedNetwork {
  readonly bytes: Uint8Array;
  /** Images at once; null when the batch is open. */
  readonly batch: number | null;
  /** Why it is not open; null when it is. */
  readonly because: string | null;
}

/** A model as the bytes of an .onnx file. Throws ExportError, CheckpointFitError, DeviceError and CancelledError. */
export async function encodeNetwork(parts: NetworkParts, options: EncodeNetworkOptions): Promise<EncodedNetwork> {
  const graphAt = await written(parts, options);
  const opened = openBatch(graphAt);
  const { metadata, batch } = options;
  return 'graph' in opened
    ? { bytes: encodeOnnx(opened.graph, { openBatch: 'batch', metadata }), batch: null, because: null }
    : { bytes: encodeOnnx(graphAt(batch), { metadata }), batch, because: opened.because };
}

/** The network of a precision for a number of images. */
async function written(
  parts: NetworkParts,
  { precision, pixels, keep, reduceRange, calibration }: EncodeNetworkOptions,
): Promise<(images: number) => Graph> {
  const products = { keep, reduceRange };
  const full = (images: number) => networkGraph(parts, images, { pixels });
  switch (precision) {
    case 'f32':
      return full;
    case 'f16':
      return (images) => networkGraph(parts, images, { pixels, half: true });
    case 'int8-dynamic':
      return (images) => quantiseDynamically(full(images), products);
    case 'int8-static': {
      if (calibration === undefined) throw new TypeError('Static quantisation without calibration images.');
      const { images, rule, ...run } = calibration;
      const observed = (count: number) => {
        const graph = full(count);
        return { graph, values: observedValues(graph, products) };
      };
      const ranges: readonly Range[] = await measureRanges(observed, images, rule, run);
      return (count) => quantiseStatically(full(count), ranges, products);
    }
  }
}
