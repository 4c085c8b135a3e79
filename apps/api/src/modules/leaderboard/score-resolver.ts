import { Arg, FieldResolver, Resolver, Root } from 'type-graphql';
import { EvaluationMetric } from '../evaluations/types.js';
import { LeaderboardScore } from './types.js';

@Resolver(() => LeaderboardScore)
export class LeaderboardScoreResolver {
  @FieldResolver(() => EvaluationMetric, {
    nullable: true,
    description: 'One number of the evaluation; null when it has no such number.',
  })
  metric(
    @Root() { headline, metrics }: LeaderboardScore,
    @Arg('name', () => String, {
      nullable: true,
      description: "Name of the metric; by default the benchmark's headline.",
    })
    name: string | null,
  ): EvaluationMetric | null {
    return name === null || name === undefined ? headline : (metrics.find((metric) => metric.name === name) ?? null);
  }
}
