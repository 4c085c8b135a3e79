'use client';

import { useRouter } from 'next/navigation';
import { useMemo } from 'react';
import { useChartColors } from '@/components/charts/chart-colors';
import { EChart } from '@/components/charts/echart';
import { Panel } from '@/components/ui/card';
import { KindMark } from '@/components/ui/kind-mark';
import { RoleChip } from '@/components/ui/role-chip';
import { Skeleton } from '@/components/ui/skeleton';
import { classifiedBenchmarks } from '@/features/scores/benchmarks';
import { SampleSize } from '@/features/scores/sample-size';
import { label, percent } from '@/lib/format';
import { KIND_ORDER, KINDS } from '@/lib/kinds';
import { routes } from '@/lib/routes';
import { comparisonOption, comparisonPoints } from './comparison-option';
import { PEER_LABEL, type Peer } from './peers';

/** Soup, ingredients and ensemble on two benchmarks at once: accuracy on clean images against accuracy under shift. */
export function Comparison({ slug, peers }: { slug: string; peers: readonly Peer[] }) {
  const router = useRouter();
  const colors = useChartColors();
  const benchmarks = useMemo(
    () =>
      classifiedBenchmarks(peers.flatMap((peer) => peer.evaluations)).filter(
        (benchmark) => benchmark.role !== 'SELECTION',
      ),
    [peers],
  );
  const [x, y] = benchmarks;
  const { inside, outside } = useMemo(
    () => (x && y ? comparisonPoints(peers, x.id, y.id) : { inside: [], outside: [] }),
    [peers, x, y],
  );
  const option = useMemo(
    () => (colors && x && y ? comparisonOption(inside, { x: label(x.name), y: label(y.name) }, colors) : null),
    [colors, inside, x, y],
  );
  if (!x || !y) return null;
  const kinds = KIND_ORDER.filter((kind) => inside.some((point) => point.kind === kind));
  return (
    <Panel
      title={`${label(x.name)} against ${label(y.name).toLowerCase()}`}
      note="Top-1 accuracy in per cent; the bars are 95 % Wilson intervals. Further right and further up is better."
    >
      <ul className="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        {kinds.map((kind) => (
          <li key={kind} className="flex items-center gap-1.5">
            <KindMark kind={kind} /> {KINDS[kind].label}
          </li>
        ))}
      </ul>
      <ul className="mb-2 flex flex-wrap gap-x-5 gap-y-1 text-xs text-muted">
        {[x, y].map((benchmark, index) => (
          <li key={benchmark.id} className="flex items-center gap-1.5">
            {index === 0 ? '→' : '↑'} {label(benchmark.name)} <RoleChip role={benchmark.role} />
            <SampleSize benchmark={benchmark} />
          </li>
        ))}
      </ul>
      {option ? (
        <EChart
          option={option}
          label={`${inside.length} models by their accuracy on ${x.name} and on ${y.name}. The leaderboard has the numbers.`}
          className="h-80"
          onSelect={(name) => {
            const point = inside.find((candidate) => candidate.name === name);
            if (point) router.push(routes.model(slug, point));
          }}
        />
      ) : (
        <Skeleton className="h-80" />
      )}
      {outside.length > 0 ? (
        <p className="mt-2 text-xs text-muted">
          Outside of the chart, far below:{' '}
          {outside
            .map(
              (point) =>
                `${PEER_LABEL[point.role].toLowerCase()} ${point.name} at ${percent(point.x.top1)} / ${percent(point.y.top1)} %`,
            )
            .join('; ')}
          .
        </p>
      ) : null}
    </Panel>
  );
}
