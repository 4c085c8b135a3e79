import { Card } from '@/components/ui/card';
import { RoleChip } from '@/components/ui/role-chip';
import { type Classified, classifiedBenchmarks, scoreOn } from '@/features/scores/benchmarks';
import { SampleSize } from '@/features/scores/sample-size';
import { cx } from '@/lib/cx';
import { label, percent, points } from '@/lib/format';
import type { Peer } from './peers';

/** One tile a benchmark: the soup's score and how it stands beside the best ingredient. */
export function SoupSummary({ peers }: { peers: readonly Peer[] }) {
  const soup = peers.find((peer) => peer.role === 'soup');
  const best = peers.find((peer) => peer.role === 'best');
  if (!soup || soup.evaluations.length === 0) return null;
  return (
    <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
      {classifiedBenchmarks(soup.evaluations).map((benchmark) => {
        const own = scoreOn(soup.evaluations, benchmark.id);
        const other = best ? scoreOn(best.evaluations, benchmark.id) : undefined;
        if (!own) return null;
        const quiet = own.spent || benchmark.role === 'SELECTION';
        return (
          <li key={benchmark.id}>
            <Card className="h-full p-5">
              <div className="flex items-center justify-between gap-2">
                <h2 className="text-sm font-medium">{label(benchmark.name)}</h2>
                <RoleChip role={benchmark.role} />
              </div>
              <p className={cx('tabular mt-2 text-2xl font-semibold tracking-tight', quiet && 'text-muted')}>
                {percent(own.top1)}
                <span className="ml-0.5 text-lg font-normal text-muted">%</span>
              </p>
              <p className="tabular text-xs text-muted">
                {percent(own.top1Low)}–{percent(own.top1High)} (95 %), <SampleSize benchmark={benchmark} />
              </p>
              {other ? (
                <p className="mt-2 text-sm text-muted">
                  <span className={cx('tabular font-medium', differenceTone(own, other))}>
                    {points(own.top1 - other.top1)}
                  </span>{' '}
                  points to the best ingredient{overlap(own, other) ? '; the intervals overlap' : ''}
                </p>
              ) : null}
              {quiet ? (
                <p className="mt-1 text-xs text-warn">
                  {own.spent ? 'The soup was chosen on it' : 'A split to choose on'} — never ranks
                </p>
              ) : null}
            </Card>
          </li>
        );
      })}
    </ul>
  );
}

/** Whether the two intervals share a value: then the difference alone says little. */
function overlap(a: Classified, b: Classified): boolean {
  return a.top1Low <= b.top1High && b.top1Low <= a.top1High;
}

function differenceTone(own: Classified, other: Classified): string {
  if (overlap(own, other)) return 'text-ink';
  return own.top1 > other.top1 ? 'text-info' : 'text-bad';
}
