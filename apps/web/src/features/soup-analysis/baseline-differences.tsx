import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import { RoleChip } from '@/components/ui/role-chip';
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
      <div className="overflow-x-auto">
        <table className="w-full text-left text-sm">
          <thead>
            <tr className="border-b border-line text-xs whitespace-nowrap text-muted">
              <th scope="col" className="px-4 py-2 font-medium sm:px-5">
                Baseline
              </th>
              <th scope="col" className="hidden px-4 py-2 font-medium sm:table-cell">
                Benchmark
              </th>
              <th scope="col" className="px-4 py-2 text-right font-medium">
                Difference, points
              </th>
              <th
                scope="col"
                className="hidden px-4 py-2 text-right font-medium md:table-cell"
                title="Images that one of them alone gets right"
              >
                Alone right
              </th>
              <th scope="col" className="hidden px-4 py-2 text-right font-medium sm:table-cell">
                Adjusted p
              </th>
              <th scope="col" className="hidden px-4 py-2 font-medium sm:table-cell sm:pr-5">
                Verdict
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const peer = baselines.find(({ id }) => id === row.second.id);
              const real = toldApart(row);
              return (
                <tr
                  key={`${row.benchmark.id} ${row.second.id}`}
                  className="border-b border-line align-top last:border-0 sm:align-middle"
                >
                  <th scope="row" className="px-4 py-2.5 font-normal sm:px-5">
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
                  </th>
                  <td className="hidden px-4 py-2.5 sm:table-cell">
                    <On benchmark={row.benchmark} />
                  </td>
                  <td
                    className={cx(
                      'tabular px-4 py-2.5 text-right sm:whitespace-nowrap',
                      real ? 'font-medium' : 'text-muted',
                    )}
                  >
                    {differenceText(row)}
                    <span className="block text-xs font-normal sm:hidden">
                      <Verdict row={row} />, p {probability(row.adjustedP)}
                    </span>
                  </td>
                  <td className="tabular hidden px-4 py-2.5 text-right whitespace-nowrap text-muted md:table-cell">
                    {count(row.onlyFirst)} : {count(row.onlySecond)}
                  </td>
                  <td className="tabular hidden px-4 py-2.5 text-right whitespace-nowrap text-muted sm:table-cell">
                    {probability(row.adjustedP)}
                  </td>
                  <td className="hidden px-4 py-2.5 whitespace-nowrap sm:table-cell sm:pr-5">
                    <Verdict row={row} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
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
