import {
  type Analysis as AnalysisRecord,
  analyses,
  type Model as ModelRecord,
  type Run as RunRecord,
  type Soup as SoupRecord,
  type Step as StepRecord,
} from '@stockpot/domain';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import type { JsonObject } from '../../graphql/json.js';
import { Benchmark } from '../benchmarks/types.js';
import { orNull, promised } from '../found.js';
import { Lab } from '../labs/types.js';
import { Model } from '../models/types.js';
import { connection } from '../paging/connection.js';
import { Run } from '../runs/types.js';
import { Soup } from '../soups/types.js';
import { Step } from '../steps/types.js';
import { AnalysisContent, type ShownContent, shownContent } from './content/index.js';
import { Analysis, AnalysisConnection, AnalysisSubject } from './types.js';

@Resolver(() => Analysis)
export class AnalysisResolver {
  @Query(() => Analysis, { nullable: true, description: 'An analysis by its id.' })
  async analysis(
    @Arg('id', () => ID, { description: 'Typed id, ana_…' }) id: string,
    @Ctx() { domain }: ApiContext,
  ): Promise<Analysis | null> {
    return orNull(analyses.get({ ctx: domain, input: { id } }));
  }

  @Query(() => AnalysisConnection, { description: "A lab's analyses, newest first." })
  async analyses(
    @Arg('lab', () => String, { description: 'Slug of the lab.' }) lab: string,
    @Arg('first', () => Int, { defaultValue: 50, description: 'Analyses a page, 1 to 200.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the analysis before the page.' })
    after: string | null,
    @Ctx() { domain }: ApiContext,
  ): Promise<AnalysisConnection> {
    return connection(await analyses.list({ ctx: domain, input: { lab, first, after } }), after);
  }

  @FieldResolver(() => Lab, { description: 'The lab that owns it.' })
  async lab(@Root() { labId }: AnalysisRecord, @Ctx() { loaders }: ApiContext): Promise<Lab> {
    return loaders.lab.load(labId);
  }

  @FieldResolver(() => String, { description: 'The question that its kind answers, for people.' })
  question(@Root() { kind }: AnalysisRecord): string {
    return analyses.facts[kind].question;
  }

  @FieldResolver(() => String, { description: 'What its numbers are, in sentences.' })
  definition(@Root() { kind }: AnalysisRecord): string {
    return analyses.facts[kind].definition;
  }

  @FieldResolver(() => String, { description: 'Where its kind comes from: authors, venue, identifier.' })
  source(@Root() { kind }: AnalysisRecord): string {
    return analyses.facts[kind].source;
  }

  @FieldResolver(() => Run, { nullable: true, description: 'The run that first made it.' })
  async run(@Root() { labId, runId }: AnalysisRecord, @Ctx() { loaders }: ApiContext): Promise<Run | null> {
    return runId === null ? null : loaders.run.load({ labId, id: runId });
  }

  @FieldResolver(() => Benchmark, {
    nullable: true,
    description: 'Where mixtures were scored; null of analyses of weights alone.',
  })
  async benchmark(
    @Root() { labId, benchmarkId: id }: AnalysisRecord,
    @Ctx() { loaders }: ApiContext,
  ): Promise<Benchmark | null> {
    return id === null ? null : loaders.benchmark.load({ labId, id });
  }

  @FieldResolver(() => Soup, {
    nullable: true,
    description: 'The soup whose search was looked at; null of analyses of no search.',
  })
  async soup(@Root() { labId, soupId: id }: AnalysisRecord, @Ctx() { loaders }: ApiContext): Promise<Model | null> {
    return id === null ? null : loaders.model.load({ labId, id });
  }

  @FieldResolver(() => [AnalysisSubject], { description: 'The models it is about, in the order of the document.' })
  async subjects(
    @Root() { labId, subjects }: AnalysisRecord,
    @Ctx() { loaders, budget }: ApiContext,
  ): Promise<readonly AnalysisSubject[]> {
    const models = await Promise.all(subjects.map(({ id }) => loaders.model.load({ labId, id })));
    return budget.spend(subjects.map(({ id, name }, i) => ({ name, model: promised('model', id, models[i] ?? null) })));
  }

  @FieldResolver(() => AnalysisContent, {
    nullable: true,
    description: 'What it found; null of a document that another version of Stockpot wrote.',
  })
  async content(@Root() analysis: AnalysisRecord, @Ctx() context: ApiContext): Promise<ShownContent | null> {
    const document = analyses.readDocument(analysis, await stored(analysis, context));
    return document === null ? null : shownContent(document);
  }

  @FieldResolver(() => GraphQLJSONObject, {
    description: 'The whole document, as `stockpot analyse --json` prints it; docs/analysis.md names its fields.',
  })
  async document(@Root() analysis: AnalysisRecord, @Ctx() context: ApiContext): Promise<JsonObject> {
    return (await stored(analysis, context)).document;
  }

  @FieldResolver(() => String, { description: 'Name of the schema of the document: stockpot-analysis/1/barrier.' })
  async schema(@Root() analysis: AnalysisRecord, @Ctx() context: ApiContext): Promise<string> {
    const { format, version, analysis: kind } = (await stored(analysis, context)).document;
    return [format, version, kind].join('/');
  }
}

async function stored({ labId, id }: AnalysisRecord, { loaders }: ApiContext) {
  return promised('document of', id, await loaders.analysisDocument.load({ labId, id }));
}

@Resolver(() => Run)
export class RunAnalysesResolver {
  @FieldResolver(() => [Analysis], {
    description: 'The analyses that it made or reused, in the order of its plan. At most 200.',
  })
  async analyses(
    @Root() { labId, id }: RunRecord,
    @Ctx() { loaders, budget }: ApiContext,
  ): Promise<readonly Analysis[]> {
    return budget.spend(await loaders.analysesOfRun.load({ labId, id }));
  }
}

@Resolver(() => Step)
export class StepAnalysisResolver {
  @FieldResolver(() => Analysis, { nullable: true, description: 'The analysis it made, if it makes one and has.' })
  async analysis(
    @Root() { labId, analysisId: id }: StepRecord,
    @Ctx() { loaders }: ApiContext,
  ): Promise<Analysis | null> {
    return id === null ? null : loaders.analysis.load({ labId, id });
  }
}

@Resolver(() => Model)
export class ModelAnalysesResolver {
  @FieldResolver(() => [Analysis], {
    description: 'The analyses that it is a subject of, or whose search led to it, oldest first. At most 200.',
  })
  async analyses(
    @Root() { labId, id }: ModelRecord,
    @Ctx() { loaders, budget }: ApiContext,
  ): Promise<readonly Analysis[]> {
    return budget.spend(await loaders.analysesOfModel.load({ labId, id }));
  }
}

@Resolver(() => Soup)
export class SoupPoolAnalysesResolver {
  @FieldResolver(() => [Analysis], {
    description:
      'The analyses of models that could have been mixed in: every subject is one of them. None of the search of another soup. At most 200, oldest first.',
  })
  async analysesOfPool(
    @Root() { labId, id }: SoupRecord,
    @Ctx() { loaders, budget }: ApiContext,
  ): Promise<readonly Analysis[]> {
    return budget.spend(await loaders.analysesOfPool.load({ labId, id }));
  }
}
