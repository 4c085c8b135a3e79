'use client';

import Link from 'next/link';
import { useQuery } from 'urql';
import { Badge } from '@/components/ui/badge';
import { Card } from '@/components/ui/card';
import { FailureNotice } from '@/components/ui/failure-notice';
import { KindMark } from '@/components/ui/kind-mark';
import { PageHeader } from '@/components/ui/page-header';
import { Skeleton, SkeletonGroup } from '@/components/ui/skeleton';
import { SoupAnalyses } from '@/features/analyses/soup-analyses';
import { Provenance } from '@/features/model/provenance';
import { MethodsPanel } from '@/features/seeds/methods-panel';
import { Missing } from '@/features/shell/missing';
import { SoupAnalysis } from '@/features/soup-analysis/soup-analysis';
import { SoupPageDocument } from '@/gql/graphql';
import { routes } from '@/lib/routes';
import { Coefficients } from './coefficients';
import { Comparison } from './comparison';
import { CorruptionPanel } from './corruption-panel';
import { poolWords } from './mixing-words';
import { peersOf, type Soup } from './peers';
import { ScoreTable } from './score-table';
import { SearchTrace } from './search-trace';
import { SoupSummary } from './soup-summary';

export function SoupPage({ slug, id }: { slug: string; id: string }) {
  const [{ data, error, fetching }, ask] = useQuery({ query: SoupPageDocument, variables: { id } });
  const retry = () => ask({ requestPolicy: 'network-only' });
  if (data?.soup) return <SoupContent slug={slug} soup={data.soup} />;
  if (error)
    return (
      <Card>
        <FailureNotice error={error} onRetry={retry} />
      </Card>
    );
  if (fetching || !data) return <SoupSkeleton />;
  return <Missing what="soup" list="leaderboard" href={routes.leaderboard(slug)} />;
}

function SoupContent({ slug, soup }: { slug: string; soup: Soup }) {
  const peers = peersOf(soup);
  const members = soup.coefficients.filter((member) => member.coefficient !== 0);
  const [first] = members;
  const again = soup.method === 'batchnorm';
  const same = soup.mixing === 'LINEAR' && members.length === 1 && first?.coefficient === 1 && !again;
  const only = same ? first.ingredient.id : null;
  const what = again
    ? `The weights of ${first?.ingredient.name} with the statistics of batch normalisation estimated again.`
    : `${soup.methodTitle} of ${members.length === soup.coefficients.length ? '' : `${members.length} out of `}${poolWords(soup.coefficients)}${soup.base ? ', from the stock on' : ''}.`;
  return (
    <>
      <PageHeader
        above={
          <Link href={routes.leaderboard(slug)} className="hover:text-ink">
            Leaderboard
          </Link>
        }
        title={
          <span className="inline-flex items-center gap-3">
            <KindMark kind={soup.kind} className="size-5" />
            {soup.name}
          </span>
        }
        description={`${what} One checkpoint: it costs one forward pass an image.`}
        actions={
          <>
            <Badge tone="accent">{soup.method}</Badge>
            {soup.mixing === 'NOMINAL' ? <Badge tone="outline">no fixed coefficients</Badge> : null}
            {soup.mixing === 'BY_TENSOR' ? <Badge tone="outline">coefficients by tensor</Badge> : null}
            {soup.acceptRule ? <Badge tone="outline">accepts on {soup.acceptRule}</Badge> : null}
          </>
        }
      />
      <SoupSummary peers={peers} only={only} />
      <ScoreTable slug={slug} peers={peers} />
      <MethodsPanel slug={slug} versus={soup} />
      <div className="grid items-start gap-6 xl:grid-cols-2">
        <Coefficients slug={slug} soup={soup} />
        <Comparison slug={slug} peers={peers} />
      </div>
      {soup.trace.length > 0 ? <SearchTrace slug={slug} mixture={soup} of="soup" /> : null}
      <SoupAnalysis slug={slug} peers={peers} />
      <SoupAnalyses slug={slug} soup={soup} />
      <CorruptionPanel peers={peers} />
      <Provenance slug={slug} model={soup} parameters={soup.parameters} />
    </>
  );
}

function SoupSkeleton() {
  return (
    <SkeletonGroup label="Loading the soup" className="space-y-6">
      <Skeleton className="h-8 w-56" />
      <div className="grid gap-4 sm:grid-cols-3">
        <Skeleton className="h-28" />
        <Skeleton className="h-28" />
        <Skeleton className="h-28" />
      </div>
      <Skeleton className="h-56" />
      <div className="grid gap-6 lg:grid-cols-2">
        <Skeleton className="h-80" />
        <Skeleton className="h-80" />
      </div>
    </SkeletonGroup>
  );
}
