import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import { Facts } from '@/components/ui/facts';
import { RoleChip } from '@/components/ui/role-chip';
import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import { SampleSize } from '@/features/scores/sample-size';
import type { DiversityFieldsFragment } from '@/gql/graphql';
import { label, percent, plural } from '@/lib/format';
import { routes } from '@/lib/routes';
import { meanFacts, measureText } from './mean-facts';
import { extremePairs, type Pair } from './pairs';

/** How differently the models of a pool err: means over pairs, and the pairs at both ends. */
export function DiversityPanel({ slug, diversity }: { slug: string; diversity: DiversityFieldsFragment }) {
  const { benchmark, models, mean } = diversity;
  const { most, least } = extremePairs(diversity);
  return (
    <Panel
      title="How differently its ingredients err"
      note={`${plural(models.length, 'model')} pair by pair on the same images. Models that err alike leave an average little to gain; models that share no basin leave it less.`}
      aside={
        <span className="flex items-center gap-2 text-xs text-muted">
          {label(benchmark.name)} <RoleChip role={benchmark.role} /> <SampleSize benchmark={benchmark} />
        </span>
      }
    >
      <div className="grid gap-x-10 gap-y-6 lg:grid-cols-2">
        <Facts facts={meanFacts(mean)} />
        <div className="space-y-5">
          <PairTable slug={slug} title="Most different" pairs={most} />
          {least.length > 0 ? <PairTable slug={slug} title="Most alike" pairs={least} /> : null}
        </div>
      </div>
    </Panel>
  );
}

function PairTable({ slug, title, pairs }: { slug: string; title: string; pairs: readonly Pair[] }) {
  return (
    <Table spacing="inset-dense" className="table-fixed">
      <TableHead>
        <HeadCell>{title}</HeadCell>
        <HeadCell align="right" className="w-24">
          Disagree
        </HeadCell>
        <HeadCell align="right" className="w-24">
          Error corr.
        </HeadCell>
      </TableHead>
      <tbody>
        {pairs.map(({ first, second, disagreement, errorCorrelation }) => (
          <Row key={`${first.id} ${second.id}`}>
            <RowHead className="truncate">
              <Link href={routes.compare(slug, first.id, second.id)} className="hover:text-accent">
                {first.name} · {second.name}
              </Link>
            </RowHead>
            <Cell number>{percent(disagreement)} %</Cell>
            <Cell number quiet>
              {measureText(errorCorrelation)}
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  );
}
