export {
  type BootstrapMethod,
  type BootstrapOptions,
  type BootstrapResult,
  bootstrap,
  pairedBootstrap,
} from './bootstrap.js';
export { type BootstrapRank, bootstrapRanks } from './bootstrap-ranks.js';
export { clopperPearson } from './clopper-pearson.js';
export { averageRanks, pearson, spearman } from './correlation.js';
export type { Interval } from './interval.js';
export { type McNemarOptions, mcnemar } from './mcnemar.js';
export { benjaminiHochberg, holm } from './multiple-comparisons.js';
export { newcombeDifference } from './newcombe.js';
export { FEWEST_SEEDS, type OverSeeds, overSeeds } from './over-seeds.js';
export {
  allPairs,
  type BitmapShape,
  type Pair,
  type PairedComparison,
  PairTally,
  toTheEnd,
  type Wanted,
} from './pair-tally.js';
export { comparePaired, pairedCounts } from './paired-comparison.js';
export type { PairedCounts } from './paired-counts.js';
export { type PairedOverSeeds, pairedOverSeeds } from './paired-over-seeds.js';
export { type PairedT, pairedT } from './paired-t.js';
export {
  type RankInterval,
  type Ranking,
  type RankOptions,
  rankByComparisons,
  rankIntervals,
} from './rank-intervals.js';
export { type ScoreSeparation, scoreSeparation } from './score-separation.js';
export { wilsonInterval } from './wilson.js';
