/** @file How a soup was chosen: GraphQL types of two documents. */
import type { WhatIfDocument, WhyDocument } from '@stockpot/domain';
import { GraphQLJSONObject } from 'graphql-scalars';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { JsonObject } from '../../../graphql/json.js';
import { SoupDiagnosis } from '../../analyses/types.js';
import { WorthMetric } from './contribution.js';

@ObjectType('SearchDiagnosis', {
  description: 'Why a search kept what it kept. Findings fit the outcome; they do not prove its cause.',
})
export class SearchDiagnosis {
  @Field(() => SoupDiagnosis, { description: 'The outcome and the findings, in sentences.' })
  readonly diagnosis: SoupDiagnosis;

  @Field(() => [Float], {
    nullable: 'itemsAndList',
    description: 'Error barrier between the first subject and each, fraction of 1; null where not measured.',
  })
  readonly barriersToFirst: readonly (number | null)[] | null;
}

export function searchDiagnosis({ kept, summary, findings, barriers }: WhyDocument): SearchDiagnosis {
  return { diagnosis: { kept, summary, findings }, barriersToFirst: barriers };
}

@ObjectType('ReplayedSearch', { description: 'What another search over the same pool would have found.' })
export class ReplayedSearch {
  @Field(() => GraphQLJSONObject, { description: 'How the search was to go: method, accept, order, …' })
  readonly question: JsonObject;

  @Field(() => WorthMetric, { description: 'What decided.' })
  readonly metric: WorthMetric;

  @Field(() => Boolean, { description: 'Whether the known scores suffice.' })
  readonly answered: boolean;

  @Field(() => [Int], {
    nullable: true,
    description:
      'Places of the soup it would have found among the subjects, with multiplicity; null when not answered.',
  })
  readonly found: readonly number[] | null;

  @Field(() => Float, { nullable: true, description: 'Worth of that soup; null when not answered.' })
  readonly foundWorth: number | null;

  @Field(() => Float, { nullable: true, description: 'Worth of the soup that was cooked; null where it is not known.' })
  readonly cookedWorth: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the two are one soup; null where one is not known.' })
  readonly same: boolean | null;

  @Field(() => [Int], {
    nullable: true,
    description: 'Places of the first soup that would have to be evaluated; null when answered.',
  })
  readonly missing: readonly number[] | null;
}

export function replayedSearch(document: WhatIfDocument): ReplayedSearch {
  const { question, metric, answered, found, recorded, same, missing } = document;
  return {
    ...{ question, metric, answered, same, missing },
    found: found?.members ?? null,
    foundWorth: found?.worth ?? null,
    cookedWorth: recorded?.worth ?? null,
  };
}
