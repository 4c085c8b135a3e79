import type { ModelKind } from '@stockpot/db';
import type { OverSeeds, PairedOverSeeds } from '@stockpot/engine/statistics';
import { z } from 'zod';
import type { MetricInfo } from '../evaluations/types.js';
import { labRef, objectId, objectIds } from '../page.js';

/** Trainings that differ in the seed alone, and their scores over seeds. */
export interface SeedGroup {
  readonly labId: string;
  /** The ingredient that was asked about. */
  readonly modelId: string;
  /** It and the others, by seed; one of each seed. */
  readonly models: readonly string[];
  /** By benchmark, in the leaderboard's order; of at least two seeds each. */
  readonly scores: readonly SeedScore[];
}
/** The number that a benchmark is ordered by, over seeds: `n` counts seeds, and an interval comes with three. */
export interface SeedScore extends OverSeeds {
  readonly labId: string;
  readonly benchmarkId: string;
  readonly metric: MetricInfo;
  /** Some of the models were chosen on this split: the mean is shown and never ranks. */
  readonly spent: boolean;
}
/** One way to make a model, over the repeats in which it was made. */
export interface MethodOverSeeds {
  readonly labId: string;
  /** Tells it from the other methods. */
  readonly key: string;
  /** What its newest model is called in the first repeat. */
  readonly name: string;
  /** 'ingredient': the best ingredient by its selection score, chosen in each repeat for itself. */
  readonly kind: ModelKind;
  /** Of the best ingredient: from how many it was chosen, at most. Null for soups and ensembles. */
  readonly chosenFrom: number | null;
  /** By repeat. */
  readonly models: readonly string[];
  /** Repeats in which it was made: its seeds. */
  readonly repeats: number;
  /** By benchmark, in the leaderboard's order. */
  readonly scores: readonly SeedScore[];
  /** The method that was asked for less this one, by benchmark, over the repeats of both; empty for itself, and where none was. */
  readonly differences: readonly MethodDifference[];
}
export interface MethodDifference extends PairedOverSeeds {
  readonly labId: string;
  readonly benchmarkId: string;
  readonly metric: MetricInfo;
  /** Adjusted by Holm for all differences of the answer; null with `p`. */
  readonly adjustedP: number | null;
  /** One of the two was chosen on this split. */
  readonly spent: boolean;
}
export const seedGroupsInput = z.object({ lab: labRef, ids: objectIds.max(100) });
export const methodsInput = z.object({
  lab: labRef,
  /** A soup or an ensemble: only what was made in its repeats, with it first and its differences from the others. */
  versus: objectId.nullish(),
});
