'use client';

import { useMemo } from 'react';
import { useChartColors } from '@/components/charts/chart-colors';
import { EChart } from '@/components/charts/echart';
import { Skeleton } from '@/components/ui/skeleton';
import { type Curve, curveOption } from './curve-option';

/** A small chart of curves with its heading; what is dashed is named in the heading's second line. */
export function CurveChart(props: {
  title: string;
  legend: string;
  label: string;
  x: readonly number[];
  xName: string;
  curves: readonly Curve[];
  text: (value: number) => string;
  titleAt: (x: number) => string;
  /** Whether x counts something: then its axis has whole numbers alone. */
  whole?: boolean;
}) {
  const { title, legend, label, x, xName, curves, text, titleAt, whole = false } = props;
  const colors = useChartColors();
  const option = useMemo(
    () => (colors ? curveOption({ x, xName, curves, text, title: titleAt, whole }, colors) : null),
    [colors, x, xName, curves, text, titleAt, whole],
  );
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 text-sm">
        <span className="font-medium">{title}</span> <span className="text-xs text-muted">{legend}</span>
      </figcaption>
      {option ? <EChart option={option} label={label} className="h-56" /> : <Skeleton className="h-56" />}
    </figure>
  );
}
