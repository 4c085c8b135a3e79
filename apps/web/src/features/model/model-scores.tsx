import { Gauge } from 'lucide-react';
import { Panel } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { RoleChip } from '@/components/ui/role-chip';
import { AllNumbers } from '@/features/scores/all-numbers';
import { benchmarksOf } from '@/features/scores/benchmarks';
import { metricInterval, metricText } from '@/features/scores/metric-text';
import { SampleSize } from '@/features/scores/sample-size';
import { TransductionMark } from '@/features/scores/transduction-mark';
import type { ScoreFieldsFragment } from '@/gql/graphql';
import { cx } from '@/lib/cx';
import { label, percent, quantity } from '@/lib/format';

/** All metrics of one model, one benchmark a line. */
export function ModelScores({ evaluations }: { evaluations: readonly ScoreFieldsFragment[] }) {
  return (
    <Panel
      title="Scores"
      note="Top-1 accuracy, where nothing else is said, and calibration error in per cent; the interval is Wilson’s at 95 %."
      flush
    >
      {evaluations.length === 0 ? (
        <Notice icon={Gauge} title="Not evaluated yet">
          Scores appear here when a run has evaluated this model.
        </Notice>
      ) : (
        <div className="overflow-x-auto">
          <table className="w-full text-left text-sm whitespace-nowrap">
            <thead>
              <tr className="border-b border-line text-xs text-muted">
                <th scope="col" className="sticky left-0 bg-surface px-4 py-2 font-medium sm:px-5">
                  Benchmark
                </th>
                <th scope="col" className="px-4 py-2 text-right font-medium">
                  Score
                </th>
                <th scope="col" className="px-4 py-2 text-right font-medium">
                  Interval
                </th>
                <th scope="col" className="px-4 py-2 text-right font-medium">
                  n
                </th>
                <th
                  scope="col"
                  className="px-4 py-2 text-right font-medium"
                  title="Mean negative log-likelihood, in nats"
                >
                  NLL
                </th>
                <th scope="col" className="px-4 py-2 text-right font-medium" title="Expected calibration error">
                  ECE
                </th>
                <th scope="col" className="px-4 py-2 text-right font-medium sm:pr-5">
                  Brier
                </th>
              </tr>
            </thead>
            <tbody>
              {benchmarksOf(evaluations).map((benchmark) => {
                const score = evaluations.find((evaluation) => evaluation.benchmark.id === benchmark.id);
                if (!score) return null;
                const quiet = benchmark.role === 'SELECTION' || score.spent;
                return (
                  <tr key={benchmark.id} className="border-b border-line last:border-0">
                    <th scope="row" className="sticky left-0 bg-surface px-4 py-2.5 font-normal sm:px-5">
                      <span className="flex flex-col gap-1 sm:flex-row sm:items-center sm:gap-2">
                        <span className="font-medium">{label(benchmark.name)}</span>
                        <span>
                          <RoleChip role={benchmark.role} />
                        </span>
                        {quiet ? <span className="text-xs text-warn">never ranks</span> : null}
                        <span>
                          <TransductionMark transduction={score.transduction} />
                        </span>
                      </span>
                    </th>
                    <td className={cx('tabular px-4 py-2.5 text-right', quiet ? 'text-muted' : 'font-semibold')}>
                      {metricText(score.headline)}
                      {score.headline && score.headline.name !== 'top1' ? (
                        <span className="ml-1.5 text-xs font-normal text-muted">{score.headline.title}</span>
                      ) : null}
                    </td>
                    <td className="tabular px-4 py-2.5 text-right text-muted">{metricInterval(score.headline)}</td>
                    <td className="tabular px-4 py-2.5 text-right text-muted">
                      <SampleSize benchmark={benchmark} bare />
                    </td>
                    <td className="tabular px-4 py-2.5 text-right text-muted">
                      {score.nll === null ? '–' : quantity(score.nll, 3)}
                    </td>
                    <td className="tabular px-4 py-2.5 text-right text-muted">
                      {score.ece === null ? '–' : percent(score.ece)}
                    </td>
                    <td className="tabular px-4 py-2.5 text-right text-muted sm:pr-5">
                      {score.brier === null ? '–' : quantity(score.brier, 3)}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          <div className="divide-y divide-line border-t border-line">
            {benchmarksOf(evaluations).map((benchmark) => {
              const score = evaluations.find((evaluation) => evaluation.benchmark.id === benchmark.id);
              return score ? <AllNumbers key={benchmark.id} score={score} /> : null;
            })}
          </div>
        </div>
      )}
    </Panel>
  );
}
