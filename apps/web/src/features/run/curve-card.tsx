'use client';

import dynamic from 'next/dynamic';
import { useState } from 'react';
import { Skeleton } from '@/components/ui/skeleton';
import { count, label, plural, quantity } from '@/lib/format';
import type { Curve } from './curve';

const UplotChart = dynamic(() => import('@/components/charts/uplot-chart'), {
  ssr: false,
  loading: () => <Skeleton className="h-42" />,
});

/** One series: its name, the value under the cursor (or the last one), and the curve. */
export function CurveCard({
  curve,
  group,
}: {
  curve: Curve & { points: number; downsampled: boolean };
  group: string;
}) {
  const [index, setIndex] = useState<number | null>(null);
  const at = index !== null && index < curve.steps.length ? index : curve.steps.length - 1;
  const value = curve.values[at];
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex items-baseline justify-between gap-3">
        <span className="text-sm font-medium">{label(curve.series)}</span>
        <span className="tabular text-xs text-muted">
          <span className="font-medium text-ink">{value == null ? 'not finite' : quantity(value, 4)}</span> at step{' '}
          {count(curve.steps[at] ?? 0)}
        </span>
      </figcaption>
      <UplotChart
        steps={curve.steps}
        values={curve.values}
        group={group}
        onCursor={setIndex}
        label={`${label(curve.series)} over ${plural(curve.points, 'point')}; last value ${quantity(curve.values.at(-1) ?? Number.NaN)}`}
      />
      <p className="tabular text-2xs text-faint">
        n = {plural(curve.points, 'point')}
        {curve.downsampled ? ', drawn by each stretch’s smallest and largest' : ''}
      </p>
    </figure>
  );
}
