import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import { RoleChip } from '@/components/ui/role-chip';
import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import { differenceText, toldApart } from '@/features/compare/verdict';
import { byPlace } from '@/features/scores/benchmarks';
import { SampleSize } from '@/features/scores/sample-size';
import { PEER_LABEL, type Peer } from '@/features/soup/peers';
import type { ComparisonFieldsFragment } from '@/gql/graphql';
import { cx } from '@/lib/cx';
import { count, label, probability } from '@/lib/format';
import { routes } from '@/lib/routes';

/** Whether the soup is really better than what one could use instead, image by image. */
export function BaselineDifferences(props: {
  slug: string;
  soup: Peer;
  baselines: readonly Peer[];
  comparisons: readonly ComparisonFieldsFragment[];
}) {
  const { slug, soup, baselines, comparisons } = props;
  if (comparisons.length === 0) return null;
  const rows = comparisons.toSorted((a, b) => byPlace(a.benchmark, b.benchmark));
  return (
    <Panel
      title="Is the difference real?"
      note={`${soup.name} less each baseline on the same images, in points with the 95 % interval. p-values (McNemar’s exact test; Student’s by image on corruption grids) are adjusted by Holm for the ${count(rows.length)} comparisons here.`}
      flush
    >
      <Table spacing="flush">
        <TableHead className="whitespace-nowrap">
          <HeadCell>Baseline</HeadCell>
          <HeadCell hideBelow="sm">Benchmark</HeadCell>
          <HeadCell align="right">Difference, points</HeadCell>
          <HeadCell title="Images that one of them alone gets right" hideBelow="md" align="right">
            Alone right
          </HeadCell>
          <HeadCell hideBelow="sm" align="right">
            Adjusted p
          </HeadCell>
          <HeadCell hideBelow="sm">Verdict</HeadCell>
        </TableHead>
        <tbody>
          {rows.map((row) => {
            const peer = baselines.find(({ id }) => id === row.second.id);
            const real = toldApart(row);
            return (
              <Row key={`${row.benchmark.id} ${row.second.id}`} className="align-top sm:align-middle">
                <RowHead>
                  <Link
                    href={routes.compare(slug, soup.id, row.second.id)}
                    className="block max-w-40 truncate font-medium hover:text-accent"
                  >
                    {row.second.name}
                  </Link>
                  <span className="block text-xs text-muted">{peer ? PEER_LABEL[peer.role] : ''}</span>
                  <span className="mt-1 block sm:hidden">
                    <On benchmark={row.benchmark} />
                  </span>
                </RowHead>
                <Cell hideBelow="sm">
                  <On benchmark={row.benchmark} />
                </Cell>
                <Cell number quiet={!real} className={cx('sm:whitespace-nowrap', real && 'font-medium')}>
                  {differenceText(row)}
                  <span className="block text-xs font-normal sm:hidden">
                    <Verdict row={row} />, p {probability(row.adjustedP)}
                  </span>
                </Cell>
                <Cell hideBelow="md" number quiet className="whitespace-nowrap">
                  {count(row.onlyFirst)} : {count(row.onlySecond)}
                </Cell>
                <Cell hideBelow="sm" number quiet className="whitespace-nowrap">
                  {probability(row.adjustedP)}
                </Cell>
                <Cell hideBelow="sm" className="whitespace-nowrap">
                  <Verdict row={row} />
                </Cell>
              </Row>
            );
          })}
        </tbody>
      </Table>
    </Panel>
  );
}

function On({ benchmark }: Pick<ComparisonFieldsFragment, 'benchmark'>) {
  return (
    <>
      <span className="block">{label(benchmark.name)}</span>
      <span className="flex items-center gap-1.5 text-muted">
        <RoleChip role={benchmark.role} /> <SampleSize benchmark={benchmark} />
      </span>
    </>
  );
}

function Verdict({ row }: { row: ComparisonFieldsFragment }) {
  if (row.spent) return <span className="text-warn">chosen on it: decides nothing</span>;
  if (!toldApart(row)) return <span className="text-muted">not told apart</span>;
  return row.difference > 0 ? <span className="text-info">better</span> : <span className="text-bad">worse</span>;
}
