'use client';

import Link from 'next/link';
import { useQuery } from 'urql';
import { Card, Panel } from '@/components/ui/card';
import { type Fact, Facts } from '@/components/ui/facts';
import { FailureNotice } from '@/components/ui/failure-notice';
import { Hash } from '@/components/ui/hash';
import { KindMark } from '@/components/ui/kind-mark';
import { PageHeader } from '@/components/ui/page-header';
import { Skeleton, SkeletonGroup } from '@/components/ui/skeleton';
import { Time } from '@/components/ui/time';
import { useApi } from '@/data/api-provider';
import { Missing } from '@/features/shell/missing';
import { AnalysisPageDocument, type AnalysisPageQuery } from '@/gql/graphql';
import { bytes, plural } from '@/lib/format';
import { routes } from '@/lib/routes';
import { AnalysisPanel, Examined } from './analysis-panel';

type Analysis = NonNullable<AnalysisPageQuery['analysis']>;

/** One analysis by itself. */
export function AnalysisPage({ slug, id }: { slug: string; id: string }) {
  const [{ data, error, fetching }, ask] = useQuery({ query: AnalysisPageDocument, variables: { id } });
  if (data?.analysis) return <AnalysisSheet slug={slug} analysis={data.analysis} />;
  if (error)
    return (
      <Card>
        <FailureNotice error={error} onRetry={() => ask({ requestPolicy: 'network-only' })} />
      </Card>
    );
  if (fetching || !data)
    return (
      <SkeletonGroup label="Loading the analysis" className="space-y-6">
        <Skeleton className="h-8 w-72" />
        <Skeleton className="h-96" />
      </SkeletonGroup>
    );
  return <Missing what="analysis" list="runs" href={routes.runs(slug)} />;
}

function AnalysisSheet({ slug, analysis }: { slug: string; analysis: Analysis }) {
  const { question, name, subjects, run, soup, examined } = analysis;
  return (
    <>
      <PageHeader
        above={
          run ? (
            <Link href={routes.run(slug, run.id)} className="hover:text-ink">
              Run {run.name}
            </Link>
          ) : undefined
        }
        title={question}
        description={`${name}, of ${plural(subjects.length, 'model')}${soup ? `, the pool of ${soup.name}` : ''}. An analysis chooses nothing${examined ? '; who acts on it has chosen by its examples' : ''}.`}
      />
      <AnalysisPanel slug={slug} analysis={analysis} soup={soup?.name ?? null} alone />
      <div className="grid items-start gap-6 lg:grid-cols-2">
        <Panel title="Models">
          <ul className="space-y-1.5 text-sm">
            {subjects.map((subject) => (
              <li key={subject.name}>
                <Link
                  href={routes.model(slug, subject.model)}
                  className="inline-flex items-center gap-2 hover:text-accent"
                >
                  <KindMark kind={subject.model.kind} className="size-3" /> {subject.name}
                </Link>
              </li>
            ))}
          </ul>
        </Panel>
        <Panel title="Provenance">
          <Provenance slug={slug} analysis={analysis} />
        </Panel>
      </div>
    </>
  );
}

function Provenance({ slug, analysis }: { slug: string; analysis: Analysis }) {
  const { url } = useApi();
  const { artifact, schema, stepKey, createdAt, examined, soup } = analysis;
  const facts: readonly Fact[] = [
    { name: 'Taken on', value: <Examined analysis={analysis} /> },
    ...(examined ? [{ name: 'Protocol', value: <Hash value={examined.hash} what="hash of the protocol" /> }] : []),
    ...(soup
      ? [
          {
            name: 'Search of',
            value: (
              <Link href={routes.model(slug, soup)} className="link">
                {soup.name}
              </Link>
            ),
          },
        ]
      : []),
    {
      name: 'Document',
      value: (
        <a className="link" href={`${url}/blobs/${artifact.hash}?lab=${encodeURIComponent(slug)}`}>
          {schema}, {bytes(artifact.bytes)}
        </a>
      ),
    },
    { name: 'SHA-256', value: <Hash value={artifact.hash} what="SHA-256 of the document" /> },
    { name: 'Step key', value: <Hash value={stepKey} what="step key" /> },
    { name: 'Made', value: <Time value={createdAt} /> },
  ];
  return <Facts facts={facts} />;
}
