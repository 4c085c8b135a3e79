import { ChevronRight } from 'lucide-react';
import type { MetricFieldsFragment, ScoreFieldsFragment } from '@/gql/graphql';
import { count, label, percent } from '@/lib/format';
import { Cost } from './cost';
import { metricInterval, metricText, metricUnit } from './metric-text';

/** Every number of one evaluation, folded away; each says what it is when it is pointed at. */
export function AllNumbers({ score }: { score: ScoreFieldsFragment }) {
  const { metrics, benchmark } = score;
  return (
    <details className="group px-4 py-2.5 sm:px-5">
      <summary className="flex cursor-pointer list-none items-center gap-1.5 text-sm text-muted hover:text-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-4 transition-transform group-open:rotate-90" />
        All {count(metrics.length)} numbers of {label(benchmark.name)}
      </summary>
      <dl className="mt-3 grid grid-cols-1 gap-x-8 gap-y-1.5 pb-2 sm:grid-cols-2 lg:grid-cols-3">
        {metrics.map((metric) => (
          <Line key={metric.name} metric={metric} />
        ))}
        <div className="flex items-baseline justify-between gap-3 text-sm">
          <dt className="text-muted">cost of an image</dt>
          <dd className="text-right">
            <Cost cost={score.cost} />
          </dd>
        </div>
      </dl>
      <Notes score={score} />
    </details>
  );
}

function Line({ metric }: { metric: MetricFieldsFragment }) {
  return (
    <div className="flex items-baseline justify-between gap-3 text-sm" title={metric.definition}>
      <dt className="truncate text-muted underline decoration-line decoration-dotted underline-offset-4">
        {metric.title}
      </dt>
      <dd className="tabular whitespace-nowrap">
        {metricText(metric)}
        <span className="text-muted">{metricUnit(metric)}</span>
        {metric.low === null ? null : <span className="ml-2 text-xs text-faint">{metricInterval(metric)}</span>}
      </dd>
    </div>
  );
}

/** Where a temperature was fitted, and which cell is the worst. */
function Notes({ score: { calibration, worstCell, benchmark } }: { score: ScoreFieldsFragment }) {
  const notes = [
    calibration
      ? `The temperature was fitted on ${benchmark.role === 'SELECTION' ? `these ${count(calibration.n)} answers` : `${count(calibration.n)} answers of the selection split, never on these images`}.${
          calibration.bound === null
            ? ''
            : calibration.bound === 'low'
              ? ' Every one of them was right, so the lowest temperature was taken.'
              : ' The answers say less than none, so the highest temperature was taken.'
        }`
      : null,
    worstCell
      ? `Worst at ${label(worstCell.corruption).toLowerCase()}, severity ${worstCell.severity}: ${percent(worstCell.top1)} %.`
      : null,
  ].filter((note) => note !== null);
  return notes.length === 0 ? null : <p className="pb-1 text-xs text-pretty text-muted">{notes.join(' ')}</p>;
}
