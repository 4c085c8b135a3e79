import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { JsonObject } from '../../graphql/json.js';
import { Model } from '../models/types.js';

/** How the coefficients of a soup are to be read. */
export const SoupMixing = { LINEAR: 'linear', BY_TENSOR: 'by tensor', NOMINAL: 'nominal' } as const;
export type SoupMixing = (typeof SoupMixing)[keyof typeof SoupMixing];
registerEnumType(SoupMixing, {
  name: 'SoupMixing',
  description: 'How the coefficients of a soup are to be read.',
  valuesConfig: {
    LINEAR: { description: 'Every tensor is the sum of coefficient · model.' },
    BY_TENSOR: { description: 'Each tensor has coefficients of its own; these are their mean by size.' },
    NOMINAL: { description: 'No linear combination: these are the weights that were asked for.' },
  },
});

@ObjectType('Soup', {
  description: "A checkpoint that is mixed from other models' weights.",
  implements: Model,
})
export class Soup extends Model {
  @Field(() => String, {
    description: 'The method by which it was mixed or chosen, as recipes and the command line call it.',
  })
  readonly method: string;

  @Field(() => SoupMixing, { description: 'How its coefficients are to be read.' })
  readonly mixing: SoupMixing;

  @Field(() => GraphQLJSONObject, { description: 'Parameters of the method.' })
  readonly parameters: JsonObject;

  @Field(() => String, {
    nullable: true,
    description:
      'When a search accepts a candidate: >= or > the best score so far; null for methods that do not search.',
  })
  readonly acceptRule: string | null;
}

@ObjectType('SoupCoefficient', { description: 'Weight of one model in a soup.' })
export class SoupCoefficient {
  @Field(() => Model, { description: 'The model that was, or could have been, mixed in.' })
  readonly ingredient: Model;

  @Field(() => Float, {
    description:
      'What it counts, of any sign and size; `mixing` of the soup says how to read it. 0: it is not in the soup.',
  })
  readonly coefficient: number;
}

@ObjectType('SoupBase', { description: 'The stock that a method of mixing starts from.' })
export class SoupBase {
  @Field(() => Model, { description: 'The stock; it was mixed with the head that the ingredients started from.' })
  readonly model: Model;

  @Field(() => Float, { nullable: true, description: 'What it counts; null where the mixing is nominal.' })
  readonly coefficient: number | null;
}

@ObjectType('GreedyRound', { description: 'One candidate of a search for a soup, or for the members of an ensemble.' })
export class GreedyRound {
  @Field(() => Int, { description: 'Position in the order of trial, from 0.' })
  readonly round: number;

  @Field(() => Float, {
    description:
      'Fraction right on the selection benchmark of the soup with the candidate added, or without it where `removed`, 0 to 1.',
  })
  readonly score: number;

  @Field(() => Float, { description: "Best fraction before this round's decision, 0 to 1." })
  readonly best: number;

  @Field(() => Boolean, { description: 'Whether the soup became this candidate: the model added, or taken out.' })
  readonly accepted: boolean;

  @Field(() => Boolean, { description: 'Whether the model was taken out of the soup, and not added.' })
  readonly removed: boolean;

  @Field(() => Boolean, { description: 'Whether the score was known from an equal soup, and nothing was evaluated.' })
  readonly cached: boolean;

  @Field(() => Int, {
    nullable: true,
    description: 'Rounds of one turn are decided together, or are one pass; null where a search has no turns.',
  })
  readonly turn: number | null;

  @Field(() => Int, { description: 'Models in the soup after the decision, with multiplicity.' })
  readonly members: number;

  @Field(() => Int, { description: 'Number of images the score was taken on.' })
  readonly n: number;
}
