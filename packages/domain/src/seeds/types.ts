import type { OverSeeds } from '@stockpot/engine/statistics';
import { z } from 'zod';
import { labRef, objectIds } from '../page.js';

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
/** Top-1 over seeds: `n` counts seeds, and an interval comes with three. */
export interface SeedScore extends OverSeeds {
  readonly labId: string;
  readonly benchmarkId: string;
  /** Some of the models were chosen on this split. */
  readonly spent: boolean;
}
export const seedGroupsInput = z.object({ lab: labRef, ids: objectIds.max(100) });
