'use client';

import { useQuery } from 'urql';
import { RunDiversityDocument } from '@/gql/graphql';
import { DiversityPanel } from './diversity-panel';

/** How differently the ingredients of a run err, once it is done; nothing where there is nothing to compare. */
export function RunDiversity({ slug, runId, done }: { slug: string; runId: string; done: boolean }) {
  const [{ data }] = useQuery({ query: RunDiversityDocument, variables: { id: runId }, pause: !done });
  const diversity = data?.run?.diversity;
  return diversity ? <DiversityPanel slug={slug} diversity={diversity} /> : null;
}
