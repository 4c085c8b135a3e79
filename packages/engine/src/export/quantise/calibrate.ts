import { CancelledError } from '../../errors.js';
import type { Graph, Value } from '../../graph/graph.js';
import { rebuild } from '../../graph/rewrites/rebuild.js';
import { sizeOf } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { compile } from '../../runtime/executable.js';
import { ExportError } from '../errors.js';
import type { FedGroup } from '../fed.js';
import { Histogram, type Range } from './ranges.js';

/** How the range of a value follows from what calibration saw: all of it, or all but a share of it. */
export type RangeRule = { readonly rule: 'min-max' } | { readonly rule: 'percentile'; readonly share: number };

export interface CalibrationOptions {
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The network for a size of each of its dimensions, and the values of it that are looked at, in one order. */
type GraphAt = (sizes: readonly number[]) => { readonly graph: Graph; readonly values: readonly Value[] };

/** Examples in one run, where the values that are looked at stay below this many numbers. */
const MOST_NUMBERS = 16 * 2 ** 20;
const MOST_EXAMPLES = 16;

/**
 * Runs the f32 network over examples and tells the range of each value. Percentiles are taken from histograms over the whole
 * range, in a second pass.
 *
 * @param graphAt the network for a size of each dimension, and the values of it that are looked at, in one order
 * @param groups examples of one shape each, of which the network takes several at once
 */
export async function measureRanges(
  graphAt: GraphAt,
  groups: readonly FedGroup[],
  rule: RangeRule,
  options: CalibrationOptions,
): Promise<readonly Range[]> {
  const [any] = groups;
  if (any === undefined) throw new RangeError('There are no examples to calibrate on.');
  const { values } = graphAt(any.sizes(1));
  const lows = values.map(() => Number.POSITIVE_INFINITY);
  const highs = values.map(() => Number.NEGATIVE_INFINITY);
  await overExamples(withEnds, graphAt, groups, options, (outputs) => {
    for (const i of values.keys()) {
      const [low, high] = [single(outputs[`low ${i}`]), single(outputs[`high ${i}`])];
      if (!Number.isFinite(low) || !Number.isFinite(high)) throw notFinite();
      lows[i] = Math.min(lows[i] ?? 0, low);
      highs[i] = Math.max(highs[i] ?? 0, high);
    }
  });
  const ends = values.map((_, i) => ({ low: lows[i] ?? 0, high: highs[i] ?? 0 }));
  if (rule.rule === 'min-max') return ends;
  const histograms = ends.map((range) => new Histogram(range));
  await overExamples(withValues, graphAt, groups, options, (outputs) => {
    for (const [i, histogram] of histograms.entries()) {
      const data = outputs[`value ${i}`]?.data;
      if (data instanceof Float32Array) histogram.add(data);
    }
  });
  return histograms.map((histogram) => histogram.holding(rule.share));
}

/** Every example once: what is left over of a group after full runs goes through a network of its own. */
async function overExamples(
  looking: (graph: Graph, values: readonly Value[]) => Graph,
  graphAt: GraphAt,
  groups: readonly FedGroup[],
  { threads, signal, onProgress }: CalibrationOptions,
  look: (outputs: Readonly<Record<string, Tensor>>) => void,
): Promise<void> {
  const all = groups.reduce((sum, { n }) => sum + n, 0);
  let done = 0;
  for (const { n, sizes, at } of groups) {
    const one = graphAt(sizes(1)).values.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    const most = Math.max(1, Math.min(MOST_EXAMPLES, Math.floor(MOST_NUMBERS / Math.max(1, one)), n));
    for (const [first, end, size] of [
      [0, n - (n % most), most],
      [n - (n % most), n, n % most],
    ] as const) {
      if (first === end) continue;
      const { graph, values } = graphAt(sizes(size));
      const network = await compile(looking(graph, values), { device: 'cpu', threads });
      try {
        for (let from = first; from < end; from += size) {
          if (signal.aborted) throw new CancelledError('The calibration');
          look(await network.run(at(from, from + size)));
          done += size;
          onProgress?.(done, all);
        }
      } finally {
        await network.dispose();
      }
    }
  }
}

/** The graph with the smallest and the largest number of each value as its outputs. */
function withEnds(graph: Graph, values: readonly Value[]): Graph {
  return rebuild(
    graph,
    () => null,
    (b, known) => {
      for (const [i, value] of values.entries()) {
        b.output(`low ${i}`, b.reduceMin(known(value), { keepdims: false }));
        b.output(`high ${i}`, b.reduceMax(known(value), { keepdims: false }));
      }
    },
  );
}

function withValues(graph: Graph, values: readonly Value[]): Graph {
  return rebuild(
    graph,
    () => null,
    (b, known) => {
      for (const [i, value] of values.entries()) b.output(`value ${i}`, known(value));
    },
  );
}

function single(tensor: Tensor | undefined): number {
  return Number(tensor?.data[0] ?? Number.NaN);
}

function notFinite(): ExportError {
  return new ExportError(
    'The network gives numbers that are not finite on the examples it is calibrated on.',
    'Check the model and the data: stockpot inspect tells what the model expects.',
  );
}
