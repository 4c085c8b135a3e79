import type { CustomSeriesRenderItem, EChartsOption } from 'echarts';
import type { ChartColors } from '@/components/charts/chart-colors';
import { axisStyle, tooltipContent, tooltipStyle } from '@/components/charts/chart-style';
import { type Classified, scoreOn } from '@/features/scores/benchmarks';
import type { ModelKind } from '@/gql/graphql';
import { count, percent } from '@/lib/format';
import { KIND_ORDER, KINDS } from '@/lib/kinds';
import { isSpentOn, PEER_LABEL, type Peer } from './peers';

export interface ComparisonPoint {
  readonly id: string;
  readonly name: string;
  readonly kind: ModelKind;
  readonly role: Peer['role'];
  readonly x: Classified;
  readonly y: Classified;
}

/**
 * The models that have both scores. The stock stands outside when it lies further below the others than they spread:
 * inside it would press them all into one spot.
 */
export function comparisonPoints(
  peers: readonly Peer[],
  xId: string,
  yId: string,
): { inside: ComparisonPoint[]; outside: ComparisonPoint[] } {
  const points = peers.flatMap(({ evaluations, ...peer }): ComparisonPoint[] => {
    const x = scoreOn(evaluations, xId);
    const y = scoreOn(evaluations, yId);
    return x && y ? [{ ...peer, x, y }] : [];
  });
  const tuned = points.filter((point) => point.role !== 'stock');
  const isFar = (point: ComparisonPoint) =>
    point.role === 'stock' &&
    tuned.length > 1 &&
    ([(p: ComparisonPoint) => p.x, (p: ComparisonPoint) => p.y] as const).some((score) => {
      const low = Math.min(...tuned.map((other) => score(other).top1Low));
      const high = Math.max(...tuned.map((other) => score(other).top1High));
      return score(point).top1 < low - (high - low);
    });
  return { inside: points.filter((point) => !isFar(point)), outside: points.filter(isFar) };
}

export function comparisonOption(
  points: readonly ComparisonPoint[],
  names: { x: string; y: string },
  colors: ChartColors,
): EChartsOption {
  const axis = axisStyle(colors);
  const colorOf = (kind: ModelKind) => colors[KINDS[kind].token.slice(2) as keyof ChartColors];
  const drawInterval: CustomSeriesRenderItem = (_, api) => {
    const kind = KIND_ORDER[Number(api.value(6))] ?? 'INGREDIENT';
    const stroke = colorOf(kind);
    const [left, right] = [api.coord([api.value(2), api.value(1)]), api.coord([api.value(3), api.value(1)])];
    const [bottom, top] = [api.coord([api.value(0), api.value(4)]), api.coord([api.value(0), api.value(5)])];
    const line = (from: number[], to: number[]) => ({
      type: 'line' as const,
      shape: { x1: from[0] ?? 0, y1: from[1] ?? 0, x2: to[0] ?? 0, y2: to[1] ?? 0 },
      style: { stroke, lineWidth: 1, opacity: 0.55 },
    });
    return { type: 'group', children: [line(left, right), line(bottom, top)] };
  };
  const highlighted = (point: ComparisonPoint) => point.role !== 'ingredient';
  return {
    grid: { left: 56, right: 24, top: 16, bottom: 44 },
    xAxis: {
      type: 'value',
      scale: true,
      name: `${names.x}, %`,
      nameLocation: 'middle',
      nameGap: 28,
      ...bounds(points.map((p) => p.x)),
      ...axis,
    },
    yAxis: {
      type: 'value',
      scale: true,
      name: `${names.y}, %`,
      nameLocation: 'middle',
      nameGap: 40,
      ...bounds(points.map((p) => p.y)),
      ...axis,
      axisLine: { show: false },
    },
    tooltip: {
      trigger: 'item',
      ...tooltipStyle(colors),
      formatter: (parameters) => {
        const one = Array.isArray(parameters) ? parameters[0] : parameters;
        const point = points.find((candidate) => candidate.name === one?.name);
        if (!point) return '';
        return tooltipContent(`${point.name} · ${PEER_LABEL[point.role].toLowerCase()}`, [
          line(names.x, point, point.x),
          line(names.y, point, point.y),
        ]);
      },
    },
    series: [
      {
        type: 'custom',
        silent: true,
        renderItem: drawInterval,
        encode: { x: [0, 2, 3], y: [1, 4, 5] },
        data: points.map((point) => [
          point.x.top1 * 100,
          point.y.top1 * 100,
          point.x.top1Low * 100,
          point.x.top1High * 100,
          point.y.top1Low * 100,
          point.y.top1High * 100,
          KIND_ORDER.indexOf(point.kind),
        ]),
        z: 1,
      },
      ...KIND_ORDER.map((kind) => ({
        type: 'scatter' as const,
        symbol: KINDS[kind].symbol,
        cursor: 'pointer',
        // Models that score alike lie close together; their names must not.
        labelLayout: { moveOverlap: 'shiftY' as const },
        data: points
          .filter((point) => point.kind === kind)
          .map((point) => ({
            name: point.name,
            value: [point.x.top1 * 100, point.y.top1 * 100],
            symbolSize: highlighted(point) ? 14 : 9,
            itemStyle: {
              color: colorOf(kind),
              opacity: highlighted(point) ? 1 : 0.75,
              borderColor: point.role === 'soup' || point.role === 'best' ? colors.ink : colors.surface,
              borderWidth: 1.5,
            },
            label: {
              show: highlighted(point),
              formatter: point.role === 'best' ? `${point.name} (best)` : point.name,
              position: LABEL_SIDE[point.role],
              color: colors.ink,
              fontSize: 11,
              textBorderColor: colors.surface,
              textBorderWidth: 3,
            },
          })),
        z: kind === 'SOUP' ? 4 : 3,
      })),
    ],
  };
}

function line(name: string, point: ComparisonPoint, score: Classified): string {
  const spent = isSpentOn(point, score) ? ', spent' : '';
  return `${name}: ${percent(score.top1)} % (${percent(score.top1Low)}–${percent(score.top1High)}), n = ${count(score.n)}${spent}`;
}

/** Where a name stands: models that come out close together, a soup and the two ensembles, have it on different sides. */
const LABEL_SIDE: Record<Peer['role'], 'left' | 'top' | 'bottom'> = {
  soup: 'left',
  best: 'top',
  only: 'top',
  ensemble: 'bottom',
  greedyEnsemble: 'top',
  stock: 'top',
  ingredient: 'top',
};

/** Axis ends that hold every interval, rounded outwards to half points. */
function bounds(scores: readonly Classified[]): { min: number; max: number } {
  const low = Math.min(...scores.map((score) => score.top1Low)) * 100;
  const high = Math.max(...scores.map((score) => score.top1High)) * 100;
  return { min: Math.max(0, Math.floor(low * 2) / 2), max: Math.min(100, Math.ceil(high * 2) / 2) };
}
