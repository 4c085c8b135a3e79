/** @file The kinds of benchmarks that measure something else than plain answers. A new kind is one file and one row here, and one of steps/measures. */
import { z } from 'zod';
import { adversarial } from './adversarial.js';
import { outOfDistribution } from './out-of-distribution.js';
import { fewShot, knn, linearProbe, retrieval } from './representations.js';

export { benchmarkFields, type KindReads, type SecondSplit } from './define-kind.js';

export const benchmarkKinds = {
  knn,
  'linear-probe': linearProbe,
  'few-shot': fewShot,
  retrieval,
  'out-of-distribution': outOfDistribution,
  adversarial,
} as const;

export type BenchmarkKindName = keyof typeof benchmarkKinds;
/** The words of `kind`. `accuracy`, plain answers, is what is meant where it is left out. */
export const BENCHMARK_KINDS = ['accuracy', ...Object.keys(benchmarkKinds)];

const kinds = Object.values(benchmarkKinds);
const [first, ...others] = kinds;
if (first === undefined) throw new Error('There is no kind of benchmark.');

/** What a benchmark measures and with which parameters, as the plan and the protocol document say it. */
export const measureParameters = z.discriminatedUnion('kind', [
  first.parameters,
  ...others.map(({ parameters }) => parameters),
]);
export type MeasureParameters = z.output<typeof measureParameters>;

/** What a recipe says of a benchmark of one of these kinds. */
export const measuredBenchmarks = kinds.map(({ recipe }) => recipe);
export type MeasuredBenchmark = z.output<(typeof measuredBenchmarks)[number]>;
