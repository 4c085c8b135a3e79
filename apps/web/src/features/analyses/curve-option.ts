import type { EChartsOption } from 'echarts';
import type { ChartColors } from '@/components/charts/chart-colors';
import { axisStyle, tooltipContent, tooltipStyle } from '@/components/charts/chart-style';

export interface Curve {
  readonly name: string;
  readonly values: readonly number[];
  /** The straight line that a curve is held against, or the edge of its interval: dashed, without marks. */
  readonly quiet?: boolean;
}

interface Options {
  readonly x: readonly number[];
  readonly xName: string;
  readonly curves: readonly Curve[];
  /** For marks of the axis, and for tooltips. */
  readonly text: (value: number) => string;
  readonly title: (x: number) => string;
  readonly whole: boolean;
}

/** Curves over one measured x; the axis takes what is there and some air. */
export function curveOption({ x, xName, curves, text, title, whole }: Options, colors: ChartColors): EChartsOption {
  const axis = axisStyle(colors);
  const values = curves.flatMap((curve) => curve.values);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const air = Math.max((high - low) * 0.1, Math.abs(high) * 1e-3, 1e-6);
  return {
    grid: { left: 56, right: 14, top: 12, bottom: 40 },
    xAxis: {
      type: 'value',
      min: x[0] ?? 0,
      max: x.at(-1) ?? 1,
      name: xName,
      nameLocation: 'middle',
      nameGap: 26,
      ...(whole ? { minInterval: 1 } : {}),
      ...axis,
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: low - air,
      max: high + air,
      ...axis,
      axisLine: { show: false },
      axisLabel: { ...axis.axisLabel, showMinLabel: false, showMaxLabel: false, formatter: text },
    },
    tooltip: {
      trigger: 'axis',
      ...tooltipStyle(colors),
      axisPointer: { type: 'line', lineStyle: { color: colors['line-strong'], type: 'dashed' } },
      formatter: (parameters) => {
        const first = Array.isArray(parameters) ? parameters[0] : parameters;
        const place = first?.dataIndex ?? 0;
        return tooltipContent(
          title(x[place] ?? 0),
          curves.map((curve) => `${curve.name}: ${text(curve.values[place] ?? Number.NaN)}`),
        );
      },
    },
    series: curves.map((curve) => ({
      name: curve.name,
      type: 'line',
      data: curve.values.map((value, place) => [x[place] ?? 0, value]),
      showSymbol: !curve.quiet,
      symbol: 'circle',
      symbolSize: 6,
      lineStyle: curve.quiet
        ? { color: colors['line-strong'], width: 1.5, type: 'dashed' as const }
        : { color: colors['kind-soup'], width: 2 },
      itemStyle: { color: colors['kind-soup'] },
      z: curve.quiet ? 1 : 2,
    })),
  };
}
