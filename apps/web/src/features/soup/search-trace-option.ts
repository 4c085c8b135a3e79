import type { EChartsOption } from 'echarts';
import type { ChartColors } from '@/components/charts/chart-colors';
import { axisStyle, tooltipContent, tooltipStyle } from '@/components/charts/chart-style';
import { count, percent, points } from '@/lib/format';
import { decision, type TraceRound } from './trace-rounds';

/** A cross that reads as "no" in any colour. */
const CROSS = 'path://M2 0 0 2 4 6 0 10 2 12 6 8 10 12 12 10 8 6 12 2 10 0 6 4Z';

/** Candidates in the order of trial on x; on y the score of the soup that each makes, and the best so far as a stair. */
export function searchTraceOption(rounds: readonly TraceRound[], colors: ChartColors): EChartsOption {
  const axis = axisStyle(colors);
  const scores = rounds.flatMap((round) => [round.score, round.after]);
  const low = Math.min(...scores);
  const high = Math.max(...scores);
  const air = Math.max((high - low) * 0.12, 0.0005);
  const marks = (accepted: boolean) =>
    rounds.map((round) => (round.accepted === accepted ? round.score * 100 : Number.NaN));
  return {
    grid: { left: 68, right: 16, top: 12, bottom: 44 },
    xAxis: {
      type: 'category',
      data: rounds.map((round) => round.name),
      ...axis,
      axisLabel: { ...axis.axisLabel, interval: 0, hideOverlap: true, rotate: rounds.length > 8 ? 35 : 0 },
    },
    yAxis: {
      type: 'value',
      min: Math.max(0, low - air) * 100,
      max: Math.min(1, high + air) * 100,
      name: 'Score, %',
      nameLocation: 'middle',
      nameGap: 48,
      ...axis,
      axisLine: { show: false },
      axisLabel: {
        ...axis.axisLabel,
        showMinLabel: false,
        showMaxLabel: false,
        formatter: (value: number) => `${value.toFixed(2)}`,
      },
    },
    tooltip: {
      trigger: 'axis',
      ...tooltipStyle(colors),
      axisPointer: { type: 'line', lineStyle: { color: colors['line-strong'], type: 'dashed' } },
      formatter: (parameters) => {
        const first = Array.isArray(parameters) ? parameters[0] : parameters;
        const round = rounds[first?.dataIndex ?? 0];
        if (!round) return '';
        return tooltipContent(round.name, [
          `${percent(round.score, 3)} % ${round.removed ? 'without it' : 'if added'}, n = ${count(round.n)}`,
          round.before === null
            ? 'tried first: its own score'
            : `${points(round.score - round.before, 3)} points to the best so far`,
          `${round.accepted ? '✓' : '✕'} ${decision(round)}`,
        ]);
      },
    },
    series: [
      {
        name: 'best so far',
        type: 'line',
        step: 'end',
        data: rounds.map((round) => round.after * 100),
        showSymbol: false,
        silent: true,
        lineStyle: { color: colors['line-strong'], width: 2 },
        z: 1,
      },
      {
        name: decision({ accepted: true, removed: rounds[0]?.removed === true }),
        type: 'scatter',
        data: marks(true),
        symbol: 'circle',
        symbolSize: 12,
        itemStyle: { opacity: 1, color: colors['kind-soup'], borderColor: colors.surface, borderWidth: 2 },
        z: 3,
      },
      {
        name: decision({ accepted: false, removed: rounds[0]?.removed === true }),
        type: 'scatter',
        data: marks(false),
        symbol: CROSS,
        symbolSize: 10,
        itemStyle: { opacity: 1, color: colors.muted },
        z: 3,
      },
    ],
  };
}
