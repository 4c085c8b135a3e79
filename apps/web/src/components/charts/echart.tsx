'use client';

import type { EChartsOption } from 'echarts';
import type { EChartsType } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';
import { Skeleton } from '@/components/ui/skeleton';
import { cx } from '@/lib/cx';

interface Props {
  readonly option: EChartsOption;
  /** What the picture shows, for those who do not see it. The numbers must also stand in a table. */
  readonly label: string;
  readonly className?: string;
  readonly onSelect?: (dataName: string) => void;
}

/** One chart, as wide as its place and as high as `className` says. */
export function EChart({ option, label, className, onSelect }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<EChartsType | null>(null);
  const select = useRef(onSelect);
  useEffect(() => {
    select.current = onSelect;
  });

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let made: EChartsType | undefined;
    let gone = false;
    const observer = new ResizeObserver(() => made?.resize());
    void import('./echarts-setup').then(({ init }) => {
      if (gone) return;
      made = init(element, undefined, { renderer: 'svg' });
      made.on('click', (event) => select.current?.(event.name));
      observer.observe(element);
      setChart(made);
    });
    return () => {
      gone = true;
      observer.disconnect();
      made?.dispose();
      setChart(null);
    };
  }, []);

  useEffect(() => {
    const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
    chart?.setOption({ animation: !still, animationDuration: 250, ...option }, { notMerge: true });
  }, [chart, option]);

  return (
    <div className={cx('relative', className)}>
      <div ref={place} role="img" aria-label={label} className="absolute inset-0" />
      {chart ? null : <Skeleton className="absolute inset-0" />}
    </div>
  );
}
