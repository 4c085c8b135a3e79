import type { CellFieldsFragment } from '@/gql/graphql';

type Cells = NonNullable<CellFieldsFragment['cells']>;

export interface DifferenceCell {
  readonly corruption: string;
  /** 1 to 5; null in the column of means. */
  readonly severity: number | null;
  readonly n: number;
  /** Fractions right, 0 to 1. */
  readonly own: number;
  readonly other: number;
  readonly difference: number;
}

export interface DifferenceGrid {
  readonly severities: readonly number[];
  readonly rows: readonly {
    readonly corruption: string;
    readonly cells: readonly (DifferenceCell | null)[];
    readonly mean: DifferenceCell;
  }[];
  /** Largest absolute difference of any cell: the end of the colour scale. */
  readonly extent: number;
}

/**
 * Accuracy of one model minus that of another, cell by cell. Cells are matched by corruption and severity, never by
 * position; a cell that one of them lacks is null. A row's mean weighs severities equally, as corruption scores do.
 */
export function differenceGrid(own: Cells, other: Cells): DifferenceGrid {
  const key = (corruption: string, severity: number) => `${severity} ${corruption}`;
  const index = new Map(other.corruption.map((corruption, i) => [key(corruption, other.severity[i] ?? 0), i]));
  const found = new Map<string, DifferenceCell>();
  own.corruption.forEach((corruption, i) => {
    const severity = own.severity[i] ?? 0;
    const j = index.get(key(corruption, severity));
    const [a, b, n] = [own.top1[i], j === undefined ? undefined : other.top1[j], own.n[i]];
    if (a === undefined || b === undefined || n === undefined) return;
    found.set(key(corruption, severity), { corruption, severity, n, own: a, other: b, difference: a - b });
  });
  const severities = [...new Set(own.severity)].sort((a, b) => a - b);
  const corruptions = [...new Set(own.corruption)];
  const rows = corruptions.flatMap((corruption) => {
    const cells = severities.map((severity) => found.get(key(corruption, severity)) ?? null);
    const present = cells.filter((cell) => cell !== null);
    if (present.length === 0) return [];
    const mean = (value: (cell: DifferenceCell) => number) =>
      present.reduce((sum, cell) => sum + value(cell), 0) / present.length;
    const [a, b] = [mean((cell) => cell.own), mean((cell) => cell.other)];
    const n = present.reduce((sum, cell) => sum + cell.n, 0);
    return [{ corruption, cells, mean: { corruption, severity: null, n, own: a, other: b, difference: a - b } }];
  });
  const extent = Math.max(0, ...[...found.values()].map((cell) => Math.abs(cell.difference)));
  return { severities, rows, extent };
}
