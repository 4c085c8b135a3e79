import { cache } from 'react';
import { serverQuery } from '@/data/server-query';
import { AnalysisTitleDocument } from '@/gql/graphql';

/** The analysis behind an address, for its title; null when the API does not know it or does not answer. */
export const findAnalysisTitle = cache(async (id: string) => {
  const answer = await serverQuery(AnalysisTitleDocument, { id });
  return answer.ok ? answer.data.analysis : null;
});
