import type { OverSeeds } from '@stockpot/engine/statistics';
import Table from 'cli-table3';
import pc from 'picocolors';
import type { RepeatedLeaderboard, RepeatedRow } from './over-repeats.js';
import { columnNotes, heading, kindOf, lines, percent, type TableOptions } from './table.js';

const BEST = 'best ingredient *';

/** The leaderboard over the repeats of a recipe as a table for a terminal: mean ± half the interval over seeds. */
export function repeatsTable(
  { repeats, columns, rows }: RepeatedLeaderboard,
  { color }: Pick<TableOptions, 'color'>,
): string {
  const colors = pc.createColors(color);
  const table = new Table({
    head: ['model', 'kind', ...columns.map(heading)].map((text) => lines(text, colors.bold)),
    colAligns: ['left', 'left', ...columns.map(() => 'right' as const)],
    style: { head: [], border: color ? ['gray'] : [], compact: true },
  });
  for (const row of rows) {
    const { model, kind, method, scores, networks } = row;
    const cells = scores.map((score, column) => {
      const text = cell(score, kind === 'stock' ? 1 : repeats);
      return columns[column]?.role === 'selection' ? colors.dim(text) : text;
    });
    const name = networks === 1 || model === null ? (model ?? BEST) : `${model} (${networks} networks)`;
    table.push([
      kind === 'soup' ? colors.bold(name) : name,
      kindOf({ kind, model: model ?? BEST, ...(method === undefined ? {} : { method }) }),
      ...cells,
    ]);
  }
  const notes = [
    `Over ${repeats} repeats with other seeds, ordered by ${columns[0]?.benchmark ?? 'name'}: mean ± half the 95 % interval of Student's t${repeats < 3 ? ', which takes three repeats or more' : `, n = ${repeats} unless told`}.`,
    'The interval says how much seeds matter, not how much the choice of images does.',
    ...differences(rows, columns[0]?.benchmark ?? ''),
    ...columnNotes(columns),
    ...(rows.some(({ model }) => model === null)
      ? ['* the best single ingredient by its selection score, chosen in each repeat for itself.']
      : []),
  ];
  return `${table.toString()}\n${notes.map((note) => colors.dim(note)).join('\n')}\n`;
}

function cell(score: OverSeeds | null, expected: number): string {
  if (score === null) return '';
  const { n, mean, interval } = score;
  // Of an interval that ends where shares end the other half is whole.
  const half = interval === null ? '' : ` ± ${percent(Math.max(interval.high - mean, mean - interval.low))}`;
  return `${percent(mean)}${half}${n === expected && (interval !== null || n === 1) ? '' : ` (n = ${n})`}`;
}

/** What each soup and ensemble has over the best ingredient, paired by seeds; of a cook that was stopped some have fewer. */
function differences(rows: readonly RepeatedRow[], benchmark: string): string[] {
  const most = Math.max(...rows.map(({ overBest }) => overBest?.n ?? 0));
  const told = rows.flatMap(({ model, overBest }) => {
    if (overBest === null || model === null) return [];
    const { n, difference, interval } = overBest;
    const range = interval === null ? '' : ` [${signed(interval.low)}, ${signed(interval.high)}]`;
    return [`${model} ${signed(difference)}${range}${n === most ? '' : ` (n = ${n})`}`];
  });
  if (told.length === 0) return [];
  return [`${benchmark}, points over the best ingredient of the same seeds (n = ${most}): ${told.join(', ')}.`];
}

function signed(share: number): string {
  return `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
}
