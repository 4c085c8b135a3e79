/**
 * @file Analyses of what a server stores (bitmaps of correctness, scores, traces of choices): plain arithmetic, no network, no
 * weights, no file. `stored.test.ts` holds that nothing here reaches onnxruntime, so that the domain and the API may use it.
 */
export { type GreedyOptions, searchGreedily } from '../soups/choosing/greedy-search.js';
export { soupKey } from '../soups/choosing/members.js';
export { knownFromTrace, type WhatIf, whatIf } from '../soups/choosing/what-if.js';
export type { SoupTrial } from '../soups/trace.js';
export { type PairDiversity, pairDiversity } from './diversity/pair-diversity.js';
export { type PoolDiversity, poolDiversity } from './diversity/pool-diversity.js';
export {
  diagnoseGreedy,
  type FindingKind,
  type GreedyDiagnosis,
  type GreedyEvidence,
  type GreedyFinding,
} from './greedy/diagnosis.js';
export { type GreedyStep, greedySteps, type TimedTrial } from './greedy/greedy-steps.js';
