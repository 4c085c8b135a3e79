import type { RunsQuery } from '@/gql/graphql';
import { plural } from '@/lib/format';

type Counts = RunsQuery['runs']['edges'][number]['node']['stepCounts'];

/** How far a run is: one bar, its parts in the colours of their status, and the same in words. */
export function StepProgressBar({ counts }: { counts: Counts }) {
  const share = (n: number) => `${counts.total > 0 ? (n / counts.total) * 100 : 0}%`;
  const done = counts.succeeded + counts.reused;
  return (
    <div className="min-w-0 space-y-1">
      <div aria-hidden className="flex h-1.5 overflow-hidden rounded-full bg-sunken">
        <span className="bg-good" style={{ width: share(counts.succeeded) }} />
        <span className="bg-info" style={{ width: share(counts.reused) }} />
        <span className="bg-accent" style={{ width: share(counts.running) }} />
        <span className="bg-bad" style={{ width: share(counts.failed) }} />
      </div>
      <p className="tabular text-xs text-muted">
        {done} of {plural(counts.total, 'step')}
        {counts.reused > 0 ? `, ${counts.reused} reused` : ''}
        {counts.running > 0 ? `, ${counts.running} running` : ''}
        {counts.failed > 0 ? `, ${counts.failed} failed` : ''}
        {counts.cancelled > 0 ? `, ${counts.cancelled} cancelled` : ''}
      </p>
    </div>
  );
}
