'use client';

import { Database } from 'lucide-react';
import { useQuery } from 'urql';
import { Card } from '@/components/ui/card';
import { FailureNotice } from '@/components/ui/failure-notice';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { DataCatalogDocument } from '@/gql/graphql';
import { BenchmarkList } from './benchmark-list';
import { DatasetCard } from './dataset-card';

/** The lab's datasets with the roles of their splits, and the protocols that models are judged by. */
export function DataPage({ slug }: { slug: string }) {
  const [{ data, error }, ask] = useQuery({ query: DataCatalogDocument, variables: { lab: slug } });
  return (
    <>
      <PageHeader
        title="Data"
        description="Datasets are known by the hash of their content; a split’s role says what it may be used for. A benchmark is a protocol: equal protocol hashes, comparable numbers."
      />
      {data ? (
        data.datasets.length === 0 ? (
          <Card>
            <Notice icon={Database} title="No dataset yet">
              A recipe names its datasets; they appear here when a run has read their files.
            </Notice>
          </Card>
        ) : (
          <>
            {data.datasets.map((dataset) => (
              <DatasetCard key={dataset.id} dataset={dataset} />
            ))}
            <BenchmarkList benchmarks={data.benchmarks} />
          </>
        )
      ) : (
        <Card>
          {error ? (
            <FailureNotice error={error} onRetry={() => ask({ requestPolicy: 'network-only' })} />
          ) : (
            <SkeletonRows rows={6} />
          )}
        </Card>
      )}
    </>
  );
}
