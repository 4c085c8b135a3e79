'use client';

import { useEffect, useState } from 'react';

const TOKENS = [
  'ink',
  'muted',
  'faint',
  'line',
  'line-strong',
  'surface',
  'sunken',
  'accent',
  'good',
  'bad',
  'info',
  'warn',
  'kind-stock',
  'kind-ingredient',
  'kind-soup',
  'kind-ensemble',
] as const;

export type ChartColors = Readonly<Record<(typeof TOKENS)[number], string>>;

/** The colour tokens as values, for charts that draw by themselves; new ones when the theme changes. */
export function useChartColors(): ChartColors | null {
  const [colors, setColors] = useState<ChartColors | null>(null);
  useEffect(() => {
    const read = () => setColors(readColors());
    read();
    const observer = new MutationObserver(read);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const system = window.matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', read);
    return () => {
      observer.disconnect();
      system.removeEventListener('change', read);
    };
  }, []);
  return colors;
}

function readColors(): ChartColors {
  const probe = document.createElement('span');
  document.body.append(probe);
  const entries = TOKENS.map((token) => {
    probe.style.color = `var(--${token})`;
    return [token, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(entries) as ChartColors;
}
