import { CancelledError } from '../../errors.js';
import type { Graph, Value } from '../../graph/graph.js';
import { rebuild } from '../../graph/rewrites/rebuild.js';
import { sizeOf } from '../../graph/shape.js';
import type { Tensor } from '../../graph/tensor.js';
import { compile } from '../../runtime/executable.js';
import { ExportError } from '../errors.js';
import { Histogram, type Range } from './ranges.js';

/** How the range of a value follows from what calibration saw: all of it, or all but a share of it. */
export type RangeRule = { readonly rule: 'min-max' } | { readonly rule: 'percentile'; readonly share: number };

export interface CalibrationOptions {
  readonly threads: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The network for a number of images, and the values of it that are looked at, in one order. */
type GraphAt = (images: number) => { readonly graph: Graph; readonly values: readonly Value[] };

interface Images {
  readonly n: number;
  readonly at: (from: number, to: number) => Tensor;
}

/** Images in one run, where the values that are looked at stay below this many numbers. */
const MOST_NUMBERS = 16 * 2 ** 20;
const MOST_IMAGES = 16;

/**
 * Runs the f32 network over images and tells the range of each value. Percentiles are taken from histograms over the whole
 * range, in a second pass.
 *
 * @param graphAt the network for a number of images, and the values of it that are looked at, in one order
 * @param images for the network's input, n whole images one after the other
 */
export async function measureRanges(
  graphAt: GraphAt,
  images: Images,
  rule: RangeRule,
  options: CalibrationOptions,
): Promise<readonly Range[]> {
  const one = graphAt(1).values.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const most = Math.max(1, Math.min(MOST_IMAGES, Math.floor(MOST_NUMBERS / Math.max(1, one)), images.n));
  const { values } = graphAt(most);
  const lows = values.map(() => Number.POSITIVE_INFINITY);
  const highs = values.map(() => Number.NEGATIVE_INFINITY);
  await overImages(withEnds, graphAt, images, most, options, (outputs) => {
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
  await overImages(withValues, graphAt, images, most, options, (outputs) => {
    for (const [i, histogram] of histograms.entries()) {
      const data = outputs[`value ${i}`]?.data;
      if (data instanceof Float32Array) histogram.add(data);
    }
  });
  return histograms.map((histogram) => histogram.holding(rule.share));
}

/** Every image once: what is left over after runs of `most` goes through a network of its own. */
async function overImages(
  looking: (graph: Graph, values: readonly Value[]) => Graph,
  graphAt: GraphAt,
  { n, at }: Images,
  most: number,
  { threads, signal, onProgress }: CalibrationOptions,
  look: (outputs: Readonly<Record<string, Tensor>>) => void,
): Promise<void> {
  for (const [first, end, size] of [
    [0, n - (n % most), most],
    [n - (n % most), n, n % most],
  ] as const) {
    if (first === end) continue;
    const { graph, values } = graphAt(size);
    const [input] = graph.inputs;
    if (input === undefined) throw new RangeError('A network without an input cannot be calibrated.');
    const network = await compile(looking(graph, values), { device: 'cpu', threads });
    try {
      for (let from = first; from < end; from += size) {
        if (signal.aborted) throw new CancelledError('The calibration');
        look(await network.run({ [input.name]: at(from, from + size) }));
        onProgress?.(from + size, n);
      }
    } finally {
      await network.dispose();
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
    'The network gives numbers that are not finite on the images it is calibrated on.',
    'Check the model and the images: stockpot inspect tells what the model expects.',
  );
}
