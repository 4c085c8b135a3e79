import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { namesOfSeveral } from '@/lib/alike';
import { cx } from '@/lib/cx';
import { label } from '@/lib/format';
import { ColumnNote } from './column-heading';
import { columnDomain } from './domain';
import { ModelName } from './model-name';
import { Rank } from './rank';
import { ScoreCell } from './score-cell';
import type { Column, Row } from './types';
import { type CurrentOrder, formatViewState, toggleOrder, type ViewState } from './view-state';

interface Props {
  readonly slug: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly view: ViewState;
  /** What the rows are ordered by, and which way. */
  readonly order: CurrentOrder;
}

/** The leaderboard on a wide screen. */
export function LeaderboardTable({ slug, columns, rows, view, order }: Props) {
  const domains = columns.map((_, index) => columnDomain(rows, index));
  const several = namesOfSeveral(rows.map(({ model }) => model));
  return (
    <div className="overflow-x-auto">
      <table className="w-full table-fixed border-collapse text-left">
        <colgroup>
          <col className="w-24" />
          <col className="w-56" />
          {columns.map((column) => (
            <col key={column.id} className="w-52" />
          ))}
          <col className="w-28" />
        </colgroup>
        <thead>
          <tr className="border-b border-line align-top">
            <th scope="col" className="w-14 py-3 pl-5 text-xs font-medium text-muted">
              Rank
            </th>
            <SortableHeading by="name" view={view} order={order}>
              Model
            </SortableHeading>
            {columns.map((column) => (
              <SortableHeading
                key={column.id}
                by={column.id}
                view={view}
                order={order}
                note={<ColumnNote column={column} />}
                title={`On ${column.split.dataset.name}/${column.split.name}`}
              >
                {label(column.name)}
              </SortableHeading>
            ))}
            <th
              scope="col"
              className="px-4 py-3 pr-5 text-right text-xs font-medium text-muted"
              title="Forward passes for one image"
            >
              Cost
              <span className="block text-2xs font-normal text-faint">forward passes</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.model.id} className="border-b border-line last:border-0 hover:bg-sunken/60">
              <td className="py-3 pl-5 align-top">
                <Rank row={row} />
              </td>
              <th scope="row" className="px-4 py-3 text-left font-normal">
                <ModelName row={row} slug={slug} several={several} />
              </th>
              {columns.map((column, index) => (
                <td key={column.id} className={cx('px-4 py-3', order.by === column.id && 'bg-sunken/40')}>
                  <ScoreCell
                    score={row.scores[index] ?? null}
                    column={column}
                    domain={domains[index] ?? { low: 0, high: 1 }}
                    chosen={view.metric}
                    best={row.bestIngredient}
                  />
                </td>
              ))}
              <td className="tabular px-4 py-3 pr-5 text-right text-muted">
                {row.forwardPasses == null ? '–' : `${row.forwardPasses}×`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SortableHeading(props: {
  by: string;
  view: ViewState;
  order: CurrentOrder;
  title?: string;
  note?: ReactNode;
  children: ReactNode;
}) {
  const active = props.order.by === props.by;
  const ascending = props.order.direction === 'ASC';
  const Icon = active ? (ascending ? ArrowUp : ArrowDown) : ChevronsUpDown;
  return (
    <th
      scope="col"
      aria-sort={active ? (ascending ? 'ascending' : 'descending') : 'none'}
      className={cx('px-4 py-3 text-xs font-medium', active && props.note ? 'bg-sunken/40' : '')}
    >
      <Link
        href={`?${formatViewState(toggleOrder(props.view, props.by, props.order))}`}
        replace
        scroll={false}
        title={props.title}
        className={cx('inline-flex items-center gap-1 hover:text-ink', active ? 'text-ink' : 'text-muted')}
      >
        {props.children}
        <Icon aria-hidden className={cx('size-3.5', active ? 'text-accent' : 'text-faint')} />
      </Link>
      {props.note ? <div className="mt-1">{props.note}</div> : null}
    </th>
  );
}
