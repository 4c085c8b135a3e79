import type { BenchmarkKindName } from '../../recipe/benchmark-kinds/index.js';
import { adversarial } from './adversarial.js';
import { fewShot } from './few-shot.js';
import { knn } from './knn.js';
import { linearProbe } from './linear-probe.js';
import type { Measure } from './measure.js';
import { outOfDistribution } from './out-of-distribution.js';
import { retrieval } from './retrieval.js';

/** How each kind of benchmark measures. Total: a kind without a measure does not compile. */
export const measures: { readonly [Name in BenchmarkKindName]: Measure<Name> } = {
  knn,
  'linear-probe': linearProbe,
  'few-shot': fewShot,
  retrieval,
  'out-of-distribution': outOfDistribution,
  adversarial,
};
