import { metricNamed } from '@stockpot/engine/metrics';
import { repeatOf } from '@stockpot/engine/recipe';
import Table from 'cli-table3';
import pc from 'picocolors';
import stringWidth from 'string-width';
import { whole } from '../progress/format.js';
import type { ShownLeaderboard, ShownRow, ShownScore } from './leaderboard.js';

type ShownColumn = ShownLeaderboard['columns'][number];

export interface TableOptions {
  readonly color: boolean;
  /** Columns of the terminal; in a narrow one the intervals stand below the scores. */
  readonly width?: number | undefined;
}

/** The leaderboard as a table for a terminal, with notes that say what its numbers are. */
export function leaderboardTable(leaderboard: ShownLeaderboard, { color, width }: TableOptions): string {
  const wide = layOut(leaderboard, color, ' ');
  return width !== undefined && stringWidth(wide.split('\n')[0] ?? '') > width
    ? layOut(leaderboard, color, '\n')
    : wide;
}

function layOut({ columns, rows }: ShownLeaderboard, color: boolean, beforeInterval: ' ' | '\n'): string {
  const colors = pc.createColors(color);
  const table = new Table({
    head: ['', 'model', 'kind', ...columns.map(heading)].map((text) => lines(text, colors.bold)),
    colAligns: ['right', 'left', 'left', ...columns.map(() => 'right' as const)],
    style: { head: [], border: color ? ['gray'] : [], compact: true },
  });
  const best = columns.map((_, column) => Math.max(...rows.map(({ scores }) => scores[column]?.value ?? -1)));
  for (const row of rows) {
    const cells = row.scores.map((score, column) => {
      const text = cell(score, beforeInterval);
      if (columns[column]?.role === 'selection') return lines(text, colors.dim);
      return score !== null && score.value === best[column] ? lines(text, colors.green) : text;
    });
    const soup = row.kind === 'soup';
    table.push([rank(row, rows), soup ? colors.bold(name(row)) : name(row), kindOf(row), ...cells]);
  }
  return `${table.toString()}\n${notes(columns, rows)
    .map((note) => colors.dim(note))
    .join('\n')}\n`;
}

/** A soup that is called by its method has said it. */
export function kindOf({ kind, method, model }: Pick<ShownRow, 'kind' | 'method' | 'model'>): string {
  return method === undefined || method === repeatOf(model).name ? kind : `${kind}, ${method}`;
}

/** Place by the first column: one more than the number of better models, so that equal scores share a rank. */
function rank({ scores: [own] }: ShownRow, rows: readonly ShownRow[]): string {
  if (own === null || own === undefined) return '';
  return String(1 + rows.filter(({ scores: [other] }) => other != null && other.value > own.value).length);
}

/** Colours each line for itself: a colour that crosses a line end would cross the table's border. */
export function lines(text: string, paint: (line: string) => string): string {
  return text.split('\n').map(paint).join('\n');
}

export function heading({ benchmark, role, n, corrupted, origin, headline }: ShownColumn): string {
  const title = `${metricNamed(headline)?.title ?? headline} %`;
  const what =
    role === 'selection'
      ? 'chosen on'
      : corrupted
        ? `${title}, mean${origin === undefined ? '' : `\n${origin}`}`
        : title;
  return `${benchmark}\n${what}\nn = ${whole(n)}`;
}

function name({ model, bestIngredient, networks }: ShownRow): string {
  if (bestIngredient) return `${model} *`;
  return networks === 1 ? model : `${model} (${networks} networks)`;
}

function cell(score: ShownScore | null, beforeInterval: string): string {
  if (score === null) return '';
  const mark = score.transduction === undefined ? '' : MARKS[score.transduction];
  const interval =
    score.interval === null ? '' : `${beforeInterval}[${percent(score.interval.low)}, ${percent(score.interval.high)}]`;
  return `${percent(score.value)}${mark}${interval}`;
}

export const percent = (share: number) => (share * 100).toFixed(2);

const MARKS = { joint: '‡', disjoint: '†' } as const;
const MARK_NOTES = {
  joint: "‡ transductive, joint: trained without labels on the benchmark's own images.",
  disjoint: '† transductive, disjoint: trained without labels on other images of the same shift.',
} as const;

function notes(columns: readonly ShownColumn[], rows: readonly ShownRow[]): string[] {
  const [first] = columns;
  const lines: string[] = [];
  if (first !== undefined) lines.push(`Ordered by ${first.benchmark}. In brackets the 95 % interval of Wilson.`);
  lines.push(...columnNotes(columns));
  if (rows.some(({ bestIngredient }) => bestIngredient))
    lines.push('* the best single ingredient by its selection score.');
  for (const kind of ['joint', 'disjoint'] as const) {
    if (rows.some(({ scores }) => scores.some((score) => score?.transduction === kind))) lines.push(MARK_NOTES[kind]);
  }
  return lines;
}

/** What the numbers of the columns are. */
export function columnNotes(columns: readonly ShownColumn[]): string[] {
  const selection = columns.filter(({ role }) => role === 'selection').map(({ benchmark }) => benchmark);
  const corrupted = columns.filter((column) => column.corrupted).map(({ benchmark }) => benchmark);
  const lines: string[] = [];
  const official = columns.filter(({ origin }) => origin === 'official files').map(({ benchmark }) => benchmark);
  const drawn = columns.filter(({ headline }) => headline.startsWith('fewShot:')).map(({ benchmark }) => benchmark);
  if (official.length > 0)
    lines.push(`${official.join(', ')}: the published images; they are not comparable with generated ones.`);
  if (drawn.length > 0)
    lines.push(`${drawn.join(', ')}: mean over draws of examples, with the interval of Student's t over them.`);
  if (corrupted.length > 0)
    lines.push(
      `${corrupted.join(', ')}: mean over all corruptions and severities of the same n images; the interval counts each image once.`,
    );
  if (selection.length > 0)
    lines.push(`${selection.join(', ')}: models were chosen by this score; it never ranks them.`);
  return lines;
}
