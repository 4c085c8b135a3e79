import type { AnswerCost } from '@stockpot/engine/metrics';
import type { Makes, ModelKind, SplitRole } from '@stockpot/engine/recipe';

type Transduction = NonNullable<Extract<Makes, { type: 'evaluation' }>['transduction']>;

export interface LeaderboardColumn {
  readonly benchmark: string;
  readonly role: SplitRole;
  /** Distinct examples behind every score of the column. */
  readonly n: number;
  /** A mean over corruptions and severities; `n` images, each corrupted in every way. */
  readonly corrupted: boolean;
  /** Whether the corrupted images are the published ones; absent without corruptions. */
  readonly origin?: 'generated' | 'official files';
  /** 'accuracy', or what else the benchmark measures. */
  readonly kind: string;
  /** The number that models are ordered by here, by its name in the table of metrics. */
  readonly headline: string;
}

export interface LeaderboardScore {
  /** The number that the column is ordered by, a share in [0, 1]. */
  readonly value: number;
  /** Its 95 % interval: of Wilson where each image is right or wrong, of Student's t over draws of examples; null for other numbers. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Share of the images that are answered rightly; null on a benchmark that has no such number. */
  readonly top1: number | null;
  readonly nll: number | null;
  readonly ece: number | null;
  readonly brier: number | null;
  /** All other numbers, by their names in the table of metrics. */
  readonly further: Readonly<Record<string, number>>;
  /** The model was trained, without labels, on the benchmark's images (joint) or on others of the same shift (disjoint). */
  readonly transduction?: Transduction;
}

export interface LeaderboardRow {
  readonly model: string;
  readonly kind: ModelKind;
  /** Of a soup: by which it was mixed or chosen. */
  readonly method?: string;
  /** The single ingredient, of its repeat, with the best selection score: the baseline that a soup has to beat. */
  readonly bestIngredient: boolean;
  /** Networks that an image passes through; 1 for all but ensembles. */
  readonly networks: number;
  /** Work and time of an answer, for an ensemble the sum of its members'; null where the recipe asks for no `cost`. */
  readonly measured: AnswerCost | null;
  /** Bytes of the checkpoints that must be at hand. */
  readonly weightBytes: number;
  /** One a column; null where the model was not scored. */
  readonly scores: readonly (LeaderboardScore | null)[];
}

export interface Leaderboard {
  readonly columns: readonly LeaderboardColumn[];
  readonly rows: readonly LeaderboardRow[];
}

/** What the table of a terminal shows of a leaderboard, from wherever its numbers come. */
export interface ShownLeaderboard {
  readonly columns: readonly Omit<LeaderboardColumn, 'kind'>[];
  readonly rows: readonly ShownRow[];
}

export type ShownRow = Omit<LeaderboardRow, 'measured' | 'weightBytes' | 'scores'> & {
  readonly scores: readonly (ShownScore | null)[];
};

export type ShownScore = Pick<LeaderboardScore, 'value' | 'interval' | 'transduction'>;
