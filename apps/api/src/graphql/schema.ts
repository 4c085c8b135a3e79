// TypeGraphQL's decorators need it before the first decorated class is loaded.
import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync, type PubSub } from 'type-graphql';
import { DiversityResolver, RunAnalysisResolver, SoupAnalysisResolver } from '../modules/analyses/resolver.js';
import { BenchmarkResolver } from '../modules/benchmarks/resolver.js';
import { ComparedModelResolver, ComparisonResolver } from '../modules/comparisons/resolver.js';
import { DatasetResolver, SplitResolver } from '../modules/datasets/resolver.js';
import { EnsembleResolver } from '../modules/ensembles/resolver.js';
import { Ensemble } from '../modules/ensembles/types.js';
import { EvaluationResolver } from '../modules/evaluations/resolver.js';
import { IngredientResolver } from '../modules/ingredients/resolver.js';
import { Ingredient } from '../modules/ingredients/types.js';
import { LabResolver } from '../modules/labs/resolver.js';
import { LeaderboardRankingResolver, LeaderboardRowResolver } from '../modules/leaderboard/ranks-resolver.js';
import { LeaderboardResolver } from '../modules/leaderboard/resolver.js';
import { LeaderboardScoreResolver } from '../modules/leaderboard/score-resolver.js';
import { LineageResolver } from '../modules/lineage/resolver.js';
import { MetricResolver } from '../modules/metrics/resolver.js';
import { ModelEdgeResolver, ModelResolver } from '../modules/models/resolver.js';
import { NodeResolver } from '../modules/node/resolver.js';
import { RecipeResolver } from '../modules/recipes/resolver.js';
import { RunResolver } from '../modules/runs/resolver.js';
import { MethodDifferenceResolver, MethodsOverSeedsResolver } from '../modules/seeds/methods-resolver.js';
import { IngredientSeedsResolver, SeedGroupResolver, SeedScoreResolver } from '../modules/seeds/resolver.js';
import { GreedyRoundResolver, SoupResolver } from '../modules/soups/resolver.js';
import { StepResolver } from '../modules/steps/resolver.js';
import { Stock } from '../modules/stocks/types.js';
import {
  AnalysisResolver,
  ModelAnalysesResolver,
  RunAnalysesResolver,
  SoupPoolAnalysesResolver,
  StepAnalysisResolver,
} from '../modules/stored-analyses/resolver.js';
import { ViewerResolver } from '../modules/viewer/resolver.js';

/** TypeGraphQL wants one; every subscription here brings its own stream, fed by Postgres (`events/event-bus.ts`). */
const noPubSub: PubSub = {
  publish() {
    throw new Error('publish through the database: notify(tx, channel, payload)');
  },
  subscribe() {
    throw new Error('give the subscription a subscribe function that follows the event bus');
  },
};

/** The executable schema. `schema.graphql` is its printed form, committed as the contract; a test compares the two. */
export function createSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers: [
      AnalysisResolver,
      BenchmarkResolver,
      ComparedModelResolver,
      ComparisonResolver,
      DatasetResolver,
      DiversityResolver,
      EvaluationResolver,
      GreedyRoundResolver,
      IngredientResolver,
      IngredientSeedsResolver,
      LabResolver,
      LeaderboardResolver,
      LeaderboardRankingResolver,
      LeaderboardRowResolver,
      LeaderboardScoreResolver,
      LineageResolver,
      MethodDifferenceResolver,
      MethodsOverSeedsResolver,
      MetricResolver,
      ModelAnalysesResolver,
      ModelEdgeResolver,
      ModelResolver,
      NodeResolver,
      RecipeResolver,
      RunAnalysesResolver,
      RunAnalysisResolver,
      RunResolver,
      SeedGroupResolver,
      SeedScoreResolver,
      SoupAnalysisResolver,
      SoupPoolAnalysesResolver,
      SoupResolver,
      EnsembleResolver,
      SplitResolver,
      StepAnalysisResolver,
      StepResolver,
      ViewerResolver,
    ],
    // Seen only through the interface Model.
    orphanedTypes: [Ensemble, Ingredient, Stock],
    pubSub: noPubSub,
    // The domain's verbs check their input; a second opinion here could only disagree.
    validate: false,
  });
}
