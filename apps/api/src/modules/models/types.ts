import { GraphQLDateTime, GraphQLSafeInt } from 'graphql-scalars';
import { Field, Float, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { Artifact } from '../artifacts/types.js';
import { Node } from '../node/types.js';
import { PageInfo } from '../paging/types.js';
import { modelTypeName } from './type-name.js';

/** What a model is. */
export const ModelKind = {
  STOCK: 'stock',
  INGREDIENT: 'ingredient',
  SOUP: 'soup',
  ENSEMBLE: 'ensemble',
} as const;
export type ModelKind = (typeof ModelKind)[keyof typeof ModelKind];
registerEnumType(ModelKind, {
  name: 'ModelKind',
  description: 'What a model is.',
  valuesConfig: {
    STOCK: { description: 'The pre-trained checkpoint that training starts from.' },
    INGREDIENT: { description: 'A checkpoint trained from a stock or from another ingredient.' },
    SOUP: { description: "A checkpoint that is mixed from other models' weights." },
    ENSEMBLE: {
      description:
        "A baseline: the members' logits are averaged. It has no checkpoint and costs one forward pass a member.",
    },
  },
});

@InterfaceType('Model', {
  description: 'A stock, an ingredient, a soup or an ensemble.',
  implements: Node,
  resolveType: modelTypeName,
})
export abstract class Model extends Node {
  @Field(() => String, { description: 'Name in the recipe.' })
  readonly name: string;

  @Field(() => ModelKind, { description: 'What it is.' })
  readonly kind: ModelKind;

  @Field(() => GraphQLDateTime, { description: 'When it was made.' })
  readonly createdAt: Date;

  @Field(() => GraphQLSafeInt, { nullable: true, description: 'Number of parameters; null for an ensemble.' })
  readonly parameterCount: number | null;

  @Field(() => Artifact, {
    description: 'Its checkpoint in safetensors; of an ensemble, the list of its members (JSON).',
  })
  readonly artifact: Artifact;

  @Field(() => String, {
    description:
      'Key of the step that made it, 64 hexadecimal digits: the hash of everything that determines the bytes.',
  })
  readonly stepKey: string;
}

@ObjectType('ModelEdge', { description: 'One step of a lineage, seen from one of its ends.' })
export class ModelEdge {
  @Field(() => Float, {
    nullable: true,
    description:
      'What the parent counts in the child, of any sign and size; null when the child was trained from it, or mixed by no linear combination.',
  })
  readonly coefficient: number | null;
}

@ObjectType('ModelConnection', { description: 'A page of models.' })
export class ModelConnection {
  @Field(() => [ModelConnectionEdge], { description: 'The models of this page.' })
  readonly edges: readonly ModelConnectionEdge[];

  @Field(() => PageInfo, { description: 'Where this page lies.' })
  readonly pageInfo: PageInfo;

  @Field(() => Int, { description: 'Number of models on all pages.' })
  readonly totalCount: number;
}

@ObjectType('ModelConnectionEdge', { description: 'A model and its place in the list.' })
export class ModelConnectionEdge {
  @Field(() => Model, { description: 'The model.' })
  readonly node: Model;

  @Field(() => String, { description: 'Pass it as `after` to get what follows.' })
  readonly cursor: string;
}
