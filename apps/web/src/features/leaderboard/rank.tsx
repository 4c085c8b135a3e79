import { cx } from '@/lib/cx';
import { count, points, probability } from '@/lib/format';
import type { Row } from './types';

/** The ranks that the evidence leaves open for a model, and whether it can be told from the best. */
export function Rank({ row, className }: { row: Row; className?: string }) {
  const { rank, rankInterval: open, versusBest } = row;
  if (rank != null && open == null)
    return (
      <span
        className={cx('tabular', rank === 1 ? 'font-semibold text-accent' : 'text-muted', className)}
        title="Place by this number as it stands: no test says which differences are real"
      >
        {count(rank)}
      </span>
    );
  if (rank == null || open == null)
    return (
      <span
        className={cx('text-faint', className)}
        title="Does not rank: no score in this order, or one that choices were made on"
      >
        –
      </span>
    );
  const first = open.best === 1;
  return (
    <span className={cx('block', className)} title={explained(row)}>
      <span className={cx('tabular block whitespace-nowrap', first ? 'font-semibold text-accent' : 'text-muted')}>
        {count(open.best)}
        {open.worst > open.best ? `–${count(open.worst)}` : ''}
      </span>
      {versusBest === null ? (
        <span className="block text-2xs text-faint">best</span>
      ) : versusBest.significant ? null : (
        <span className="block text-2xs whitespace-nowrap text-faint">≈ best</span>
      )}
    </span>
  );
}

function explained({ rank, rankInterval: open, versusBest }: Row): string {
  if (rank == null || open == null) return '';
  const place = `Place ${count(rank)} by score; the evidence leaves ${open.best === open.worst ? `no other` : `${count(open.best)} to ${count(open.worst)} open`}.`;
  if (!versusBest) return `${place} It has the best score.`;
  const p = versusBest.adjustedP == null ? '' : ` (adjusted p ${probability(versusBest.adjustedP)})`;
  return `${place} ${points(versusBest.difference)} points to the best: ${versusBest.significant ? 'significant' : 'not significant'}${p}.`;
}
