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
    description:
      'What the parent counts in the child, of any sign and size; null when the child was trained from it, or mixed by no linear combination.',
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
