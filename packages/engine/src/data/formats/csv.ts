import { join } from 'node:path';
import { readCsv } from '../csv-file.js';
import { DataFileError } from '../errors.js';
import { numberLabels } from './class-names.js';
import type { DatasetFormat } from './format.js';
import { listFiles } from './listing.js';
import { findColumn, LABEL_COLUMNS } from './parquet-table.js';
import { chooseParts } from './parts.js';
import { groupByPart } from './shards.js';
import { pairOf, TEXT_COLUMNS } from './text-columns.js';

const LEVELS = 2;

/** Tables of text with a header line: `train.csv` and `test.csv`, or `.tsv` as GLUE's. */
export const csv: DatasetFormat = {
  async recognise(folder) {
    const files = await tables(folder);
    return files.length === 0 ? null : `Found tables of text: ${files.slice(0, 8).join(', ')}.`;
  },
  async scan(folder, wanted, { columns }) {
    const parts = [];
    for (const { name, part: files } of chooseParts(folder, groupByPart(await tables(folder)), wanted)) {
      const [file, ...others] = files;
      const path = join(folder, file ?? '');
      if (file === undefined || others.length > 0) {
        throw new DataFileError(
          path,
          `the example set '${name}' has ${files.length} files: ${files.join(', ')}.`,
          'Join them.',
        );
      }
      const table = { path, ...(await readCsv(path)) };
      const text = findColumn(table, columns.text, TEXT_COLUMNS, 'text');
      const pair =
        columns.pair === undefined ? pairOf(text, table.columns) : findColumn(table, columns.pair, [], 'pair');
      const label = table.columns.indexOf(findColumn(table, columns.label, LABEL_COLUMNS, 'label'));
      parts.push({
        name,
        labels: table.rows.map((row) => row[label] ?? ''),
        where: (index: number) => `${path} (row ${index + 1})`,
        store: {
          kind: 'csv' as const,
          file,
          n: table.rows.length,
          text: table.columns.indexOf(text),
          pair: pair === null ? null : table.columns.indexOf(pair),
        },
      });
    }
    const { labels, classNames } = numberLabels(parts);
    return {
      content: { kind: 'text' },
      classNames,
      parts: parts.map(({ name, store }, number) => ({ name, store, labels: labels[number] ?? new Uint32Array() })),
    };
  },
};

async function tables(folder: string): Promise<string[]> {
  return (await listFiles(folder, LEVELS)).filter((path) => /\.(?:csv|tsv)$/i.test(path));
}
