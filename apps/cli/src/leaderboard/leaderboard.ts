import type { Makes, ModelKind, SplitRole } from '@stockpot/engine/recipe';

type Transduction = NonNullable<Extract<Makes, { type: 'evaluation' }>['transduction']>;

export interface LeaderboardColumn {
  readonly benchmark: string;
  readonly role: SplitRole;
  /** Distinct examples behind every score of the column. */
  readonly n: number;
  /** A mean over corruptions and severities; `n` images, each corrupted in every way. */
  readonly corrupted: boolean;
}

export interface LeaderboardScore {
  /** Shares in [0, 1]. */
  readonly top1: number;
  /** 95 % interval of Wilson. */
  readonly low: number;
  readonly high: number;
  /** The model was trained, without labels, on the benchmark's images (joint) or on others of the same shift (disjoint). */
  readonly transduction?: Transduction;
}

export interface LeaderboardRow {
  readonly model: string;
  readonly kind: ModelKind;
  /** The single ingredient with the best selection score: the baseline that a soup has to beat. */
  readonly bestIngredient: boolean;
  /** Networks that an image passes through; 1 for all but ensembles. */
  readonly networks: number;
  /** One a column; null where the model was not scored. */
  readonly scores: readonly (LeaderboardScore | null)[];
}

export interface Leaderboard {
  readonly columns: readonly LeaderboardColumn[];
  readonly rows: readonly LeaderboardRow[];
}
