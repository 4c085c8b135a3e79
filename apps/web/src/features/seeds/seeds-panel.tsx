import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import { RoleChip } from '@/components/ui/role-chip';
import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import { metricText } from '@/features/scores/metric-text';
import { SampleSize } from '@/features/scores/sample-size';
import { SpentMark } from '@/features/scores/spent-mark';
import type { SeedGroupFieldsFragment } from '@/gql/graphql';
import { count, label, plural } from '@/lib/format';
import { routes } from '@/lib/routes';

/** Trainings that differ in the seed alone: how much the seed matters. */
export function SeedsPanel({ slug, group }: { slug: string; group: SeedGroupFieldsFragment }) {
  return (
    <Panel
      title="Over seeds"
      note={`${plural(group.models.length, 'training')} that differ in the seed alone. The interval (Student’s t, 95 %) is over seeds, not over images, and takes three of them.`}
    >
      <Table spacing="inset">
        <TableHead>
          <HeadCell>Benchmark</HeadCell>
          <HeadCell align="right">Seeds</HeadCell>
          <HeadCell align="right">Mean</HeadCell>
          <HeadCell title="Standard deviation over seeds, divisor n − 1" align="right">
            Deviation
          </HeadCell>
        </TableHead>
        <tbody>
          {group.scores.map(({ benchmark, metric: { unit, title }, n, mean, sd, low, high, spent }) => (
            <Row key={benchmark.id} className="align-top">
              <RowHead>
                <span className="block font-medium">{label(benchmark.name)}</span>
                <span className="flex flex-wrap items-center gap-1.5 text-muted">
                  <RoleChip role={benchmark.role} /> <SampleSize benchmark={benchmark} />
                  {spent ? <SpentMark /> : null}
                </span>
              </RowHead>
              <Cell number quiet>
                {count(n)}
              </Cell>
              <Cell number>
                <span className="block font-medium" title={title}>
                  {metricText({ value: mean, unit })}
                </span>
                <span className="block text-2xs whitespace-nowrap text-faint">
                  {low == null || high == null
                    ? 'no interval'
                    : `${metricText({ value: low, unit })}–${metricText({ value: high, unit })}`}
                </span>
              </Cell>
              <Cell number quiet>
                {sd == null ? '–' : metricText({ value: sd, unit })}
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
      <p className="mt-3 flex flex-wrap gap-x-3 gap-y-1 text-xs text-muted">
        {group.models.map((model) => (
          <Link key={model.id} href={routes.model(slug, model)} className="link">
            {model.name}
          </Link>
        ))}
      </p>
    </Panel>
  );
}
