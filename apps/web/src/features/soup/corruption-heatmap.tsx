'use client';

import { type KeyboardEvent, useRef, useState } from 'react';
import { cx } from '@/lib/cx';
import { count, label, percent, points } from '@/lib/format';
import type { DifferenceCell, DifferenceGrid } from './grid-difference';

/** Corruptions down, severities across, the mean at the end. Arrow keys walk the cells; the line below says all of one. */
export function CorruptionHeatmap({ grid, own, other }: { grid: DifferenceGrid; own: string; other: string }) {
  const [at, setAt] = useState<{ row: number; column: number } | null>(null);
  const table = useRef<HTMLTableElement>(null);
  const columns = grid.severities.length + 1;
  const cellAt = (row: number, column: number): DifferenceCell | null =>
    (column < grid.severities.length ? grid.rows[row]?.cells[column] : grid.rows[row]?.mean) ?? null;
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (!step || !at) return;
    event.preventDefault();
    const row = Math.min(grid.rows.length - 1, Math.max(0, at.row + step[0]));
    const column = Math.min(columns - 1, Math.max(0, at.column + step[1]));
    table.current?.querySelector<HTMLElement>(`[data-cell="${row}-${column}"]`)?.focus();
  };
  const shown = at ? cellAt(at.row, at.column) : null;
  return (
    <div>
      <table
        ref={table}
        aria-label={`Accuracy of ${own} minus that of ${other} by corruption and severity, in percentage points`}
        className="w-full table-fixed border-separate border-spacing-0.5 text-xs"
      >
        <thead>
          <tr className="text-muted">
            <th scope="col" className="w-[33%] pb-1 text-left font-normal sm:w-44">
              <span className="sr-only">Corruption</span>
            </th>
            {grid.severities.map((severity, index) => (
              <th key={severity} scope="col" className="pb-1 font-normal">
                <span className={index === 0 ? 'hidden sm:inline' : 'sr-only'}>severity </span>
                {severity}
              </th>
            ))}
            <th scope="col" className="pb-1 font-medium">
              mean
            </th>
          </tr>
        </thead>
        <tbody>
          {grid.rows.map((row, rowIndex) => (
            <tr key={row.corruption}>
              <th scope="row" className="truncate pr-2 text-left font-normal" title={label(row.corruption)}>
                {label(row.corruption)}
              </th>
              {Array.from({ length: columns }, (_, column) => column).map((column) => {
                const cell = cellAt(rowIndex, column);
                const first = rowIndex === 0 && column === 0;
                const here = at?.row === rowIndex && at.column === column;
                return (
                  <td key={column} className="p-0">
                    <button
                      type="button"
                      data-cell={`${rowIndex}-${column}`}
                      tabIndex={(at ? here : first) ? 0 : -1}
                      onKeyDown={move}
                      onFocus={() => setAt({ row: rowIndex, column })}
                      onMouseEnter={() => setAt({ row: rowIndex, column })}
                      aria-label={cell ? describe(cell, own, other) : 'not evaluated'}
                      style={{ backgroundColor: cell ? shade(cell.difference, grid.extent) : undefined }}
                      className={cx(
                        'tabular block h-7 w-full cursor-default rounded-sm text-center text-2xs outline-offset-0 sm:text-xs',
                        column === columns - 1 && 'font-semibold',
                        here && 'outline-2 outline-ink',
                      )}
                    >
                      {cell ? points(cell.difference, 1) : '–'}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="mt-3 flex flex-wrap items-center justify-between gap-x-6 gap-y-2 text-xs text-muted">
        <p aria-live="polite" className="tabular min-h-8 sm:min-h-4">
          {shown ? describe(shown, own, other) : 'Point at a cell, or focus it and walk with the arrow keys.'}
        </p>
        <div aria-hidden className="tabular flex items-center gap-2">
          {points(-grid.extent, 1)}
          <span
            className="h-2.5 w-28 rounded-full"
            style={{ background: 'linear-gradient(to right in oklab, var(--worse), var(--sunken), var(--better))' }}
          />
          {points(grid.extent, 1)}
        </div>
      </div>
    </div>
  );
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Neutral at zero, full colour at the largest difference of the grid. */
function shade(difference: number, extent: number): string {
  const share = extent > 0 ? (Math.abs(difference) / extent) * 100 : 0;
  return `color-mix(in oklab, var(${difference < 0 ? '--worse' : '--better'}) ${share.toFixed(1)}%, var(--sunken))`;
}

function describe(cell: DifferenceCell, own: string, other: string): string {
  const where = cell.severity === null ? 'mean over severities' : `severity ${cell.severity}`;
  return `${label(cell.corruption)}, ${where}: ${own} ${percent(cell.own, 1)} %, ${other} ${percent(cell.other, 1)} %, difference ${points(cell.difference, 1)}, n = ${count(cell.n)}`;
}
