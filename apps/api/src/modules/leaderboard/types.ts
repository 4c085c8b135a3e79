import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Benchmark } from '../benchmarks/types.js';
import { EvaluationMetric, MetricInfo, Transduction } from '../evaluations/types.js';
import { Model, ModelKind } from '../models/types.js';
import { OrderDirection, PageInfo } from '../paging/types.js';
import type { RanksLoader } from './loaders.js';

/** What a leaderboard is ordered by. */
export const LeaderboardOrderField = {
  BENCHMARK: 'benchmark',
  NAME: 'name',
  CREATED_AT: 'createdAt',
} as const;
export type LeaderboardOrderField = (typeof LeaderboardOrderField)[keyof typeof LeaderboardOrderField];
registerEnumType(LeaderboardOrderField, {
  name: 'LeaderboardOrderField',
  description: 'What a leaderboard is ordered by.',
  valuesConfig: {
    BENCHMARK: { description: 'A number on one benchmark: top-1 accuracy, unless the benchmark has another headline.' },
    NAME: { description: 'Name of the model.' },
    CREATED_AT: { description: 'When the model was made.' },
  },
});

@InputType('LeaderboardOrder', {
  description: 'Order of a leaderboard. Models without the number come last.',
})
export class LeaderboardOrder {
  @Field(() => LeaderboardOrderField, {
    description: 'What to order by.',
    defaultValue: LeaderboardOrderField.BENCHMARK,
  })
  field: LeaderboardOrderField;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the benchmark when `field` is BENCHMARK; by default the first column that has the metric.',
  })
  benchmark?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "Name of the metric when `field` is BENCHMARK, as `columnMetrics` lists them; by default the benchmark's headline.",
  })
  metric?: string | null;

  @Field(() => OrderDirection, {
    nullable: true,
    description: 'Direction; by default best first, by time the newest first, by name the last first.',
  })
  direction?: OrderDirection | null;
}

@InputType('LeaderboardFilter', { description: 'Which models a leaderboard shows; conditions are combined with and.' })
export class LeaderboardFilter {
  @Field(() => [ModelKind], { nullable: true, description: 'Only these kinds; all kinds when absent. At most 4.' })
  kinds?: readonly ModelKind[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Only models whose name contains this text, ignoring case; every character stands for itself. 1 to 100 characters.',
  })
  search?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only models that this run made or reused.' })
  run?: string | null;
}

@ObjectType('LeaderboardScore', { description: "A model's score in one column of the leaderboard." })
export class LeaderboardScore {
  @Field(() => ID, { name: 'benchmark', description: "Id of the column's benchmark." })
  readonly benchmarkId: string;

  @Field(() => ID, { name: 'evaluation', description: 'Id of the evaluation, eval_…' })
  readonly evaluationId: string;

  @Field(() => Int, { description: 'Number of images scored.' })
  readonly n: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Fraction right, 0 to 1; null on a benchmark that has none, as out-of-distribution detection.',
  })
  readonly top1: number | null;

  @Field(() => Float, { nullable: true, description: 'Lower end of the 95 % Wilson interval of `top1`.' })
  readonly low: number | null;

  @Field(() => Float, { nullable: true, description: 'Upper end of the 95 % Wilson interval of `top1`.' })
  readonly high: number | null;

  /** What `metric` chooses from. */
  readonly headline: EvaluationMetric | null;
  readonly metrics: readonly EvaluationMetric[];

  @Field(() => Transduction, {
    nullable: true,
    description: 'What the model saw of the images without labels; null when nothing.',
  })
  readonly transduction: Transduction | null;

  @Field(() => Boolean, {
    description: "True when the model was chosen on this benchmark's split: shown, never ranked.",
  })
  readonly spent: boolean;
}

@ObjectType('RankInterval', {
  description: 'The ranks that the evidence leaves open for a model. All intervals of a board hold together.',
})
export class RankInterval {
  @Field(() => Int, { description: '1 + the number of models that are significantly better.' })
  readonly best: number;

  @Field(() => Int, { description: 'The number of ranked models less those that are significantly worse.' })
  readonly worst: number;
}

@ObjectType('VersusBest', { description: 'A model beside the one with the best score of the board.' })
export class VersusBest {
  @Field(() => Float, { description: 'Its fraction right less that of the best; at most 0.' })
  readonly difference: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'p-value of no difference, adjusted by Holm for all pairs of the board, 0 to 1; null when ranks come from intervals.',
  })
  readonly adjustedP: number | null;

  @Field(() => Boolean, { description: 'Whether the difference is significant on the whole board.' })
  readonly significant: boolean;
}

/** How ranks came about. */
export const RankingMethod = { PAIRED: 'paired', INTERVALS: 'intervals', VALUES: 'values' } as const;
export type RankingMethod = (typeof RankingMethod)[keyof typeof RankingMethod];
registerEnumType(RankingMethod, {
  name: 'RankingMethod',
  description: 'How the ranks of a board are told apart.',
  valuesConfig: {
    PAIRED: {
      description:
        "Every pair of models compared on its answers to the same images: McNemar's exact test, or Student's by image on corruption grids; p-values adjusted by Holm for all pairs.",
    },
    INTERVALS: {
      description:
        'On boards of more than 200 models: Wilson intervals of the scores that hold together (Bonferroni); models whose intervals are apart differ.',
    },
    VALUES: {
      description: 'By another number than top-1, as it stands: no test says which differences are real.',
    },
  },
});

@ObjectType('LeaderboardRanking', { description: 'How the ranks of a board came about.' })
export class LeaderboardRanking {
  @Field(() => RankingMethod, { nullable: true, description: 'How; null when the benchmark ranks nobody.' })
  readonly method: RankingMethod | null;

  @Field(() => Int, { description: 'Number of models that rank on the benchmark, whatever the filter.' })
  readonly models: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Chance that any difference between ranks is false: all intervals hold with probability 1 − alpha. Null when ranks come from values alone.',
  })
  readonly alpha: number | null;

  @Field(() => ID, { nullable: true, description: 'Id of the model with the best score; null when nothing ranks.' })
  readonly best: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why the benchmark ranks nobody, as a sentence: models are chosen or trained on its split, or the number is neither good nor bad. Null when it ranks.',
  })
  readonly refusal: string | null;
}

/** A board as the loader of ranks knows it. */
export type BoardPlace = Parameters<RanksLoader['load']>[0];

@ObjectType('LeaderboardRow', { description: 'One model of the leaderboard.' })
export class LeaderboardRow {
  /** Where its ranks are looked up, which are asked for one by one; null where the rows are ordered by name or time. */
  readonly place: BoardPlace | null;

  @Field(() => Model, { description: 'The model.' })
  readonly model: Model;

  @Field(() => Boolean, {
    description:
      'True for the ingredient that is best on a selection benchmark, of the lab or, where the filter names a run, of one of its repeats: the baseline "best single model".',
  })
  readonly bestIngredient: boolean;

  @Field(() => Int, {
    nullable: true,
    description:
      'Forward passes for one image: 1 for a checkpoint, the number of members for an ensemble; null when it was never evaluated.',
  })
  readonly forwardPasses: number | null;

  @Field(() => [LeaderboardScore], {
    nullable: 'items',
    description: "One entry a column, in the columns' order; null where the model was not evaluated.",
  })
  readonly scores: readonly (LeaderboardScore | null)[];
}

@ObjectType('LeaderboardMetricOrder', { description: 'A number that rows are ordered by.' })
export class LeaderboardMetricOrder {
  @Field(() => MetricInfo, { description: 'The number.' })
  readonly metric: MetricInfo;

  @Field(() => OrderDirection, { description: 'Which way.' })
  readonly direction: OrderDirection;
}

@ObjectType('ColumnMetrics', { description: 'The numbers that the evaluations of a column hold.' })
export class ColumnMetrics {
  @Field(() => ID, { description: "Id of the column's benchmark." })
  readonly benchmark: string;

  @Field(() => [MetricInfo], { description: 'In the order in which they are shown.' })
  readonly metrics: readonly MetricInfo[];
}

@ObjectType('LeaderboardEdge', { description: 'A row and its place in the order.' })
export class LeaderboardEdge {
  @Field(() => LeaderboardRow, { description: 'The row.' })
  readonly node: LeaderboardRow;

  @Field(() => String, { description: 'Pass it as `after`, with the same order and filter, to get what follows.' })
  readonly cursor: string;
}

@ObjectType('LeaderboardConnection', { description: 'A page of the leaderboard.' })
export class LeaderboardConnection {
  /** What its ranking is looked up by; null where the rows are ordered by name or time. */
  readonly place: BoardPlace | null;

  @Field(() => [Benchmark], {
    description:
      'The benchmarks that make the columns, the same on every page: test and shift benchmarks, then selection ones, oldest first. At most 50.',
  })
  readonly columns: readonly Benchmark[];

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the benchmark the rows are ordered by; null when they are ordered by name or time.',
  })
  readonly orderedBy: string | null;

  @Field(() => LeaderboardMetricOrder, {
    nullable: true,
    description: 'The number the rows are ordered by, and which way; null when they are ordered by name or time.',
  })
  readonly order: LeaderboardMetricOrder | null;

  @Field(() => [ColumnMetrics], { description: "What numbers there are in each column, in the columns' order." })
  readonly columnMetrics: readonly ColumnMetrics[];

  @Field(() => [LeaderboardEdge], { description: 'The rows of this page.' })
  readonly edges: readonly LeaderboardEdge[];

  @Field(() => PageInfo, { description: 'Where this page lies.' })
  readonly pageInfo: PageInfo;

  @Field(() => Int, { description: 'Number of rows on all pages.' })
  readonly totalCount: number;
}

@ObjectType('LeaderboardChange', { description: 'What changed on a leaderboard.' })
export class LeaderboardChange {
  @Field(() => String, { description: 'Slug of the lab.' })
  readonly lab: string;

  @Field(() => ID, { nullable: true, description: 'Id of the model; null when several changed.' })
  readonly model: string | null;
}
