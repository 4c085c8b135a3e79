'use client';

import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { type ChartColors, useChartColors } from './chart-colors';

interface Props {
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
  readonly label: string;
  /** Charts of one group share their cursor. */
  readonly group: string;
  /** Called with the index under the cursor, or null when it left. */
  readonly onCursor: (index: number | null) => void;
}

const HEIGHT = 168;
/** Points that are drawn one by one: a line through a single one would show nothing. */
const FEW = 40;

/** One long curve. uPlot draws 100,000 points in some milliseconds; it is made once and only fed afterwards. */
export default function UplotChart({ steps, values, label, group, onCursor }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(null);
  const colors = useChartColors();
  const cursor = useRef(onCursor);
  const data = useRef<uPlot.AlignedData>([[], []]);
  useEffect(() => {
    cursor.current = onCursor;
    data.current = [[...steps], [...values]];
    chart.current?.setData(data.current);
  }, [steps, values, onCursor]);

  useEffect(() => {
    const element = place.current;
    if (!element || !colors) return;
    const made = new uPlot(
      options(element.clientWidth, colors, group, (index) => cursor.current(index)),
      data.current,
      element,
    );
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = null;
    };
  }, [colors, group]);

  return <div ref={place} role="img" aria-label={label} className="min-h-42 w-full" />;
}

function options(
  width: number,
  colors: ChartColors,
  group: string,
  onCursor: (index: number | null) => void,
): uPlot.Options {
  const axis = {
    stroke: colors.muted,
    font: '11px Inter Variable, sans-serif',
    grid: { stroke: colors.line, width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    scales: { x: { time: false } },
    cursor: { y: false, sync: { key: group }, points: { size: 7 } },
    axes: [
      { ...axis, size: 28, grid: { show: false } },
      { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => compactTick(tick)) },
    ],
    series: [
      {},
      {
        stroke: colors.accent,
        width: 1.5,
        points: { show: (_, __, from, to) => to - from < FEW, size: 6, fill: colors.accent },
        spanGaps: false,
      },
    ],
    hooks: { setCursor: [(chart) => onCursor(chart.cursor.idx ?? null)] },
  };
}

function compactTick(value: number): string {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if (size < 0.01) return value.toExponential(1).replace('.0e', 'e');
  return size >= 10_000 ? `${value / 1000}k` : String(Number(value.toPrecision(4)));
}
