'use client';

import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import { Skeleton } from '@/components/ui/skeleton';
import { count, label, plural, quantity } from '@/lib/format';
import type { Curve } from './curve';
import { inUnit, seriesUnit } from './series-unit';

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
  const unit = seriesUnit(curve.series);
  const values = useMemo(() => inUnit(curve.values, unit), [curve.values, unit]);
  const value = values[at];
  const name = unit === null ? label(curve.series) : `${label(curve.series)}, ${unit.unit}`;
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex items-baseline justify-between gap-3">
        <span className="text-sm font-medium">{name}</span>
        <span className="tabular text-xs text-muted">
          <span className="font-medium text-ink">{value == null ? 'not finite' : quantity(value, 4)}</span> at step{' '}
          {count(curve.steps[at] ?? 0)}
        </span>
      </figcaption>
      <UplotChart
        steps={curve.steps}
        values={values}
        group={group}
        onCursor={setIndex}
        label={`${name} over ${plural(curve.points, 'point')}; last value ${quantity(values.at(-1) ?? Number.NaN)}`}
      />
      <p className="tabular text-2xs text-faint">
        n = {plural(curve.points, 'point')}, by training step
        {curve.downsampled ? ', drawn by each stretch’s smallest and largest' : ''}
      </p>
    </figure>
  );
}
