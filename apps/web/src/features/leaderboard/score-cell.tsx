import { cx } from '@/lib/cx';
import { count, percent } from '@/lib/format';
import type { Domain } from './domain';
import type { Column, Score } from './types';
import { Whisker } from './whisker';

/** One score: per cent, its 95 % Wilson interval as text and as a bar. */
export function ScoreCell({ score, column, domain }: { score: Score | null; column: Column; domain: Domain }) {
  if (!score) return <span className="text-faint">not evaluated</span>;
  const chosenOn = column.role === 'SELECTION' || score.spent;
  return (
    <div
      title={`95 % Wilson interval ${percent(score.low)} to ${percent(score.high)} %, n = ${count(score.n)}${score.spent ? '; spent: this model was chosen on this split' : ''}`}
    >
      <div className="flex items-baseline gap-2">
        <span className={cx('tabular text-base', chosenOn ? 'text-muted' : 'font-semibold')}>
          {percent(score.top1)}
        </span>
        <span className="tabular text-2xs text-faint">
          {percent(score.low, 1)}–{percent(score.high, 1)}
        </span>
        {score.spent ? <span className="text-2xs text-warn">spent</span> : null}
      </div>
      <Whisker score={score} quiet={chosenOn} domain={domain} className="mt-0.5" />
    </div>
  );
}
