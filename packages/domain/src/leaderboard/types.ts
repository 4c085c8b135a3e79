import { metricNamed } from '@stockpot/engine/metrics';
import type { Transduction } from '@stockpot/engine/recipe';
import { z } from 'zod';
import type { Benchmark } from '../benchmarks/types.js';
import type { EvaluationMetric, MetricInfo } from '../evaluations/types.js';
import { type Model, modelKindInput } from '../models/types.js';
import { after, first, labRef, objectId, objectIds, type Page } from '../page.js';

const metricName = z
  .string()
  .max(100)
  .refine((name) => metricNamed(name) !== undefined, { error: 'no metric has that name' });

export interface LeaderboardScore {
  readonly benchmarkId: string;
  readonly evaluationId: string;
  readonly n: number;
  /** In [0, 1]; null on a benchmark that has none, as detection. */
  readonly top1: number | null;
  /** 95 % Wilson interval of top1 on n examples. */
  readonly low: number | null;
  readonly high: number | null;
  /** The number that models are ordered by on the benchmark unless another one is asked for; null where it was not measured. */
  readonly headline: EvaluationMetric | null;
  /** All numbers of the evaluation, in the order of the table of metrics. */
  readonly metrics: readonly EvaluationMetric[];
  /** The model was trained, without labels, on these images (joint) or on others of the same shift (disjoint); null for neither. */
  readonly transduction: Transduction | null;
  /** A choice in the model's lineage was made on this split: shown, never ranked. */
  readonly spent: boolean;
}
/** A model beside the one with the best score. Its difference is real where it is significant on the whole board. */
export interface VersusBest {
  /** Its accuracy less that of the best, ≤ 0. */
  readonly difference: number;
  /** Adjusted by Holm for all pairs of the board; null where ranks come from intervals. */
  readonly adjustedP: number | null;
  readonly significant: boolean;
}
/** Where a model stands on a board. */
export interface RowRank {
  /** 1 + the number of models of the lab that are strictly better (ties share a rank), whatever a page shows. */
  readonly rank: number;
  /** The ranks that the evidence leaves open; null where ranks come from values alone. */
  readonly rankInterval: { readonly best: number; readonly worst: number } | null;
  /** Null for the best itself, and where ranks come from values alone. */
  readonly versusBest: VersusBest | null;
}
/** How the ranks of a board came about, and those of the models that were asked for and rank. */
export interface BoardRanks {
  readonly ranking: LeaderboardRanking;
  readonly ranks: ReadonlyMap<string, RowRank>;
}
/** How the ranks of a board came about. */
export interface LeaderboardRanking {
  /**
   * `paired`: every pair of models compared on its answers (McNemar; by image on corruption grids), p-values adjusted by Holm.
   * `intervals`: on large boards, by simultaneous Wilson intervals of the scores (Bonferroni). `values`: by another number than
   * top-1, as it stands: ranks without intervals. Null where nothing ranks.
   */
  readonly method: 'paired' | 'intervals' | 'values' | null;
  /** Models that rank on the benchmark, whatever the filter. */
  readonly models: number;
  /** Chance that any of the differences between ranks is false: all intervals hold together with probability 1 − alpha. Null for `values`. */
  readonly alpha: number | null;
  /** The model with the best score; null where nothing ranks. */
  readonly best: string | null;
  /** Why the benchmark ranks nobody; null where it does. */
  readonly refusal: string | null;
}
export interface LeaderboardRow {
  readonly model: Model;
  /** The best ingredient on a selection benchmark, of the lab or of a repeat of the run: the baseline "best single model". Ties go to the older. */
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
  /** The number there that they are ordered by, and which way; null when ordered by name or time. */
  readonly order: LeaderboardMetricOrder | null;
  /** For each column the numbers that its evaluations hold, in the order of the table of metrics. */
  readonly columnMetrics: readonly (readonly MetricInfo[])[];
}

export interface LeaderboardMetricOrder {
  readonly metric: MetricInfo;
  readonly direction: 'asc' | 'desc';
}

/** A number on a benchmark, and the models whose ranks by it are wanted. */
export const ranksInput = z.object({
  lab: labRef,
  boards: z
    .array(z.object({ benchmark: objectId, metric: metricName, models: objectIds }))
    .min(1)
    .max(20),
});

export const LEADERBOARD_ORDERS = ['benchmark', 'name', 'createdAt'] as const;
export const leaderboardInput = z.object({
  lab: labRef,
  orderBy: z
    .object({
      field: z.enum(LEADERBOARD_ORDERS).default('benchmark'),
      /** For `benchmark`: which one; by default the first column that has the metric. */
      benchmark: objectId.nullish(),
      /** For `benchmark`: a name of the table of metrics; by default the benchmark's headline. */
      metric: metricName.nullish(),
      /** By default best first; the newest first by time, from Z by name. */
      direction: z.enum(['asc', 'desc']).nullish(),
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
