'use client';

import { useEffect, useState } from 'react';
import { duration } from '@/lib/format';

/** Time from start to end, counting while there is no end. */
export function Elapsed({ from, to, live }: { from?: string | null; to?: string | null; live: boolean }) {
  const counting = live && Boolean(from) && !to;
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    if (!counting) return;
    const tick = () => setNow(Date.now());
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [counting]);
  if (!from) return <>–</>;
  const end = to ? Date.parse(to) : counting ? now : null;
  if (end === null) return <>–</>;
  const passed = Math.max(0, end - Date.parse(from));
  return <span className="tabular">{duration(to ? passed : Math.round(passed / 1000) * 1000)}</span>;
}
