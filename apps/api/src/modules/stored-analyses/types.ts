import { GraphQLDateTime } from 'graphql-scalars';
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Artifact } from '../artifacts/types.js';
import { SplitRole } from '../datasets/types.js';
import { Model } from '../models/types.js';
import { Node } from '../node/types.js';
import { PageInfo } from '../paging/types.js';

/** What an analysis looks at. */
export const AnalysisKind = {
  BARRIER: 'barrier',
  BARRIERS: 'barriers',
  TERNARY: 'ternary',
  CONTRIBUTION: 'contribution',
  MARGINAL: 'marginal',
  DIVERSITY: 'diversity',
  WEIGHTS: 'weights',
  SOUP_VERSUS_ENSEMBLE: 'soup-versus-ensemble',
  COMPARE: 'compare',
  WHY: 'why',
  WHAT_IF: 'what-if',
} as const;
export type AnalysisKind = (typeof AnalysisKind)[keyof typeof AnalysisKind];
registerEnumType(AnalysisKind, {
  name: 'AnalysisKind',
  description: 'What an analysis looks at.',
  valuesConfig: {
    BARRIER: { description: 'Loss and error along the line between two models.' },
    BARRIERS: { description: 'The barriers between all models of a pool, clustered.' },
    TERNARY: { description: 'Loss and error on a grid of the triangle of three models.' },
    CONTRIBUTION: { description: 'Leave-one-out and Shapley values of ingredients.' },
    MARGINAL: { description: 'What the n-th ingredient is worth, against its cost.' },
    DIVERSITY: { description: 'How differently models err, see and lie.' },
    WEIGHTS: { description: 'Distances and angles in weight space, by layer.' },
    SOUP_VERSUS_ENSEMBLE: { description: 'Soup less ensemble of two models, with the terms of its approximation.' },
    COMPARE: { description: 'A paired test of two models.' },
    WHY: { description: 'Why a search kept what it kept, in sentences.' },
    WHAT_IF: { description: 'A search replayed in another way.' },
  },
});

@ObjectType('AnalysisExamples', { description: 'The examples behind the numbers of an analysis.' })
export class AnalysisExamples {
  @Field(() => String, { description: 'Where they are from, for example mnist/selection.' })
  readonly source: string;

  @Field(() => SplitRole, {
    nullable: true,
    description: 'What they are for: what was chosen on them cannot be judged on them.',
  })
  readonly role: SplitRole | null;

  @Field(() => Int, { description: 'Number of distinct examples.' })
  readonly n: number;

  @Field(() => Int, { description: 'Answers of a model: n, times the cells of a grid of corruptions.' })
  readonly rows: number;

  @Field(() => Int, { nullable: true, description: 'Number of classes; null where it is not known.' })
  readonly classes: number | null;

  @Field(() => String, { description: 'SHA-256 of the protocol, 64 hexadecimal digits.' })
  readonly hash: string;
}

@ObjectType('AnalysisEvaluations', { description: 'What an analysis cost, in mixtures that were scored.' })
export class AnalysisEvaluations {
  @Field(() => Int, { description: 'Mixtures that were put through a network for it.' })
  readonly measured: number;

  @Field(() => Int, { description: 'Mixtures whose scores were known before.' })
  readonly known: number;
}

@ObjectType('AnalysisSubject', { description: 'A model that an analysis is about.' })
export class AnalysisSubject {
  @Field(() => String, {
    description: 'What the document calls it; snapshots of one training have names of their own.',
  })
  readonly name: string;

  @Field(() => Model, { description: 'The model.' })
  readonly model: Model;
}

@ObjectType('Analysis', {
  description: 'What says why models are as good as they are: a step of a run, and its document.',
  implements: Node,
})
export class Analysis extends Node {
  @Field(() => String, { description: 'Name in the recipe.' })
  readonly name: string;

  @Field(() => AnalysisKind, { description: 'What it looks at.' })
  readonly kind: AnalysisKind;

  @Field(() => AnalysisExamples, { nullable: true, description: 'The examples; null of analyses of weights alone.' })
  readonly examined: AnalysisExamples | null;

  @Field(() => AnalysisEvaluations, {
    nullable: true,
    description: 'What it cost; null of kinds that evaluate nothing.',
  })
  readonly evaluations: AnalysisEvaluations | null;

  @Field(() => String, { description: 'Key of the step that made it, 64 hexadecimal digits.' })
  readonly stepKey: string;

  @Field(() => Artifact, { description: 'The document as the step wrote it.' })
  readonly artifact: Artifact;

  @Field(() => GraphQLDateTime, { description: 'When it was made.' })
  readonly createdAt: Date;
}

@ObjectType('AnalysisEdge', { description: 'An analysis and its place in the list.' })
export class AnalysisEdge {
  @Field(() => Analysis, { description: 'The analysis.' })
  readonly node: Analysis;

  @Field(() => String, { description: 'Pass it as `after` to get what follows.' })
  readonly cursor: string;
}

@ObjectType('AnalysisConnection', { description: 'A page of analyses, newest first.' })
export class AnalysisConnection {
  @Field(() => [AnalysisEdge], { description: 'The analyses of this page.' })
  readonly edges: readonly AnalysisEdge[];

  @Field(() => PageInfo, { description: 'Where this page lies.' })
  readonly pageInfo: PageInfo;

  @Field(() => Int, { description: 'Number of analyses on all pages.' })
  readonly totalCount: number;
}
