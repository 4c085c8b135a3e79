'use client';

import { ChefHat, SearchX } from 'lucide-react';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useSubscription } from 'urql';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { FailureNotice } from '@/components/ui/failure-notice';
import { Notice } from '@/components/ui/notice';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { useFallbackPolling } from '@/data/use-fallback-polling';
import { useKeysetPages } from '@/data/use-keyset-pages';
import { MethodsPanel } from '@/features/seeds/methods-panel';
import { LiveIndicator } from '@/features/shell/live-indicator';
import { LeaderboardChangedDocument, LeaderboardDocument } from '@/gql/graphql';
import { cx } from '@/lib/cx';
import { count } from '@/lib/format';
import { routes } from '@/lib/routes';
import { LeaderboardCards } from './leaderboard-cards';
import { LeaderboardTable } from './leaderboard-table';
import { LeaderboardToolbar } from './leaderboard-toolbar';
import { RankingNote, RankingRefusal } from './ranking-note';
import type { ColumnMetrics } from './types';
import { type CurrentOrder, formatViewState, parseViewState, toQuery, type ViewState } from './view-state';

const PAGE = 50;

export function LeaderboardPage({ slug }: { slug: string }) {
  const router = useRouter();
  const parameters = useSearchParams();
  const view = useMemo(() => parseViewState(new URLSearchParams(parameters)), [parameters]);
  const change = useCallback(
    (next: ViewState) => router.replace(`?${formatViewState(next)}`, { scroll: false }),
    [router],
  );
  const board = useKeysetPages(
    LeaderboardDocument,
    { lab: slug, first: PAGE, ...toQuery(view) },
    (data) => data.leaderboard,
  );
  useReloadOnChange(slug, board.reload);
  useFallbackPolling(true, 10_000, board.reload);

  const columns = board.pages[0]?.columns ?? [];
  const rows = useMemo(() => board.pages.flatMap((page) => page.edges.map((edge) => edge.node)), [board.pages]);
  const order: CurrentOrder = {
    by: view.by ?? board.pages[0]?.orderedBy ?? null,
    direction: view.direction ?? board.pages[0]?.order?.direction ?? (view.by === 'name' ? 'ASC' : 'DESC'),
  };
  const metrics = useMemo(() => metricsOf(board.pages[0]?.columnMetrics ?? []), [board.pages]);
  const ranking = board.pages[0]?.ranking;
  const total = board.pages[0]?.totalCount;
  const filtered = view.kinds.length > 0 || view.search !== '' || view.run !== null;

  return (
    <>
      <PageHeader
        title="Leaderboard"
        description="Top-1 accuracy in per cent with its 95 % Wilson interval, or another number that you choose. Every column says on which kind of split and on how many images it was taken."
        actions={<LiveIndicator />}
      />
      <Card aria-busy={board.loading}>
        <LeaderboardToolbar view={view} columns={columns} metrics={metrics} order={order} onChange={change} />
        {board.error && rows.length === 0 ? (
          <FailureNotice error={board.error} onRetry={board.reload} />
        ) : board.pages.length === 0 ? (
          <SkeletonRows rows={8} />
        ) : rows.length === 0 ? (
          filtered ? (
            <Notice
              icon={SearchX}
              title="No model matches"
              actions={
                <Button onClick={() => change({ ...view, kinds: [], search: '', run: null })}>Show all models</Button>
              }
            >
              Nothing here has this name or kind.
            </Notice>
          ) : (
            <Notice
              icon={ChefHat}
              title="Nothing has been cooked yet"
              actions={
                <Button look="primary" asChild>
                  <Link href={routes.runs(slug)}>Go to the runs</Link>
                </Button>
              }
            >
              Models appear here as soon as a run has evaluated them.
            </Notice>
          )
        ) : (
          <div className={cx('transition-opacity', board.stale && 'opacity-60')}>
            {ranking ? <RankingRefusal ranking={ranking} /> : null}
            <div className="hidden md:block">
              <LeaderboardTable {...{ slug, columns, rows, view, order }} />
            </div>
            <div className="md:hidden">
              <LeaderboardCards {...{ slug, columns, rows }} metric={view.metric} />
            </div>
          </div>
        )}
        {rows.length > 0 ? (
          <footer className="flex flex-wrap items-center justify-between gap-3 border-t border-line px-5 py-3 text-xs text-muted">
            <span className="tabular">
              {count(rows.length)} of {count(total ?? rows.length)} models
            </span>
            {board.error ? <span className="text-bad">The newest numbers could not be loaded.</span> : null}
            {board.hasMore ? (
              <Button size="small" onClick={board.loadMore} disabled={board.loading}>
                {board.loading ? 'Loading…' : 'Load more'}
              </Button>
            ) : null}
            {ranking ? <RankingNote ranking={ranking} /> : null}
          </footer>
        ) : null}
      </Card>
      {filtered ? null : <MethodsPanel slug={slug} />}
    </>
  );
}

/** The numbers that any column has, each once, in the order in which columns list them. */
function metricsOf(columns: readonly ColumnMetrics[]): ColumnMetrics['metrics'] {
  return [...new Map(columns.flatMap(({ metrics }) => metrics).map((metric) => [metric.name, metric])).values()];
}

/** Asks again shortly after the lab's leaderboard changed; evaluations come in bursts, one question is enough for each. */
function useReloadOnChange(slug: string, reload: () => void): void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useSubscription({ query: LeaderboardChangedDocument, variables: { lab: slug } }, (_, change) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(reload, 400);
    return change;
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}
