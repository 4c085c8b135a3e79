/** @file The table of docs/numbers.md, written from the table of metrics; numbers-page.test.ts holds the page to it. */
import { metricTable } from './table.js';

export const TABLE_BEGINS = '<!-- the table of metrics: npm run numbers -w @stockpot/engine writes it -->';
export const TABLE_ENDS = '<!-- end of the table of metrics -->';

const UNITS = { share: 'share', percent: 'per cent of the reference', nats: 'nats', number: '' } as const;

/** The page with its table written anew. */
export function withMetricTable(page: string): string {
  const [start, end] = [page.indexOf(TABLE_BEGINS), page.indexOf(TABLE_ENDS)];
  if (start < 0 || end < start) throw new Error('docs/numbers.md has lost the marks of its table of metrics.');
  return `${page.slice(0, start + TABLE_BEGINS.length)}\n${table()}${page.slice(end)}`;
}

function table(): string {
  const rows = Object.entries(metricTable).map(([name, { title, unit, range, better, per, definition }]) => {
    const [low, high] = range.map((end, at) =>
      end === null ? (at === 0 ? '−∞' : '∞') : String(end).replace('-', '−'),
    );
    const shown = per === undefined ? name : `${name}:…`;
    const what = per === undefined ? title : `${title} (by ${per})`;
    return `| \`${shown}\` | ${what} | ${[UNITS[unit], `${low} … ${high}`].filter(Boolean).join(', ')} | ${better ?? ''} | ${definition.replaceAll('|', '\\|')} |`;
  });
  return `${['| name | number | range | better | definition |', '| --- | --- | --- | --- | --- |', ...rows].join('\n')}\n`;
}
