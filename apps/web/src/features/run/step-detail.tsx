'use client';

import Link from 'next/link';
import { Card } from '@/components/ui/card';
import { type Fact, Facts } from '@/components/ui/facts';
import { Hash } from '@/components/ui/hash';
import { KindMark } from '@/components/ui/kind-mark';
import { useApi } from '@/data/api-provider';
import { Elapsed } from '@/features/runs/elapsed';
import { StatusBadge } from '@/features/runs/status-badge';
import { bytes, label } from '@/lib/format';
import { routes } from '@/lib/routes';
import { StepCurves } from './step-curves';
import { progressSentence } from './step-progress';
import type { Step } from './types';

/** Everything about one step: where it stands, its curves, what it made. */
export function StepDetail({ slug, runId, step }: { slug: string; runId: string; step: Step }) {
  const { url } = useApi();
  const facts: Fact[] = [
    { name: 'Took', value: <Elapsed from={step.startedAt} to={step.finishedAt} live={step.status === 'RUNNING'} /> },
    { name: 'Attempts', value: String(step.attempts) },
    ...(step.key ? [{ name: 'Step key', value: <Hash value={step.key} what="step key" /> }] : []),
    ...step.artifacts.map(({ output, artifact }) => ({
      name: label(output),
      value: (
        <span className="inline-flex flex-wrap items-center justify-end gap-2">
          <a className="link" href={`${url}/blobs/${artifact.hash}?lab=${encodeURIComponent(slug)}`}>
            {bytes(artifact.bytes)}
          </a>
          <Hash value={artifact.hash} what={`SHA-256 of ${output}`} />
        </span>
      ),
    })),
  ];
  return (
    <Card className="min-w-0">
      <header className="space-y-1 border-b border-line px-4 py-4 sm:px-5">
        <div className="flex flex-wrap items-center gap-2.5">
          <h2 className="text-base font-semibold">{step.title}</h2>
          <StatusBadge status={step.status} />
        </div>
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
          <span className="font-mono">{step.stepId}</span>
          {step.model ? (
            <Link href={routes.model(slug, step.model)} className="link inline-flex items-center gap-1.5">
              <KindMark kind={step.model.kind} className="size-2.5" /> {step.model.name}
            </Link>
          ) : null}
          {step.analysis ? (
            <Link href={routes.analysis(slug, step.analysis.id)} className="link">
              What it found
            </Link>
          ) : null}
        </p>
        {step.status === 'RUNNING' && step.progress ? (
          <div className="pt-2">
            <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-sunken">
              <div
                className="h-full rounded-full bg-accent transition-[width]"
                style={{ width: `${step.progress.total > 0 ? (step.progress.done / step.progress.total) * 100 : 0}%` }}
              />
            </div>
            <p className="tabular mt-1 text-xs text-muted">{progressSentence(step.progress)}</p>
          </div>
        ) : null}
        {step.error ? (
          <div role="alert" className="mt-2 rounded-md bg-bad-soft px-3 py-2 text-sm">
            <p className="font-medium text-bad">{step.error.message}</p>
            <p>{step.error.advice}</p>
            <p className="mt-1 font-mono text-2xs text-muted">{step.error.name}</p>
          </div>
        ) : null}
      </header>
      <div className="space-y-6 p-4 sm:p-5">
        <StepCurves key={step.id} runId={runId} step={step} />
        <Facts facts={facts} />
      </div>
    </Card>
  );
}
