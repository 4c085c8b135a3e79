'use client';

import { ChefHat, Plus } from 'lucide-react';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { FailureNotice } from '@/components/ui/failure-notice';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { Time } from '@/components/ui/time';
import { useFallbackPolling } from '@/data/use-fallback-polling';
import { useKeysetPages } from '@/data/use-keyset-pages';
import { useMayCook } from '@/features/shell/use-viewer';
import { RunsDocument } from '@/gql/graphql';
import { count } from '@/lib/format';
import { routes } from '@/lib/routes';
import { Elapsed } from './elapsed';
import { isActive } from './status';
import { StatusBadge } from './status-badge';
import { StepProgressBar } from './step-progress-bar';

/** The lab's runs, newest first. */
export function RunsPage({ slug }: { slug: string }) {
  const runs = useKeysetPages(RunsDocument, { lab: slug, first: 20 }, (data) => data.runs);
  const mayCook = useMayCook(slug);
  const rows = runs.pages.flatMap((page) => page.edges.map((edge) => edge.node));
  // There is no subscription for a whole list: while something cooks, ask.
  useFallbackPolling(
    rows.some((run) => isActive(run.status)),
    3_000,
    runs.reload,
  );
  const submit = (
    <Button look="primary" asChild>
      <Link href={routes.newRun(slug)}>
        <Plus aria-hidden /> New run
      </Link>
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Runs"
        description="A run executes a recipe’s plan. Steps whose result is there already are reused, not repeated."
        actions={mayCook ? submit : null}
      />
      <Card aria-busy={runs.loading}>
        {runs.error && rows.length === 0 ? (
          <FailureNotice error={runs.error} onRetry={runs.reload} />
        ) : runs.pages.length === 0 ? (
          <SkeletonRows rows={5} />
        ) : rows.length === 0 ? (
          <Notice icon={ChefHat} title="No recipe has been cooked yet" actions={mayCook ? submit : null}>
            {mayCook
              ? 'Submit a recipe: it says which stock, which ingredients and which soups, and on what they are judged.'
              : 'Members of this lab submit recipes; their runs appear here.'}
          </Notice>
        ) : (
          <ul className="divide-y divide-line">
            {rows.map((run) => (
              <li key={run.id}>
                <Link
                  href={routes.run(slug, run.id)}
                  className="grid gap-x-6 gap-y-2 px-4 py-4 hover:bg-sunken/60 sm:grid-cols-[minmax(0,1fr)_minmax(10rem,18rem)_7rem] sm:items-center sm:px-5"
                >
                  <span className="min-w-0">
                    <span className="flex items-center gap-2">
                      <span className="truncate font-medium">{run.name}</span>
                      <StatusBadge status={run.status} />
                    </span>
                    <span className="mt-0.5 block truncate text-xs text-muted">
                      <Time value={run.createdAt} /> · <span className="font-mono">{run.id}</span>
                    </span>
                  </span>
                  <StepProgressBar counts={run.stepCounts} />
                  <span className="text-xs text-muted sm:text-right sm:text-sm">
                    <Elapsed from={run.startedAt} to={run.finishedAt} live={isActive(run.status)} />
                  </span>
                </Link>
              </li>
            ))}
          </ul>
        )}
        {rows.length > 0 ? (
          <footer className="flex items-center justify-between border-t border-line px-5 py-3 text-xs text-muted">
            <span className="tabular">
              {count(rows.length)} of {count(runs.pages[0]?.totalCount ?? rows.length)} runs
            </span>
            {runs.error ? <span className="text-bad">The newest state could not be loaded.</span> : null}
            {runs.hasMore ? (
              <Button size="small" onClick={runs.loadMore} disabled={runs.loading}>
                {runs.loading ? 'Loading…' : 'Load more'}
              </Button>
            ) : null}
          </footer>
        ) : null}
      </Card>
    </>
  );
}
