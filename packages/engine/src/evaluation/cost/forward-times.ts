import { quantile } from '../../statistics/quantile.js';
import { MOST_OTHERS } from './cost-document.js';
import { watchOthers } from './processors.js';

/** Runs that are not counted: the first ones find nothing in the caches, and memory that was never touched. */
const WARM_UP = 2;
/** However slow a network is, it is run so often. */
const FEWEST = 5;
/** Once there are so many runs, no more are begun after this time. */
const LONGEST_MS = 1500;
/** However fast a network is, a series lasts so long: what others do is counted in ticks of 10 ms. */
const SHORTEST_MS = 250;
/** Series of runs, of which the first undisturbed one counts, else the least disturbed one. */
const SERIES = 3;

/** How long a run takes, over a series of them. */
export interface ForwardTimes {
  readonly runs: number;
  /** Median, lower and upper quartile, in milliseconds. */
  readonly medianMs: number;
  readonly lowMs: number;
  readonly highMs: number;
  /** Processors that others kept busy meanwhile; null where the system does not tell. */
  readonly othersBusy: number | null;
}

export interface TimingOptions {
  /** Timed runs at least, unless they take longer than 1.5 seconds: then five. */
  readonly runs: number;
  /** A test has another one. */
  readonly watch?: () => () => number | null;
  readonly shortestMs?: number;
}

/**
 * Times a run of a network, after two that warm it up. Which of at most three series of runs counts is decided by what others did
 * meanwhile, never by its times.
 */
export async function forwardTimes(run: () => Promise<unknown>, options: TimingOptions): Promise<ForwardTimes> {
  for (let turn = 0; turn < WARM_UP; turn++) await run();
  let best: ForwardTimes | undefined;
  for (let turn = 0; turn < SERIES; turn++) {
    const series = await oneSeries(run, options);
    if ((series.othersBusy ?? 0) <= MOST_OTHERS) return series;
    if (best === undefined || (series.othersBusy ?? 0) < (best.othersBusy ?? 0)) best = series;
  }
  if (best === undefined) throw new Error('forwardTimes: no series was run.');
  return best;
}

async function oneSeries(
  run: () => Promise<unknown>,
  { runs, watch = watchOthers, shortestMs = SHORTEST_MS }: TimingOptions,
): Promise<ForwardTimes> {
  const times: number[] = [];
  const others = watch();
  const started = performance.now();
  const goesOn = () => {
    const elapsed = performance.now() - started;
    if (elapsed >= LONGEST_MS) return times.length < FEWEST;
    return times.length < runs || elapsed < shortestMs;
  };
  while (goesOn()) {
    const begun = performance.now();
    await run();
    times.push(performance.now() - begun);
  }
  const othersBusy = others();
  const sorted = Float64Array.from(times).sort();
  return {
    runs: sorted.length,
    medianMs: quantile(sorted, 0.5),
    lowMs: quantile(sorted, 0.25),
    highMs: quantile(sorted, 0.75),
    othersBusy,
  };
}
