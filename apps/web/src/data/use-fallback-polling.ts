'use client';

import { useEffect, useRef } from 'react';
import { useConnection } from './use-connection';

/** Calls `refresh` every `everyMs` while `active` and while no live connection says what is new. */
export function useFallbackPolling(active: boolean, everyMs: number, refresh: () => void): void {
  const connection = useConnection();
  const latest = useRef(refresh);
  useEffect(() => {
    latest.current = refresh;
  });
  const poll = active && connection !== 'live';
  useEffect(() => {
    if (!poll) return;
    const timer = setInterval(() => latest.current(), everyMs);
    return () => clearInterval(timer);
  }, [poll, everyMs]);
}
