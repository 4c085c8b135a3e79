'use client';

import { GitFork, X } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useQuery } from 'urql';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { FailureNotice } from '@/components/ui/failure-notice';
import { KindMark } from '@/components/ui/kind-mark';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { Skeleton } from '@/components/ui/skeleton';
import { LabLineageDocument } from '@/gql/graphql';
import { plural } from '@/lib/format';
import { KINDS } from '@/lib/kinds';
import { routes } from '@/lib/routes';
import { LineageList } from './lineage-list';

const LineageGraph = dynamic(() => import('./lineage-graph'), {
  ssr: false,
  loading: () => <Skeleton className="m-5 h-[calc(100%-2.5rem)]" />,
});

/** What was made from what: stock, ingredients, soups, with the weight of each ingredient on its edge. */
export function LineagePage({ slug }: { slug: string }) {
  const router = useRouter();
  const run = useSearchParams().get('run');
  const [{ data, error }, ask] = useQuery({ query: LabLineageDocument, variables: { lab: slug, run } });
  const lineage = data?.labLineage;
  const open = (id: string) => {
    const model = lineage?.nodes.find((node) => node.id === id);
    if (model) router.push(routes.model(slug, model));
  };
  return (
    <>
      <PageHeader
        title="Lineage"
        description="From stock to ingredients to soups. The number on an edge is what the model counts in the mixture; where there are too many to read, point at a model to see its own, or read them below. Faint dashes were tried and left out. Methods without fixed coefficients have no numbers."
        actions={
          run ? (
            <Button size="small" asChild>
              <Link href={routes.lineage(slug)}>
                Only one run’s models <X aria-hidden />
              </Link>
            </Button>
          ) : null
        }
      />
      <Card>
        {lineage && lineage.nodes.length > 0 ? (
          <>
            <div className="flex flex-wrap items-center gap-x-5 gap-y-1.5 border-b border-line px-4 py-3 text-xs text-muted sm:px-5">
              {(['STOCK', 'INGREDIENT', 'SOUP', 'ENSEMBLE'] as const).map((kind) => (
                <span key={kind} className="flex items-center gap-1.5">
                  <KindMark kind={kind} /> {KINDS[kind].label}
                </span>
              ))}
              <span className="ml-auto">{plural(lineage.nodes.length, 'model')}</span>
            </div>
            <div className="h-[30rem] lg:h-[38rem]">
              <LineageGraph nodes={lineage.nodes} edges={lineage.edges} onOpen={open} />
            </div>
          </>
        ) : lineage ? (
          <Notice icon={GitFork} title="No lineage yet">
            The first edge appears when a run has made a stock and an ingredient from it.
          </Notice>
        ) : error ? (
          <FailureNotice error={error} onRetry={() => ask({ requestPolicy: 'network-only' })} />
        ) : (
          <Skeleton className="m-5 h-[30rem]" />
        )}
      </Card>
      {lineage && lineage.nodes.length > 0 ? <LineageList slug={slug} lineage={lineage} /> : null}
    </>
  );
}
