import { Gauge } from 'lucide-react';
import { Panel } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { RoleChip } from '@/components/ui/role-chip';
import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import { AllNumbers } from '@/features/scores/all-numbers';
import { benchmarksOf } from '@/features/scores/benchmarks';
import { metricInterval, metricText } from '@/features/scores/metric-text';
import { SampleSize } from '@/features/scores/sample-size';
import { SpentMark } from '@/features/scores/spent-mark';
import { TransductionMark } from '@/features/scores/transduction-mark';
import type { ScoreFieldsFragment } from '@/gql/graphql';
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
        <>
          <Table spacing="flush" className="whitespace-nowrap">
            <TableHead>
              <HeadCell className="sticky left-0 bg-surface">Benchmark</HeadCell>
              <HeadCell align="right">Score</HeadCell>
              <HeadCell align="right">Interval</HeadCell>
              <HeadCell align="right">n</HeadCell>
              <HeadCell title="Mean negative log-likelihood, in nats" align="right">
                NLL
              </HeadCell>
              <HeadCell title="Expected calibration error" align="right">
                ECE
              </HeadCell>
              <HeadCell align="right">Brier</HeadCell>
            </TableHead>
            <tbody>
              {benchmarksOf(evaluations).map((benchmark) => {
                const score = evaluations.find((evaluation) => evaluation.benchmark.id === benchmark.id);
                if (!score) return null;
                const quiet = benchmark.role === 'SELECTION' || score.spent;
                return (
                  <Row key={benchmark.id}>
                    <RowHead className="sticky left-0 bg-surface">
                      <span className="flex flex-col gap-1 sm:flex-row sm:items-center sm:gap-2">
                        <span className="font-medium">{label(benchmark.name)}</span>
                        <span>
                          <RoleChip role={benchmark.role} />
                        </span>
                        {score.spent ? (
                          <SpentMark />
                        ) : quiet ? (
                          <span className="text-xs text-warn">never ranks</span>
                        ) : null}
                        <span>
                          <TransductionMark transduction={score.transduction} />
                        </span>
                      </span>
                    </RowHead>
                    <Cell number quiet={quiet} className={quiet ? undefined : 'font-semibold'}>
                      {metricText(score.headline)}
                      {score.headline && score.headline.name !== 'top1' ? (
                        <span className="ml-1.5 text-xs font-normal text-muted">{score.headline.title}</span>
                      ) : null}
                    </Cell>
                    <Cell number quiet>
                      {metricInterval(score.headline)}
                    </Cell>
                    <Cell number quiet>
                      <SampleSize benchmark={benchmark} bare />
                    </Cell>
                    <Cell number quiet>
                      {score.nll === null ? '–' : quantity(score.nll, 3)}
                    </Cell>
                    <Cell number quiet>
                      {score.ece === null ? '–' : percent(score.ece)}
                    </Cell>
                    <Cell number quiet>
                      {score.brier === null ? '–' : quantity(score.brier, 3)}
                    </Cell>
                  </Row>
                );
              })}
            </tbody>
          </Table>
          <div className="divide-y divide-line border-t border-line">
            {benchmarksOf(evaluations).map((benchmark) => {
              const score = evaluations.find((evaluation) => evaluation.benchmark.id === benchmark.id);
              return score ? <AllNumbers key={benchmark.id} score={score} /> : null;
            })}
          </div>
        </>
      )}
    </Panel>
  );
}
