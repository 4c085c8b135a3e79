import { Field, Float, ID, ObjectType } from 'type-graphql';
import { Model } from '../models/types.js';

@ObjectType('LineageEdge', { description: 'An edge of the lineage graph.' })
export class LineageEdge {
  @Field(() => ID, { description: 'Id of the model that was used.' })
  readonly parent: string;

  @Field(() => ID, { description: 'Id of the model that was made.' })
  readonly child: string;

  @Field(() => Float, {
    nullable: true,
    description: "Weight of the parent in the child's average; null when the child was trained from the parent.",
  })
  readonly coefficient: number | null;
}

@ObjectType('Lineage', { description: 'A part of the lineage graph.' })
export class Lineage {
  @Field(() => [Model], { description: 'The models.' })
  readonly nodes: readonly Model[];

  @Field(() => [LineageEdge], { description: 'The edges between them.' })
  readonly edges: readonly LineageEdge[];
}
