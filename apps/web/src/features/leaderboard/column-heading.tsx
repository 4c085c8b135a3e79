import { RoleChip } from '@/components/ui/role-chip';
import { SampleSize } from '@/features/scores/sample-size';
import type { Column } from './types';

/** On which split a column's numbers were taken, in which role, on how many images, by which protocol where it is no plain one. */
export function ColumnNote({ column }: { column: Column }) {
  return (
    <span className="flex flex-wrap items-center gap-1.5 font-normal text-muted">
      <RoleChip role={column.role} />
      <SampleSize benchmark={column} />
      {column.protocolName === null ? null : <span className="basis-full text-2xs">{column.protocolName}</span>}
      {column.role === 'SELECTION' ? (
        <span className="basis-full text-2xs text-warn">used for choosing — never ranks</span>
      ) : null}
    </span>
  );
}
