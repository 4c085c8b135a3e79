import { metricInterval, metricText, metricUnit } from '@/features/scores/metric-text';
import { SpentMark } from '@/features/scores/spent-mark';
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
  /** The model is the best ingredient by the scores of this column: they chose it, and flatter it. */
  readonly best?: boolean;
}

/** One number of one model: with its 95 % Wilson interval as text and as a bar where it has one. */
export function ScoreCell({ score, column, domain, chosen, best = false }: Props) {
  if (!score) return <span className="text-faint">not evaluated</span>;
  const { metric } = score;
  if (!metric) {
    return (
      <span className="text-faint" title="The evaluations of this benchmark have no such number">
        –
      </span>
    );
  }
  const spent = score.spent || (best && column.role === 'SELECTION');
  const chosenOn = column.role === 'SELECTION' || spent;
  const interval = intervalOf(metric);
  const range = interval ? `95 % Wilson interval ${metricInterval(metric)} %, ` : '';
  return (
    <div title={`${metric.title} ${metricText(metric)}${metricUnit(metric)}, ${range}n = ${count(score.n)}`}>
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
        {spent ? <SpentMark /> : null}
        <TransductionMark transduction={score.transduction} />
      </div>
      {interval ? <Whisker score={interval} quiet={chosenOn} domain={domain} className="mt-0.5" /> : null}
    </div>
  );
}
