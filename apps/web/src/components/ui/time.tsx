'use client';

import { useSyncExternalStore } from 'react';

const noSubscription = () => () => {};

/** A moment in the reader's own time zone. The server does not know the zone, so it renders UTC until the page lives. */
export function Time({ value, className }: { value: string; className?: string }) {
  const local = useSyncExternalStore(
    noSubscription,
    () => format(value),
    () => format(value, 'UTC'),
  );
  return (
    <time dateTime={value} title={value} className={className}>
      {local}
    </time>
  );
}

function format(value: string, timeZone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  }).format(new Date(value));
}
