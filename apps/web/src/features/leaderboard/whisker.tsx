import { cx } from '@/lib/cx';
import { type Domain, position } from './domain';

/**
 * A score as a dot on its 95 % interval, on the scale that all rows of the column share. What lies outside of the scale
 * stands at its end with an arrow head.
 */
export function Whisker({
  score,
  quiet,
  domain,
  className,
}: {
  score: { readonly value: number; readonly low: number; readonly high: number };
  quiet: boolean;
  domain: Domain;
  className?: string;
}) {
  const low = position(score.low, domain);
  const high = position(score.high, domain);
  const middle = position(score.value, domain);
  const below = score.value < domain.low;
  return (
    <div aria-hidden className={cx('relative h-2.5', className)}>
      <div className="absolute inset-x-0 top-1/2 h-px -translate-y-1/2 bg-line" />
      {below ? (
        <svg aria-hidden viewBox="0 0 8 8" className="absolute top-1/2 left-0 size-2 -translate-y-1/2 fill-faint">
          <path d="M7 0v8L0 4z" />
        </svg>
      ) : (
        <>
          <div
            className={cx(
              'absolute top-1/2 h-1 -translate-y-1/2 rounded-full',
              quiet ? 'bg-line-strong/45' : 'bg-accent/35',
            )}
            style={{ left: `${low}%`, width: `${Math.max(high - low, 1)}%` }}
          />
          <div
            className={cx(
              'absolute top-1/2 size-2 -translate-1/2 rounded-full',
              quiet ? 'bg-line-strong' : 'bg-accent',
            )}
            style={{ left: `${middle}%` }}
          />
        </>
      )}
    </div>
  );
}
