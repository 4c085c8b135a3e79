'use client';

import { useQuery } from 'urql';
import { RunDiversityDocument } from '@/gql/graphql';
import { DiversityPanel } from './diversity-panel';

interface Props {
  readonly slug: string;
  readonly runId: string;
  readonly repeat: number;
  readonly done: boolean;
}

/** How differently the ingredients of a repeat of a run err, once it is done; nothing where there is nothing to compare. */
export function RunDiversity({ slug, runId, repeat, done }: Props) {
  const [{ data }] = useQuery({ query: RunDiversityDocument, variables: { id: runId, repeat }, pause: !done });
  const diversity = data?.run?.diversity;
  return diversity ? <DiversityPanel slug={slug} diversity={diversity} /> : null;
}
