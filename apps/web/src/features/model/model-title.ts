import { cache } from 'react';
import { serverQuery } from '@/data/server-query';
import { ModelTitleDocument } from '@/gql/graphql';

/** The model behind an address, for its title; null when the API does not know it or does not answer. */
export const findModelTitle = cache(async (id: string) => {
  const answer = await serverQuery(ModelTitleDocument, { id });
  return answer.ok ? answer.data.model : null;
});
