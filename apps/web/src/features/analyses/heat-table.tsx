import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
import { cx } from '@/lib/cx';

export interface HeatCell {
  readonly text: string;
  /** −1 to 1: how much of the colour of worse (above 0) or of better (below 0); null for no colour. */
  readonly shade: number | null;
}

/** A matrix whose cells are shaded by what stands in them. Columns may be numbered where rows carry the names. */
export function HeatTable(props: {
  /** What is seen, for those who do not see it. */
  label: string;
  corner: string;
  columns: readonly string[];
  rows: readonly { readonly name: string; readonly cells: readonly HeatCell[]; readonly strong?: boolean }[];
}) {
  const { label, corner, columns, rows } = props;
  return (
    <Table
      spacing="inset-narrow"
      frame="-my-1"
      label={label}
      className="border-separate border-spacing-0.5 text-xs [&_:is(td,th)]:py-0.5! [&_td]:pr-0!"
    >
      <TableHead className="[&>th]:border-0">
        <HeadCell>{corner}</HeadCell>
        {columns.map((column) => (
          <HeadCell key={column} align="right" className="whitespace-nowrap">
            {column}
          </HeadCell>
        ))}
      </TableHead>
      <tbody>
        {rows.map(({ name, cells, strong }) => (
          <Row key={name} className="border-0">
            <RowHead className={cx('max-w-40 truncate whitespace-nowrap', strong && 'font-semibold')}>{name}</RowHead>
            {cells.map((cell, place) => (
              <Cell key={columns[place]} number className={cx('rounded-sm p-0', strong && 'font-semibold')}>
                <span
                  className="block min-w-11 rounded-sm px-1.5 py-1 whitespace-nowrap"
                  style={{ backgroundColor: shadeOf(cell.shade) }}
                >
                  {cell.text}
                </span>
              </Cell>
            ))}
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

/** Neutral at zero, full colour at 1. */
export function shadeOf(shade: number | null): string | undefined {
  if (shade === null) return undefined;
  const share = Math.min(1, Math.abs(shade)) * 100;
  return `color-mix(in oklab, var(${shade < 0 ? '--better' : '--worse'}) ${share.toFixed(1)}%, var(--sunken))`;
}

/** The largest of some numbers, to shade by; never 0. */
export function extentOf(values: readonly (number | null)[]): number {
  return Math.max(Number.EPSILON, ...values.map((value) => Math.abs(value ?? 0)));
}
