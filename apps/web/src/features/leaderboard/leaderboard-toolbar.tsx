'use client';

import { ArrowDownWideNarrow, ArrowUpNarrowWide, Search, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '@/components/ui/button';
import { inputStyle } from '@/components/ui/field';
import { KindMark } from '@/components/ui/kind-mark';
import type { ModelKind } from '@/gql/graphql';
import { cx } from '@/lib/cx';
import { KIND_ORDER, KINDS } from '@/lib/kinds';
import { columnLabels } from './column-label';
import type { Column, ColumnMetrics } from './types';
import { type CurrentOrder, toggleOrder, type ViewState } from './view-state';

interface Props {
  readonly view: ViewState;
  readonly columns: readonly Column[];
  /** The numbers that any column has. */
  readonly metrics: ColumnMetrics['metrics'];
  readonly order: CurrentOrder;
  readonly onChange: (view: ViewState) => void;
}

/** Search, kinds, and on narrow screens the order, which wide ones choose in the table's heading. */
export function LeaderboardToolbar({ view, columns, metrics, order, onChange }: Props) {
  const toggleKind = (kind: ModelKind) =>
    onChange({
      ...view,
      kinds: view.kinds.includes(kind) ? view.kinds.filter((other) => other !== kind) : [...view.kinds, kind],
    });
  const labels = columnLabels(columns);
  // The address may name a number that no evaluation here has.
  const unknown = metrics.length === 0 || metrics.some(({ name }) => name === view.metric) ? null : view.metric;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2.5 border-b border-line px-4 py-3 sm:px-5">
      <SearchBox value={view.search} onChange={(search) => onChange({ ...view, search })} />
      <fieldset className="flex flex-wrap gap-1.5">
        <legend className="sr-only">Kinds of model</legend>
        {KIND_ORDER.map((kind) => {
          const on = view.kinds.includes(kind);
          return (
            <button
              key={kind}
              type="button"
              aria-pressed={on}
              onClick={() => toggleKind(kind)}
              className={cx(
                'inline-flex h-8 items-center gap-1.5 rounded-full border px-2.5 text-xs font-medium',
                on
                  ? 'border-accent bg-accent-soft text-accent-strong'
                  : 'border-line text-muted hover:border-line-strong hover:text-ink',
              )}
            >
              <KindMark kind={kind} className="size-2.5" />
              {KINDS[kind].plural}
            </button>
          );
        })}
      </fieldset>
      {view.run ? (
        <Button look="quiet" size="small" onClick={() => onChange({ ...view, run: null })}>
          Only one run’s models <X aria-hidden />
        </Button>
      ) : null}
      {metrics.length > 1 || unknown !== null ? (
        <div className="flex w-full items-center gap-2 md:ml-auto md:w-auto">
          <label htmlFor="leaderboard-metric" className="shrink-0 text-xs text-muted">
            Show
          </label>
          <select
            id="leaderboard-metric"
            className={cx(inputStyle, 'h-9 flex-1 md:h-8 md:max-w-56 md:text-sm')}
            value={view.metric ?? ''}
            onChange={(event) =>
              // Another number may be of another benchmark: the server orders by the first that has it.
              onChange({ ...view, metric: event.target.value || null, by: null, direction: null })
            }
          >
            <option value="">Main numbers</option>
            {unknown === null ? null : <option value={unknown}>{unknown}: not evaluated here</option>}
            {metrics.map(({ name, title, definition }) => (
              <option key={name} value={name} title={definition}>
                {title}
              </option>
            ))}
          </select>
        </div>
      ) : null}
      <div className="flex w-full items-center gap-2 md:hidden">
        <label htmlFor="leaderboard-order" className="shrink-0 text-xs text-muted">
          Order by
        </label>
        <select
          id="leaderboard-order"
          className={cx(inputStyle, 'h-9 flex-1')}
          value={order.by ?? ''}
          onChange={(event) => onChange(toggleOrder(view, event.target.value, order))}
        >
          {columns.map((column) => (
            <option key={column.id} value={column.id}>
              {labels.get(column.id)}
            </option>
          ))}
          <option value="name">Name</option>
          <option value="created">Newest</option>
        </select>
        <Button
          size="icon"
          aria-label={order.direction === 'ASC' ? 'Smallest first; turn round' : 'Largest first; turn round'}
          onClick={() => onChange(toggleOrder(view, order.by ?? 'name', order))}
        >
          {order.direction === 'ASC' ? <ArrowUpNarrowWide aria-hidden /> : <ArrowDownWideNarrow aria-hidden />}
        </Button>
      </div>
    </div>
  );
}

/** Types freely; the address follows a moment after the last key. */
function SearchBox({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => onChange(text), 250);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <div className="relative w-full sm:w-60">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-faint"
      />
      <input
        type="search"
        aria-label="Search models by name"
        placeholder="Search models"
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className={cx(inputStyle, 'h-8 border-line pl-8 text-sm')}
      />
    </div>
  );
}
