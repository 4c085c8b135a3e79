import { metricInterval, metricText, metricUnit } from '@/features/scores/metric-text';
import { TransductionMark } from '@/features/scores/transduction-mark';
import { cx } from '@/lib/cx';
import { count, percent } from '@/lib/format';
import { type Domain, intervalOf } from './domain';
import type { Column, Score } from './types';
import { Whisker } from './whisker';

interface Props {
  readonly score: Score | null;
  readonly column: Column;
  readonly domain: Domain;
  /** The number that all columns show; null where each shows its own, which is then named. */
  readonly chosen: string | null;
}

/** One number of one model: with its 95 % Wilson interval as text and as a bar where it has one. */
export function ScoreCell({ score, column, domain, chosen }: Props) {
  if (!score) return <span className="text-faint">not evaluated</span>;
  const { metric } = score;
  if (!metric) {
    return (
      <span className="text-faint" title="The evaluations of this benchmark have no such number">
        –
      </span>
    );
  }
  const chosenOn = column.role === 'SELECTION' || score.spent;
  const interval = intervalOf(metric);
  const range = interval ? `95 % Wilson interval ${metricInterval(metric)} %, ` : '';
  return (
    <div
      title={`${metric.title} ${metricText(metric)}${metricUnit(metric)}, ${range}n = ${count(score.n)}${score.spent ? '; spent: this model was chosen on this split' : ''}`}
    >
      <div className="flex flex-wrap items-baseline gap-x-2">
        <span className={cx('tabular text-base', chosenOn ? 'text-muted' : 'font-semibold')}>{metricText(metric)}</span>
        {interval ? (
          <span className="tabular text-2xs whitespace-nowrap text-faint">
            {percent(interval.low, 1)}–{percent(interval.high, 1)}
          </span>
        ) : null}
        {chosen !== null || metric.name === 'top1' ? null : (
          <span className="truncate text-2xs text-faint">{metric.title}</span>
        )}
        {score.spent ? <span className="text-2xs text-warn">spent</span> : null}
        <TransductionMark transduction={score.transduction} />
      </div>
      {interval ? <Whisker score={interval} quiet={chosenOn} domain={domain} className="mt-0.5" /> : null}
    </div>
  );
}
