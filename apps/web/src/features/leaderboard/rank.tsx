import { cx } from '@/lib/cx';

/** A place in the order; `=` marks a shared one. */
export function Rank({
  rank,
  tied,
  className,
}: {
  rank: number | null | undefined;
  tied: boolean;
  className?: string;
}) {
  if (rank === null || rank === undefined)
    return (
      <span
        className={cx('text-faint', className)}
        title="Does not rank: no score in this order, or one that choices were made on"
      >
        –
      </span>
    );
  return (
    <span className={cx('tabular', rank === 1 ? 'font-semibold text-accent' : 'text-muted', className)}>
      {rank}
      {tied ? <span title="Shared place">=</span> : null}
    </span>
  );
}
