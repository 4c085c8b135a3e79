import type { Graph } from '../graph/graph.js';
import { encodeOnnx } from '../graph/onnx/index.js';
import type { FedGroup } from './fed.js';
import { openDimensions } from './open-dimensions.js';
import { type CalibrationOptions, measureRanges, type RangeRule } from './quantise/calibrate.js';
import { quantiseDynamically } from './quantise/dynamic.js';
import type { ProductOptions } from './quantise/products.js';
import type { Range } from './quantise/ranges.js';
import { observedValues, quantiseStatically } from './quantise/static.js';
import { tablesInBytes, tablesInHalf } from './quantise/tables.js';
import type { ExportSubject } from './subject.js';

/** What the numbers of a file are. */
export const PRECISIONS_OF_FILES = ['f32', 'f16', 'int8-dynamic', 'int8-static'] as const;
export type FilePrecision = (typeof PRECISIONS_OF_FILES)[number];

export interface EncodeNetworkOptions extends ProductOptions {
  readonly precision: FilePrecision;
  /** Of int8-static: examples that ranges are measured on. */
  readonly calibration?: CalibrationOptions & { readonly groups: readonly FedGroup[]; readonly rule: RangeRule };
  readonly metadata: Readonly<Record<string, string>>;
}

export interface EncodedNetwork {
  readonly bytes: Uint8Array;
  /** Examples at once; null when the batch is open. */
  readonly batch: number | null;
  /** Why it is not open; null when it is. */
  readonly because: string | null;
}

/**
 * A model as the bytes of an .onnx file; one example at once, where the batch cannot be left open. Throws ExportError,
 * CheckpointFitError, DeviceError and CancelledError.
 */
export async function encodeNetwork(
  subject: Pick<ExportSubject, 'graph' | 'dimensions'>,
  options: EncodeNetworkOptions,
): Promise<EncodedNetwork> {
  const graphAt = await written(subject, options);
  const opened = openDimensions(graphAt, subject.dimensions);
  const { metadata } = options;
  if ('graph' in opened) {
    return { bytes: encodeOnnx(opened.graph, { open: opened.open, metadata }), batch: null, because: null };
  }
  if (subject.dimensions.length > 1) throw new TypeError(`A network of texts has to be open: ${opened.because}.`);
  return { bytes: encodeOnnx(graphAt([1]), { metadata }), batch: 1, because: opened.because };
}

/** The network of a precision for a size of each dimension. */
async function written(
  subject: Pick<ExportSubject, 'graph'>,
  { precision, keep, reduceRange, calibration }: EncodeNetworkOptions,
): Promise<(sizes: readonly number[]) => Graph> {
  const products = { keep, reduceRange };
  const full = (sizes: readonly number[]) => subject.graph(sizes, false);
  switch (precision) {
    case 'f32':
      return full;
    case 'f16':
      return (sizes) => tablesInHalf(subject.graph(sizes, true));
    case 'int8-dynamic':
      return (sizes) => tablesInBytes(quantiseDynamically(full(sizes), products), products);
    case 'int8-static': {
      if (calibration === undefined) throw new TypeError('Static quantisation without examples to calibrate on.');
      const { groups, rule, ...run } = calibration;
      const observed = (sizes: readonly number[]) => {
        const graph = full(sizes);
        return { graph, values: observedValues(graph, products) };
      };
      const ranges: readonly Range[] = await measureRanges(observed, groups, rule, run);
      return (sizes) => tablesInBytes(quantiseStatically(full(sizes), ranges, products), products);
    }
  }
}
