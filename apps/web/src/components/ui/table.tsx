import type { ComponentProps, ReactNode } from 'react';
import { cx } from '@/lib/cx';

/** The room around cells. Outer cells stand on the padding of the panel (flush) or on its edge (inset). */
const SPACING = {
  /** Edge to edge in a flush panel. */
  flush:
    '[&_:is(th,td)]:px-4 sm:[&_:is(th,td):first-child]:px-5 sm:[&_:is(th,td):last-child]:pr-5 [&_thead_th]:py-2 [&_tbody_:is(th,td)]:py-2.5',
  'flush-dense':
    '[&_:is(th,td)]:px-4 sm:[&_:is(th,td):first-child]:px-5 sm:[&_:is(th,td):last-child]:pr-5 [&_:is(th,td)]:py-2',
  /** Inside the padding of a panel. */
  inset: '[&_:is(th,td)]:px-3 [&_:is(th,td):first-child]:pl-0 [&_:is(th,td):last-child]:pr-0 [&_:is(th,td)]:py-2',
  'inset-dense':
    '[&_:is(th,td)]:px-2 [&_:is(th,td):first-child]:pl-0 [&_:is(th,td):last-child]:pr-0 [&_:is(th,td)]:py-1.5',
  /** As narrow as many columns need. */
  'inset-narrow': '[&_:is(th,td)]:pr-3 [&_:is(th,td):last-child]:pr-0 [&_:is(th,td)]:py-2',
} as const;

/** Leaves a column out on screens that are narrower than this. */
const HIDE_BELOW = { sm: 'hidden sm:table-cell', md: 'hidden md:table-cell' } as const;

interface CellLayout {
  /** Numbers stand on the right. */
  align?: 'left' | 'right';
  hideBelow?: keyof typeof HIDE_BELOW;
  className?: string;
  children?: ReactNode;
}

function layout({ align, hideBelow }: CellLayout): string {
  return cx(align === 'right' && 'text-right', hideBelow && HIDE_BELOW[hideBelow]);
}

/** A table that scrolls by itself where it is wider than its panel. `frame` styles what scrolls; `label` says what it shows where no heading does. */
export function Table(props: {
  spacing: keyof typeof SPACING;
  frame?: string;
  label?: string;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div className={cx('overflow-x-auto', props.frame)}>
      <table
        aria-label={props.label}
        className={cx('w-full text-left text-sm', SPACING[props.spacing], props.className)}
      >
        {props.children}
      </table>
    </div>
  );
}

/** The row of headings: its children are `HeadCell`s. */
export function TableHead({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <thead>
      <tr className={cx('border-b border-line text-xs text-muted', className)}>{children}</tr>
    </thead>
  );
}

/** The heading of a column. `title` says in a tooltip what the column counts. */
export function HeadCell({ title, children, ...cell }: CellLayout & { title?: string }) {
  return (
    <th scope="col" title={title} className={cx('font-medium', layout(cell), cell.className)}>
      {children}
    </th>
  );
}

/** A row of the body, with a line below all but the last. */
export function Row({ className, ...props }: ComponentProps<'tr'>) {
  return <tr className={cx('border-b border-line last:border-0', className)} {...props} />;
}

/** What a row is about. */
export function RowHead({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <th scope="row" className={cx('font-normal', className)}>
      {children}
    </th>
  );
}

/** One value. `number` sets its digits in columns, at the right; `quiet` sets it back behind the others. */
export function Cell({ number, quiet, ...cell }: CellLayout & { number?: boolean; quiet?: boolean }) {
  return (
    <td
      className={cx(
        number && 'tabular',
        layout({ align: number ? 'right' : 'left', ...cell }),
        quiet && 'text-muted',
        cell.className,
      )}
    >
      {cell.children}
    </td>
  );
}
