import {
  analyses,
  type Diversity as DiversityRecord,
  type Run as RunRecord,
  type SoupQuestion,
  type Soup as SoupRecord,
  type SoupWhatIf,
  StockpotError,
} from '@stockpot/domain';
import { Arg, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { Benchmark } from '../benchmarks/types.js';
import { promised } from '../found.js';
import { Model } from '../models/types.js';
import { Run } from '../runs/types.js';
import { Soup } from '../soups/types.js';
import { poolKey } from './loaders.js';
import { Diversity, MarginalIngredient, SoupDiagnosis, WhatIf, WhatIfQuestionInput } from './types.js';

/** Questions that one field answers. */
const MOST_QUESTIONS = 20;
/** Models of one pool: 4,950 pairs. */
const MOST_MODELS = 100;
const BENCHMARK_OF_POOL = {
  nullable: true,
  description: 'Typed id, bench_…; by default the first one of the leaderboard that most of them were evaluated on.',
} as const;

@Resolver(() => Soup)
export class SoupAnalysisResolver {
  @FieldResolver(() => SoupDiagnosis, {
    nullable: true,
    description: 'Why the greedy recipe kept what it kept; null for other methods.',
  })
  async diagnosis(@Root() { labId, id }: SoupRecord, @Ctx() { loaders }: ApiContext): Promise<SoupDiagnosis | null> {
    const evidence = await loaders.soupEvidence.load({ labId, id });
    return evidence && analyses.diagnose(evidence);
  }

  @FieldResolver(() => [WhatIf], {
    description:
      'What other searches over its pool would have found, from stored scores; empty for a soup that no search chose.',
  })
  async whatIf(
    @Arg('questions', () => [WhatIfQuestionInput], {
      nullable: true,
      description: 'At most 20; by default the rules of the paper and of its code, other orders and other searches.',
    })
    questions: readonly WhatIfQuestionInput[] | null,
    @Root() { labId, id }: SoupRecord,
    @Ctx() { loaders, budget }: ApiContext,
  ): Promise<readonly WhatIf[]> {
    if (questions && questions.length > MOST_QUESTIONS) {
      throw tooMany(`A soup was asked ${questions.length} questions`, MOST_QUESTIONS);
    }
    const evidence = await loaders.soupEvidence.load({ labId, id });
    if (evidence === null) return [];
    const asked = questions?.map(readQuestion) ?? analyses.usualQuestions(evidence);
    const answers = await Promise.all(asked.map((question) => analyses.whatIf(evidence, question)));
    return budget.spend(answers.flatMap((answer) => (answer === null ? [] : [present(answer)])));
  }

  @FieldResolver(() => [MarginalIngredient], {
    description: 'What each ingredient that stayed added; empty for a soup that no search grew.',
  })
  async marginal(
    @Root() { labId, id }: SoupRecord,
    @Ctx() { loaders, budget }: ApiContext,
  ): Promise<readonly MarginalIngredient[]> {
    const evidence = await loaders.soupEvidence.load({ labId, id });
    return evidence === null ? [] : budget.spend(analyses.marginalValues(evidence));
  }

  @FieldResolver(() => Diversity, {
    nullable: true,
    description:
      'How differently the models that could have been mixed in err; null when fewer than two were evaluated.',
  })
  async diversity(
    @Arg('benchmark', () => ID, BENCHMARK_OF_POOL)
    benchmark: string | null,
    @Root() { labId, id }: SoupRecord,
    @Ctx() context: ApiContext,
  ): Promise<DiversityRecord | null> {
    const { coefficients } = promised('soup', id, await context.loaders.soupDetail.load({ labId, id }));
    return diversityOf(
      context,
      labId,
      coefficients.map(({ ingredient }) => ingredient.id),
      benchmark,
    );
  }
}

@Resolver(() => Run)
export class RunAnalysisResolver {
  @FieldResolver(() => Diversity, {
    nullable: true,
    description:
      'How differently the ingredients that the run made or reused in one of its repeats err; null when fewer than two were evaluated, and for a repeat that it has not.',
  })
  async diversity(
    @Arg('benchmark', () => ID, BENCHMARK_OF_POOL)
    benchmark: string | null,
    @Arg('repeat', () => Int, { defaultValue: 1, description: 'Which one, from 1.' })
    repeat: number,
    @Root() { labId, id }: RunRecord,
    @Ctx() context: ApiContext,
  ): Promise<DiversityRecord | null> {
    const steps = await context.loaders.stepsOfRun.load({ labId, id });
    return diversityOf(context, labId, analyses.poolOfRepeat(steps, repeat), benchmark);
  }
}

@Resolver(() => Diversity)
export class DiversityResolver {
  @FieldResolver(() => Benchmark, { description: 'The benchmark.' })
  async benchmark(
    @Root() { labId, benchmarkId: id }: DiversityRecord,
    @Ctx() { loaders }: ApiContext,
  ): Promise<Benchmark> {
    return promised('benchmark', id, await loaders.benchmark.load({ labId, id }));
  }

  @FieldResolver(() => [Model], { description: 'The models that were evaluated on it, in the order of the pool.' })
  async models(@Root() { labId, models }: DiversityRecord, @Ctx() { loaders, budget }: ApiContext): Promise<Model[]> {
    const found = await Promise.all(models.map((id) => loaders.model.load({ labId, id })));
    return budget.spend(found.map((model, i) => promised('model', models[i] ?? '', model)));
  }
}

async function diversityOf(
  { loaders }: ApiContext,
  labId: string,
  pool: readonly string[],
  benchmark: string | null,
): Promise<DiversityRecord | null> {
  const models = [...new Set(pool)];
  if (models.length > MOST_MODELS) throw tooMany(`A pool of ${models.length} models was to be compared`, MOST_MODELS);
  if (models.length < 2 || benchmark?.includes(' ')) return null;
  return loaders.diversity.load({ labId, id: poolKey(models, benchmark) });
}

function tooMany(what: string, most: number): StockpotError {
  return new StockpotError('BAD_INPUT', `${what}; at most ${most} are taken at a time.`, 'Ask for fewer.');
}

/** What GraphQL leaves null is left out. */
function readQuestion({ method, accept, ...options }: WhatIfQuestionInput): SoupQuestion {
  const given = Object.entries(options).filter(([, value]) => value !== null && value !== undefined);
  return analyses.readQuestion({ method, accept, ...Object.fromEntries(given) });
}

function present({ question, ...answer }: SoupWhatIf): WhatIf {
  const { method, accept, order = 'score', start = 'best', ties = 'listed', tolerance = 0 } = question;
  const seed = order === 'random' ? (question.seed ?? 0) : null;
  const { patience = null, replacement = false, most = null, passes = null } = question;
  const asked = { method, accept, order, seed, start, ties, tolerance, patience, replacement, most, passes };
  return { ...asked, ...answer };
}
