import { z } from 'zod';
import type { Benchmark } from '../benchmarks/types.js';
import { type Model, modelKindInput } from '../models/types.js';
import { after, first, labRef, objectId, type Page } from '../page.js';

export interface LeaderboardScore {
  readonly benchmarkId: string;
  readonly evaluationId: string;
  readonly n: number;
  /** In [0, 1]. */
  readonly top1: number;
  /** 95 % Wilson interval of top1 on n examples. */
  readonly low: number;
  readonly high: number;
  /** A choice in the model's lineage was made on this split: shown, never ranked. */
  readonly spent: boolean;
}
export interface LeaderboardRow {
  readonly model: Model;
  /**
   * 1 + the number of models of the lab that score strictly better on the ordered benchmark (ties share a rank), whatever
   * the filter. Null when ordered by something else, when the score is missing or spent, and on a selection split.
   */
  readonly rank: number | null;
  /** The best ingredient on a selection benchmark: the baseline "best single model". Ties go to the older. */
  readonly bestIngredient: boolean;
  /** Forward passes for one example; null when it was never evaluated. */
  readonly forwardPasses: number | null;
  /** Aligned with the columns; null where the model was not evaluated. */
  readonly scores: readonly (LeaderboardScore | null)[];
}
export interface Leaderboard extends Page<LeaderboardRow> {
  /** Test and shift benchmarks, then selection ones; by age within. At most 50, the oldest. */
  readonly columns: readonly Benchmark[];
  /** The benchmark the rows are ordered by; null when ordered by name or time. */
  readonly orderedBy: string | null;
}

export const LEADERBOARD_ORDERS = ['benchmark', 'name', 'createdAt'] as const;
export const leaderboardInput = z.object({
  lab: labRef,
  orderBy: z
    .object({
      field: z.enum(LEADERBOARD_ORDERS).default('benchmark'),
      /** For `benchmark`: which one; by default the first column. */
      benchmark: objectId.nullish(),
      direction: z.enum(['asc', 'desc']).default('desc'),
    })
    .prefault({}),
  kinds: z.array(modelKindInput).min(1).max(4).nullish(),
  /** Part of a name, any case. */
  search: z.string().trim().min(1).max(100).nullish(),
  /** Only models that this run made or reused. */
  run: objectId.nullish(),
  first: first.default(50),
  after,
});
