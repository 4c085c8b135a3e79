import type { AnalysisFieldsFragment, AnalysisLineFragment } from '@/gql/graphql';

export type Content = NonNullable<AnalysisFieldsFragment['content']>;
/** What an analysis of one type found. */
export type ContentOf<Type extends Content['__typename']> = Extract<Content, { __typename: Type }>;
export type Subjects = AnalysisLineFragment['subjects'];

/** Names of models by their places among the subjects. */
export function namesAt(subjects: Subjects, places: readonly number[]): string {
  return places.map((place) => subjects[place]?.name ?? `model ${place + 1}`).join(', ');
}
