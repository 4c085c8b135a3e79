'use client';

import { useQuery } from 'urql';
import { Card } from '@/components/ui/card';
import { FailureNotice } from '@/components/ui/failure-notice';
import { Skeleton, SkeletonGroup } from '@/components/ui/skeleton';
import type { Peer } from '@/features/soup/peers';
import { baselinesOf, useComparisons } from '@/features/soup/use-comparisons';
import { SoupAnalysesDocument, SoupAnalysisDocument } from '@/gql/graphql';
import { BaselineDifferences } from './baseline-differences';
import { DiagnosisPanel } from './diagnosis-panel';
import { DiversityPanel } from './diversity-panel';
import { MarginalPanel } from './marginal-panel';
import { WhatIfPanel } from './what-if-panel';

/** What the stored answers and scores say of a soup. Asked apart from the page, which is there before. */
export function SoupAnalysis({ slug, peers }: { slug: string; peers: readonly Peer[] }) {
  const soup = peers.find((peer) => peer.role === 'soup');
  const { comparisons } = useComparisons(peers);
  const [{ data, error, fetching }, ask] = useQuery({
    query: SoupAnalysisDocument,
    variables: { id: soup?.id ?? '' },
    pause: soup === undefined,
  });
  // One diagnosis is enough: one that was cooked says the same, and may have measured barriers.
  const [{ data: cooked, fetching: asking }] = useQuery({
    query: SoupAnalysesDocument,
    variables: { id: soup?.id ?? '' },
    pause: soup === undefined,
  });
  const diagnosed = asking || cooked?.soup?.analyses.some(({ kind }) => kind === 'WHY');
  const found = data?.soup;
  if (!soup) return null;
  if (!found) {
    if (error)
      return (
        <Card>
          <FailureNotice error={error} onRetry={() => ask({ requestPolicy: 'network-only' })} />
        </Card>
      );
    return fetching ? (
      <SkeletonGroup label="Analysing the soup" className="space-y-6">
        <Skeleton className="h-56" />
        <Skeleton className="h-56" />
      </SkeletonGroup>
    ) : null;
  }
  return (
    <>
      <BaselineDifferences slug={slug} soup={soup} baselines={baselinesOf(peers)} comparisons={comparisons ?? []} />
      {found.diagnosis && !diagnosed ? <DiagnosisPanel diagnosis={found.diagnosis} /> : null}
      {found.marginal.length > 1 ? <MarginalPanel slug={slug} values={found.marginal} /> : null}
      {found.whatIf.length > 0 ? <WhatIfPanel answers={found.whatIf} /> : null}
      {found.diversity ? <DiversityPanel slug={slug} diversity={found.diversity} /> : null}
    </>
  );
}
