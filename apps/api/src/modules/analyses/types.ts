import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { JsonObject } from '../../graphql/json.js';
import { Model } from '../models/types.js';

@ObjectType('SoupFinding', { description: 'One thing that the evidence says about how a soup was chosen.' })
export class SoupFinding {
  @Field(() => String, {
    description:
      'What kind of thing: nothing-to-add, ties, barrier, learning-rate, weaker-alone, selection-too-small or unexplained.',
  })
  readonly kind: string;

  @Field(() => String, { description: 'The finding as a sentence.' })
  readonly sentence: string;

  @Field(() => GraphQLJSONObject, { description: 'The numbers behind the sentence; places count the pool from 0.' })
  readonly evidence: JsonObject;
}

@ObjectType('SoupDiagnosis', {
  description:
    'Why the greedy recipe kept what it kept, from stored scores, answers and learning rates. Findings fit the outcome; they do not prove its cause.',
})
export class SoupDiagnosis {
  @Field(() => Int, { description: 'Number of ingredients that stayed.' })
  readonly kept: number;

  @Field(() => String, { description: 'What happened, as a sentence.' })
  readonly summary: string;

  @Field(() => [SoupFinding], { description: 'At least one when a single ingredient stayed.' })
  readonly findings: readonly SoupFinding[];
}

/** How to search. */
export const SoupSearch = { GREEDY: 'greedy', GREEDIER: 'greedier', PRUNED: 'pruned' } as const;
export type SoupSearch = (typeof SoupSearch)[keyof typeof SoupSearch];
registerEnumType(SoupSearch, {
  name: 'SoupSearch',
  description: 'How a soup is searched for.',
  valuesConfig: {
    GREEDY: { description: 'Each ingredient in turn stays if the soup with it is accepted.' },
    GREEDIER: { description: 'Every turn tries all that are left and takes the best.' },
    PRUNED: { description: 'Begins with all and takes out what the soup is no worse without.' },
  },
});

/** Which candidates are accepted. */
export const AcceptRule = { NOT_WORSE: '>=', BETTER: '>' } as const;
export type AcceptRule = (typeof AcceptRule)[keyof typeof AcceptRule];
registerEnumType(AcceptRule, {
  name: 'AcceptRule',
  description: 'Which candidates are accepted.',
  valuesConfig: {
    NOT_WORSE: { description: 'Those that are not worse: the rule of the paper.' },
    BETTER: { description: 'Only those that are better: the rule of its released code.' },
  },
});

/** In which order ingredients are tried. */
export const SearchOrder = { SCORE: 'score', GIVEN: 'given', RANDOM: 'random' } as const;
export type SearchOrder = (typeof SearchOrder)[keyof typeof SearchOrder];
registerEnumType(SearchOrder, {
  name: 'SearchOrder',
  description: 'In which order ingredients are tried.',
  valuesConfig: {
    SCORE: { description: 'Best first.' },
    GIVEN: { description: 'As the recipe lists them.' },
    RANDOM: { description: 'Drawn by the seed.' },
  },
});

/** Where a search begins. */
export const SearchStart = { BEST: 'best', FIRST: 'first' } as const;
export type SearchStart = (typeof SearchStart)[keyof typeof SearchStart];
registerEnumType(SearchStart, {
  name: 'SearchStart',
  description: 'Where a search begins.',
  valuesConfig: {
    BEST: { description: 'With the best ingredient, whatever the order of the others.' },
    FIRST: { description: 'With the first of the order.' },
  },
});

/** Which of equals goes first. */
export const SearchTies = { LISTED: 'listed', LAST: 'last' } as const;
export type SearchTies = (typeof SearchTies)[keyof typeof SearchTies];
registerEnumType(SearchTies, {
  name: 'SearchTies',
  description: 'Which of equally good ingredients goes first.',
  valuesConfig: {
    LISTED: { description: 'The one that the recipe lists first.' },
    LAST: { description: 'The one that it lists last, as the released code.' },
  },
});

@InputType('WhatIfQuestion', { description: 'Another way to search the pool of a soup.' })
export class WhatIfQuestionInput {
  @Field(() => SoupSearch, { description: 'How to search.', defaultValue: SoupSearch.GREEDY })
  method: SoupSearch;

  @Field(() => AcceptRule, { description: 'Which candidates are accepted.', defaultValue: AcceptRule.NOT_WORSE })
  accept: AcceptRule;

  @Field(() => SearchOrder, { nullable: true, description: 'Order of trial; best first by default. Greedy only.' })
  order?: SearchOrder | null;

  @Field(() => Int, { nullable: true, description: 'Seed of a random order; 0 by default.' })
  seed?: number | null;

  @Field(() => SearchStart, { nullable: true, description: 'Where it begins; with the best by default. Greedy only.' })
  start?: SearchStart | null;

  @Field(() => SearchTies, { nullable: true, description: 'Which of equals goes first; the first listed by default.' })
  ties?: SearchTies | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'How far below the best score a candidate may be and still stay, a fraction of at least 0; 0 by default.',
  })
  tolerance?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Candidates refused in a row after which it ends, at least 1; all are tried by default. Greedy only.',
  })
  patience?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether an ingredient may be taken again; false by default. Greedier only.',
  })
  replacement?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Most ingredients with multiplicity, at least 1; by default all, and twice as many with replacement. Greedier only.',
  })
  most?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Most passes, at least 1; by default until one takes no ingredient out. Pruned only.',
  })
  passes?: number | null;
}

@ObjectType('WhatIf', {
  description:
    'What another search over the same pool would have found, replayed from scores that the lab has stored. Nothing is evaluated.',
})
export class WhatIf {
  @Field(() => SoupSearch, { description: 'How it searched.' })
  readonly method: SoupSearch;

  @Field(() => AcceptRule, { description: 'Which candidates it accepted.' })
  readonly accept: AcceptRule;

  @Field(() => SearchOrder, { description: 'In which order it tried.' })
  readonly order: SearchOrder;

  @Field(() => Int, { nullable: true, description: 'Seed of a random order; null for other orders.' })
  readonly seed: number | null;

  @Field(() => SearchStart, { description: 'Where it began.' })
  readonly start: SearchStart;

  @Field(() => SearchTies, { description: 'Which of equals went first.' })
  readonly ties: SearchTies;

  @Field(() => Float, { description: 'How far below the best score a candidate could be, a fraction.' })
  readonly tolerance: number;

  @Field(() => Int, { nullable: true, description: 'Refusals in a row after which it ended; null when it tried all.' })
  readonly patience: number | null;

  @Field(() => Boolean, { description: 'Whether an ingredient could be taken again.' })
  readonly replacement: boolean;

  @Field(() => Int, { nullable: true, description: 'Most ingredients, with multiplicity; null when none was set.' })
  readonly most: number | null;

  @Field(() => Int, { nullable: true, description: 'Most passes; null when none was set.' })
  readonly passes: number | null;

  @Field(() => Boolean, { description: 'Whether the stored scores suffice.' })
  readonly answered: boolean;

  @Field(() => [Model], {
    description: 'The soup it would have found, with multiplicity; empty when it is not answered.',
  })
  readonly members: readonly Model[];

  @Field(() => Float, {
    nullable: true,
    description: 'Fraction right on the selection benchmark of that soup; null when it is not answered.',
  })
  readonly score: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it is the soup that was cooked; null when not answered.',
  })
  readonly same: boolean | null;

  @Field(() => [Model], {
    description: 'The first soup that would have to be evaluated to go on; empty when it is answered.',
  })
  readonly missing: readonly Model[];
}

@ObjectType('MarginalIngredient', {
  description:
    'What an ingredient that stayed added to the soup before it, in the order of the search. The order was chosen by these very scores.',
})
export class MarginalIngredient {
  @Field(() => Int, { description: 'Number of ingredients in the soup with it, from 1.' })
  readonly n: number;

  @Field(() => Model, { description: 'The ingredient.' })
  readonly ingredient: Model;

  @Field(() => Float, { description: 'Fraction right on the selection benchmark of the soup with it.' })
  readonly score: number;

  @Field(() => Float, { description: 'Lower end of the 95 % Wilson interval of the score.' })
  readonly low: number;

  @Field(() => Float, { description: 'Upper end of the 95 % Wilson interval of the score.' })
  readonly high: number;

  @Field(() => Float, { nullable: true, description: 'The score less that of the soup before; null for the first.' })
  readonly gain: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Seconds that its training took; null when nobody measured, and where it was not trained here.',
  })
  readonly seconds: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Gain per hour of training; null for the first and when nobody measured.',
  })
  readonly gainPerHour: number | null;
}

@ObjectType('DiversityPairs', { description: 'Pairs of models, as columns of equal length.' })
export class DiversityPairs {
  @Field(() => [Int], { description: 'Place of the first model in `models`, from 0.' })
  readonly first: readonly number[];

  @Field(() => [Int], { description: 'Place of the second model.' })
  readonly second: readonly number[];

  @Field(() => [Float], { description: 'Fraction of examples that exactly one of the two gets right.' })
  readonly disagreement: readonly number[];

  @Field(() => [Float], {
    nullable: 'items',
    description: 'Correlation of the two errors, −1 to 1; null when one is always right or always wrong.',
  })
  readonly errorCorrelation: readonly (number | null)[];

  @Field(() => [Float], {
    nullable: 'items',
    description: 'Agreement of being right beyond chance (kappa), at most 1.',
  })
  readonly kappa: readonly (number | null)[];
}

@ObjectType('DiversityMeans', { description: 'Means over the pairs; each null when no pair has the measure.' })
export class DiversityMeans {
  @Field(() => Float, { nullable: true, description: 'Fraction of examples that exactly one of two gets right.' })
  readonly disagreement: number | null;

  @Field(() => Float, { nullable: true, description: 'Correlation of errors, −1 to 1.' })
  readonly errorCorrelation: number | null;

  @Field(() => Float, { nullable: true, description: 'Fraction of examples that both get wrong.' })
  readonly doubleFault: number | null;

  @Field(() => Float, { nullable: true, description: 'Agreement of being right beyond chance (kappa), at most 1.' })
  readonly kappa: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'What always picking the right one of two would gain on their mean, a fraction of at most ½.',
  })
  readonly headroom: number | null;
}

@ObjectType('Diversity', {
  description: 'How differently the models of a pool err on one benchmark, from which examples each gets right.',
})
export class Diversity {
  @Field(() => Int, { description: 'Number of independent images, before corruption.' })
  readonly n: number;

  @Field(() => Int, { description: 'How often each image was scored: 1, or the cells of the corruption grid.' })
  readonly versions: number;

  @Field(() => DiversityPairs, { description: 'Every pair of different models.' })
  readonly pairs: DiversityPairs;

  @Field(() => DiversityMeans, { description: 'Means over the pairs.' })
  readonly mean: DiversityMeans;
}
