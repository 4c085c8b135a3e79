import { Panel } from '@/components/ui/card';
import { Hash } from '@/components/ui/hash';
import { RoleChip } from '@/components/ui/role-chip';
import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import type { DataCatalogQuery } from '@/gql/graphql';
import { count } from '@/lib/format';

const SHARE_COLOR = {
  TRAIN: 'bg-muted',
  SELECTION: 'bg-warn',
  TEST: 'bg-info',
  SHIFT: 'bg-accent',
  UNLABELED: 'bg-line',
} as const;

export function DatasetCard({ dataset }: { dataset: DataCatalogQuery['datasets'][number] }) {
  const total = dataset.splits.reduce((sum, split) => sum + split.n, 0);
  const [channels, height, width] = dataset.image;
  return (
    <Panel
      title={dataset.name}
      note={`${count(total)} images of ${height} × ${width} pixels, ${channels === 1 ? 'one channel' : `${channels} channels`}, ${dataset.classes} classes. No example is in two splits.`}
      aside={<Hash value={dataset.contentHash} what="content hash" />}
      flush
    >
      <div aria-hidden className="mx-4 mb-3 flex h-2 gap-0.5 overflow-hidden rounded-full sm:mx-5">
        {dataset.splits.map((split) => (
          <span
            key={split.id}
            title={split.name}
            className={SHARE_COLOR[split.role]}
            style={{ width: `${(split.n / total) * 100}%` }}
          />
        ))}
      </div>
      <Table spacing="flush">
        <TableHead>
          <HeadCell>Split</HeadCell>
          <HeadCell>Role</HeadCell>
          <HeadCell align="right">n</HeadCell>
          <HeadCell hideBelow="sm" align="right">
            Content
          </HeadCell>
        </TableHead>
        <tbody>
          {dataset.splits.map((split) => (
            <Row key={split.id}>
              <RowHead className="font-medium">{split.name}</RowHead>
              <Cell>
                <RoleChip role={split.role} />
              </Cell>
              <Cell number>{count(split.n)}</Cell>
              <Cell hideBelow="sm" align="right">
                <Hash value={split.contentHash} what={`content hash of ${split.name}`} />
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </Panel>
  );
}
