import { RoleChip } from '@/components/ui/role-chip';
import { count } from '@/lib/format';
import type { Column } from './types';

/** On which split a column's numbers were taken, in which role, on how many images. */
export function ColumnNote({ column }: { column: Column }) {
  return (
    <span className="flex flex-wrap items-center gap-1.5 font-normal text-muted">
      <RoleChip role={column.role} />
      <span className="tabular text-2xs">n = {count(column.n)}</span>
      {column.role === 'SELECTION' ? (
        <span className="basis-full text-2xs text-warn">used for choosing — never ranks</span>
      ) : null}
    </span>
  );
}
