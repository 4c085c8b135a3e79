'use client';

import { ChartSpline } from 'lucide-react';
import { FailureNotice } from '@/components/ui/failure-notice';
import { Notice } from '@/components/ui/notice';
import { Skeleton, SkeletonGroup } from '@/components/ui/skeleton';
import { CurveCard } from './curve-card';
import type { Step } from './types';
import { useStepCurves } from './use-step-curves';

const ORDER = ['loss', 'accuracy', 'lr', 'gradient_norm', 'images_per_second', 'data_wait', 'memory', 'device_memory'];
const TRAINS = new Set<Step['kind']>(['PRETRAIN', 'PROBE', 'FINETUNE']);

/** The curves a step wrote while it trained. */
export function StepCurves({ runId, step }: { runId: string; step: Step }) {
  const live = step.status === 'RUNNING';
  const { curves, error, loading } = useStepCurves(runId, step, live);
  if (!TRAINS.has(step.kind) && curves.length === 0) return null;
  if (error) return <FailureNotice error={error} />;
  if (loading)
    return (
      <SkeletonGroup label="Loading curves" className="grid gap-6 md:grid-cols-2">
        <Skeleton className="h-48" />
        <Skeleton className="h-48" />
      </SkeletonGroup>
    );
  if (curves.length === 0)
    return (
      <Notice icon={ChartSpline} title="No curves yet" className="py-8">
        {step.status === 'WAITING' || live
          ? 'They appear here while the step trains.'
          : 'This step wrote no metrics in this run: its result was taken from an earlier one, or it ended before the first.'}
      </Notice>
    );
  const place = (series: string) => (ORDER.includes(series) ? ORDER.indexOf(series) : ORDER.length);
  const sorted = [...curves].sort((a, b) => place(a.series) - place(b.series) || a.series.localeCompare(b.series));
  return (
    <section className="space-y-4">
      <p className="text-sm text-muted">
        Measured while training, on the batches it trains on: never on a selection or test split.
      </p>
      <div className="grid gap-x-8 gap-y-6 md:grid-cols-2">
        {sorted.map((curve) => (
          <CurveCard key={curve.series} curve={curve} group={step.id} />
        ))}
      </div>
    </section>
  );
}
