import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import { KindMark } from '@/components/ui/kind-mark';
import { RoleChip } from '@/components/ui/role-chip';
import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import { AllNumbers } from '@/features/scores/all-numbers';
import { benchmarksOf, classifiedBenchmarks, scoreOn } from '@/features/scores/benchmarks';
import { Cost, costOf } from '@/features/scores/cost';
import { SampleSize } from '@/features/scores/sample-size';
import { SpentMark } from '@/features/scores/spent-mark';
import { TransductionMark } from '@/features/scores/transduction-mark';
import { cx } from '@/lib/cx';
import { label, percent } from '@/lib/format';
import { routes } from '@/lib/routes';
import { isSpentOn, PEER_LABEL, type Peer } from './peers';

/** The soup beside what one could use instead: best ingredient, ensembles, stock. */
export function ScoreTable({ slug, peers }: { slug: string; peers: readonly Peer[] }) {
  const rows = peers.filter((peer) => peer.role !== 'ingredient');
  const benchmarks = classifiedBenchmarks(rows.flatMap((peer) => peer.evaluations));
  if (benchmarks.length === 0) return null;
  const own = rows.find((peer) => peer.role === 'soup')?.evaluations ?? [];
  return (
    <Panel title="Beside its baselines" note="Top-1 accuracy in per cent, with the 95 % Wilson interval." flush>
      <Table spacing="flush">
        <TableHead className="align-bottom">
          <HeadCell className="sticky left-0 bg-surface">Model</HeadCell>
          {benchmarks.map((benchmark) => (
            <HeadCell key={benchmark.id}>
              <span className="block text-ink">{label(benchmark.name)}</span>
              <span className="mt-1 flex items-center gap-1.5 font-normal whitespace-nowrap">
                <RoleChip role={benchmark.role} /> <SampleSize benchmark={benchmark} />
              </span>
            </HeadCell>
          ))}
          <HeadCell align="right">Cost</HeadCell>
        </TableHead>
        <tbody>
          {rows.map((peer) => (
            <Row key={peer.id} className={peer.role === 'soup' ? 'bg-tint' : 'bg-surface'}>
              <RowHead className="sticky left-0 max-w-44 bg-inherit">
                <span className="flex items-center gap-2">
                  <KindMark kind={peer.kind} />
                  <span className="min-w-0">
                    {peer.role === 'soup' ? (
                      <span className="block truncate font-medium">{peer.name}</span>
                    ) : (
                      <Link href={routes.model(slug, peer)} className="block truncate font-medium hover:text-accent">
                        {peer.name}
                      </Link>
                    )}
                    <span className="block text-xs text-muted">{PEER_LABEL[peer.role]}</span>
                  </span>
                </span>
              </RowHead>
              {benchmarks.map((benchmark) => {
                const score = scoreOn(peer.evaluations, benchmark.id);
                return (
                  <Cell key={benchmark.id} className="tabular whitespace-nowrap">
                    {score ? (
                      <>
                        <span
                          className={cx(
                            'block',
                            benchmark.role === 'SELECTION' || score.spent ? 'text-muted' : 'font-medium',
                          )}
                        >
                          {percent(score.top1)} {isSpentOn(peer, score) ? <SpentMark /> : null}
                          <TransductionMark transduction={score.transduction} />
                        </span>
                        <span className="block text-xs text-faint">
                          {percent(score.top1Low)}–{percent(score.top1High)}
                        </span>
                      </>
                    ) : (
                      <span className="text-faint">not evaluated</span>
                    )}
                  </Cell>
                );
              })}
              <Cell align="right">
                <Cost cost={costOf(peer.evaluations)} />
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
      <div className="divide-y divide-line border-t border-line">
        {benchmarksOf(own).map((benchmark) => {
          const score = own.find((evaluation) => evaluation.benchmark.id === benchmark.id);
          return score ? <AllNumbers key={benchmark.id} score={score} /> : null;
        })}
      </div>
    </Panel>
  );
}
