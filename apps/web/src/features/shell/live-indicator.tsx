'use client';

import { useConnection } from '@/data/use-connection';
import { cx } from '@/lib/cx';

const TEXT = {
  idle: null,
  connecting: { label: 'Connecting', dot: 'bg-warn' },
  live: { label: 'Live', dot: 'bg-good' },
  lost: { label: 'Reconnecting, asking again every few seconds', dot: 'bg-bad' },
} as const;

/** Whether what is seen keeps itself up to date. */
export function LiveIndicator() {
  const text = TEXT[useConnection()];
  return (
    <span role="status" className="inline-flex min-h-5 items-center gap-1.5 text-xs text-muted">
      {text ? (
        <>
          <span aria-hidden className={cx('size-2 rounded-full', text.dot)} />
          {text.label}
        </>
      ) : null}
    </span>
  );
}
