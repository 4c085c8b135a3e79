'use client';

import { CopyPlus } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useRef } from 'react';
import { Button } from '@/components/ui/button';
import { Card, Panel } from '@/components/ui/card';
import { FailureNotice } from '@/components/ui/failure-notice';
import { PageHeader } from '@/components/ui/page-header';
import { Skeleton, SkeletonGroup } from '@/components/ui/skeleton';
import { Time } from '@/components/ui/time';
import { RunAnalyses } from '@/features/analyses/run-analyses';
import { Elapsed } from '@/features/runs/elapsed';
import { isActive } from '@/features/runs/status';
import { StatusBadge } from '@/features/runs/status-badge';
import { StepProgressBar } from '@/features/runs/step-progress-bar';
import { LiveIndicator } from '@/features/shell/live-indicator';
import { Missing } from '@/features/shell/missing';
import { useMayCook } from '@/features/shell/use-viewer';
import { RunDiversity } from '@/features/soup-analysis/run-diversity';
import { routes } from '@/lib/routes';
import { CancelButton } from './cancel-button';
import { repeatsOf, stepsOfRepeat } from './repeats';
import { StepDetail } from './step-detail';
import { StepList } from './step-list';
import { stepToShow } from './step-to-show';
import type { Run } from './types';
import { useRun } from './use-run';

const StepGraphView = dynamic(() => import('./step-graph-view'), {
  ssr: false,
  loading: () => <Skeleton className="m-5 h-[calc(100%-2.5rem)]" />,
});

export function RunPage({ slug, id }: { slug: string; id: string }) {
  const { run, error, reload } = useRun(id);
  if (run) return <RunContent slug={slug} run={run} reload={reload} />;
  if (error)
    return (
      <Card>
        <FailureNotice error={error} onRetry={reload} />
      </Card>
    );
  if (run === undefined)
    return (
      <SkeletonGroup label="Loading the run" className="space-y-6">
        <Skeleton className="h-8 w-56" />
        <Skeleton className="h-96" />
        <div className="grid gap-6 lg:grid-cols-[22rem_1fr]">
          <Skeleton className="h-96" />
          <Skeleton className="h-96" />
        </div>
      </SkeletonGroup>
    );
  return <Missing what="run" list="runs" href={routes.runs(slug)} />;
}

function RunContent({ slug, run, reload }: { slug: string; run: Run; reload: () => void }) {
  const router = useRouter();
  const path = usePathname();
  const parameters = useSearchParams();
  const mayCook = useMayCook(slug);
  const detail = useRef<HTMLDivElement>(null);
  const active = isActive(run.status);
  const folded = parameters.get('graph') !== 'all';
  const repeats = repeatsOf(run.steps);
  const pointedAt = { step: parameters.get('step'), model: parameters.get('model') };
  const asked = repeats.find((one) => String(one) === parameters.get('repeat'));
  // Of what is done with the first, which is the recipe as it stands and the one that is analysed.
  const settled = run.status === 'SUCCEEDED' && pointedAt.step === null && pointedAt.model === null;
  const repeat = asked ?? (settled ? 1 : (stepToShow(run.steps, pointedAt)?.repeat ?? 1));
  const steps = stepsOfRepeat(run.steps, repeat);
  const shown = stepToShow(steps, pointedAt);
  const change = (next: { step?: string; graph?: 'all' | null; repeat?: number }) => {
    const wanted = new URLSearchParams(parameters);
    wanted.delete('model');
    if (next.step) wanted.set('step', next.step);
    if (next.repeat) {
      wanted.set('repeat', String(next.repeat));
      wanted.delete('step');
    }
    if (next.graph === 'all') wanted.set('graph', 'all');
    if (next.graph === null) wanted.delete('graph');
    router.replace(`${path}?${wanted}`, { scroll: false });
  };
  const open = (step: string) => {
    change({ step });
    // On a narrow screen the detail stands below what was clicked.
    if (window.matchMedia('(max-width: 1023px)').matches)
      detail.current?.scrollIntoView({ behavior: 'smooth', block: 'start' });
  };
  return (
    <>
      <PageHeader
        above={
          <Link href={routes.runs(slug)} className="hover:text-ink">
            Runs
          </Link>
        }
        title={
          <span className="inline-flex flex-wrap items-center gap-3">
            {run.name} <StatusBadge status={run.status} />
          </span>
        }
        description={
          <>
            Submitted <Time value={run.createdAt} />, {active ? 'cooking for' : 'took'}{' '}
            <Elapsed from={run.startedAt} to={run.finishedAt} live={active} />
          </>
        }
        actions={
          <>
            {active ? <LiveIndicator /> : null}
            {mayCook && active ? <CancelButton runId={run.id} onDone={reload} /> : null}
            {mayCook ? (
              <Button asChild>
                <Link href={`${routes.newRun(slug)}?from=${encodeURIComponent(run.id)}`}>
                  <CopyPlus aria-hidden /> Vary the recipe
                </Link>
              </Button>
            ) : null}
          </>
        }
      />
      {run.error ? (
        <Card role="alert" className="border-bad/50 bg-bad-soft p-5 text-sm">
          <h2 className="font-semibold text-bad">The run failed</h2>
          <p className="mt-1">{run.error.message}</p>
          <p className="text-muted">{run.error.advice}</p>
        </Card>
      ) : null}
      <StepProgressBar counts={run.stepCounts} />
      <Panel
        title="Plan"
        note={`${folded ? 'Evaluations are folded into the model they score, and analyses are left to the list below.' : 'Every step of the plan.'}${repeats.length > 1 ? ' One repeat of the recipe at a time: the same with other seeds.' : ''}`}
        aside={
          <div className="flex flex-wrap gap-2">
            {repeats.length > 1 ? (
              <fieldset className="flex flex-wrap items-center gap-1 text-sm text-muted">
                <legend className="sr-only">Repeat</legend>
                <span aria-hidden>Repeat</span>
                {repeats.map((one) => (
                  <Button
                    key={one}
                    size="small"
                    aria-label={`Repeat ${one}`}
                    aria-pressed={one === repeat}
                    onClick={() => change({ repeat: one })}
                  >
                    {one}
                  </Button>
                ))}
              </fieldset>
            ) : null}
            <Button size="small" onClick={() => change({ graph: folded ? 'all' : null })}>
              {folded ? 'Show every step' : 'Fold evaluations'}
            </Button>
          </div>
        }
        flush
      >
        <div className="h-96 lg:h-[34rem]">
          <StepGraphView steps={steps} folded={folded} selected={shown?.stepId ?? null} onOpen={open} />
        </div>
      </Panel>
      <div className="grid items-start gap-6 lg:grid-cols-[22rem_minmax(0,1fr)]">
        <Card className="overflow-hidden">
          <h2 className="px-4 pt-4 text-base font-semibold sm:px-5">Steps</h2>
          <StepList steps={steps} selected={shown?.stepId ?? null} onOpen={open} />
        </Card>
        <div ref={detail} className="min-w-0 scroll-mt-32">
          {shown ? <StepDetail slug={slug} runId={run.id} step={shown} /> : null}
        </div>
      </div>
      <RunAnalyses slug={slug} runId={run.id} done={!active} />
      <RunDiversity slug={slug} runId={run.id} repeat={repeat} done={!active} />
      <Card>
        <details>
          <summary className="px-4 py-4 text-base font-semibold sm:px-5">Recipe</summary>
          <pre className="max-h-[32rem] overflow-auto border-t border-line bg-sunken/50 px-4 py-4 font-mono text-xs leading-5 sm:px-5">
            {run.recipe.text}
          </pre>
        </details>
      </Card>
    </>
  );
}
