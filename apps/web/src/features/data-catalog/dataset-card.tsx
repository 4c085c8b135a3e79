import { Panel } from '@/components/ui/card';
import { Hash } from '@/components/ui/hash';
import { RoleChip } from '@/components/ui/role-chip';
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
      <div className="overflow-x-auto">
        <table className="w-full text-left text-sm">
          <thead>
            <tr className="border-b border-line text-xs text-muted">
              <th scope="col" className="px-4 py-2 font-medium sm:px-5">
                Split
              </th>
              <th scope="col" className="px-4 py-2 font-medium">
                Role
              </th>
              <th scope="col" className="px-4 py-2 text-right font-medium">
                n
              </th>
              <th scope="col" className="px-4 py-2 text-right font-medium sm:px-5">
                Content
              </th>
            </tr>
          </thead>
          <tbody>
            {dataset.splits.map((split) => (
              <tr key={split.id} className="border-b border-line last:border-0">
                <th scope="row" className="px-4 py-2.5 font-medium sm:px-5">
                  {split.name}
                </th>
                <td className="px-4 py-2.5">
                  <RoleChip role={split.role} />
                </td>
                <td className="tabular px-4 py-2.5 text-right">{count(split.n)}</td>
                <td className="px-4 py-2.5 text-right sm:px-5">
                  <Hash value={split.contentHash} what={`content hash of ${split.name}`} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
