import { Card } from '@/components/ui/card';
import { RoleChip } from '@/components/ui/role-chip';
import { pEquals, toldApart } from '@/features/compare/verdict';
import { classifiedBenchmarks, scoreOn } from '@/features/scores/benchmarks';
import { SampleSize } from '@/features/scores/sample-size';
import type { ComparisonFieldsFragment } from '@/gql/graphql';
import { cx } from '@/lib/cx';
import { label, percent, points } from '@/lib/format';
import { PEER_LABEL, type Peer } from './peers';
import { useComparisons } from './use-comparisons';

/** One tile a benchmark: the soup's score and how it stands beside its best or only ingredient, image by image. `only` is the model that is all of it. */
export function SoupSummary({ peers, only }: { peers: readonly Peer[]; only: string | null }) {
  const soup = peers.find((peer) => peer.role === 'soup');
  const best = peers.find((peer) => peer.role === 'best' || peer.role === 'only');
  const { comparisons, error } = useComparisons(peers);
  if (!soup || soup.evaluations.length === 0) return null;
  return (
    <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
      {classifiedBenchmarks(soup.evaluations).map((benchmark) => {
        const own = scoreOn(soup.evaluations, benchmark.id);
        if (!own) return null;
        const quiet = own.spent || benchmark.role === 'SELECTION';
        const found = comparisons?.find((one) => one.benchmark.id === benchmark.id && one.second.id === best?.id);
        return (
          <li key={benchmark.id}>
            <Card className="h-full p-5">
              <div className="flex items-center justify-between gap-2">
                <h2 className="min-w-0 truncate text-sm font-medium">{label(benchmark.name)}</h2>
                <RoleChip role={benchmark.role} />
              </div>
              <p className={cx('tabular mt-2 text-2xl font-semibold tracking-tight', quiet && 'text-muted')}>
                {percent(own.top1)}
                <span className="ml-0.5 text-lg font-normal text-muted">%</span>
              </p>
              <p className="tabular text-xs text-muted">
                {percent(own.top1Low)}–{percent(own.top1High)} (95 %), <SampleSize benchmark={benchmark} />
              </p>
              {best && best.id === only ? (
                <p className="mt-2 text-sm text-muted">
                  It is its {PEER_LABEL[best.role].toLowerCase()}, {best.name}, alone.
                </p>
              ) : found && best ? (
                <BesideBest comparison={found} best={best} />
              ) : best && comparisons === undefined && !error ? (
                <p className="mt-2 text-sm text-faint">Comparing with {best.name} …</p>
              ) : null}
              {quiet ? (
                <p className="mt-1 text-xs text-warn">
                  {own.spent ? 'The soup was chosen on it' : 'A split to choose on'}: never ranks
                </p>
              ) : null}
            </Card>
          </li>
        );
      })}
    </ul>
  );
}

/** What the paired test says, in words: the intervals of two scores may overlap where the images tell the models apart. */
function BesideBest({ comparison, best }: { comparison: ComparisonFieldsFragment; best: Peer }) {
  const { difference, adjustedP, spent } = comparison;
  const told = toldApart(comparison);
  const tone = told ? (difference > 0 ? 'text-info' : 'text-bad') : 'text-ink';
  return (
    <p className="mt-2 text-sm text-muted">
      <span className={cx('tabular font-medium', tone)}>{points(difference)}</span> points beside the{' '}
      {PEER_LABEL[best.role].toLowerCase()}, {best.name}
      {spent ? (
        '.'
      ) : (
        <>
          :{' '}
          <span className={cx(told && 'font-medium', tone)}>
            {told ? (difference > 0 ? 'better' : 'worse') : 'not told apart'}
          </span>{' '}
          <span className="tabular whitespace-nowrap">(adjusted p {pEquals(adjustedP)})</span>
        </>
      )}
    </p>
  );
}
