import type { DatasetFormat, FoundPart } from './format.js';
import { findColumn, firstParquet, imageColumns, openParts, readLabels } from './parquet-table.js';
import { pairOf, TEXT_COLUMNS } from './text-columns.js';

/** Texts, or pairs of texts, with labels: columns of Parquet files. */
export const parquetText: DatasetFormat = {
  async recognise(folder) {
    const first = await firstParquet(folder);
    if (first === null || !TEXT_COLUMNS.some((name) => first.file.columns.includes(name))) return null;
    // A caption beside an image does not make the set one of text.
    if (imageColumns(first.file).some((name) => first.file.columns.includes(name))) return null;
    return `Found ${first.count} Parquet ${first.count === 1 ? 'file' : 'files'} with text.`;
  },
  async scan(folder, wanted, { columns }) {
    const parts = await openParts(folder, wanted);
    const { labels, classNames } = await readLabels(parts, columns.label);
    const found: FoundPart[] = [];
    for (const [number, { name, files, opened }] of parts.entries()) {
      let text = '';
      let pair: string | null = null;
      for (const file of opened) {
        text = findColumn(file, columns.text, TEXT_COLUMNS, 'text');
        pair = columns.pair === undefined ? pairOf(text, file.columns) : findColumn(file, columns.pair, [], 'pair');
      }
      const rows = opened.map((file) => file.rows);
      found.push({
        name,
        labels: labels[number] ?? new Uint32Array(),
        store: { kind: 'parquet-text', files: [...files], rows, text, pair },
      });
    }
    return { content: { kind: 'text' }, classNames, parts: found };
  },
};
