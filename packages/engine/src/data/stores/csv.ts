import { join } from 'node:path';
import { z } from 'zod';
import { type CsvFile, readCsv } from '../csv-file.js';
import { DataFileError } from '../errors.js';
import { encodeText } from '../text-example.js';
import { dataPath } from './data-path.js';
import type { ExampleReader } from './example-reader.js';

/** Rows of a CSV or TSV file with a column of text, or two. */
export const csvStore = z.strictObject({
  kind: z.literal('csv'),
  file: dataPath,
  n: z.int().min(1),
  /** Positions of the columns. */
  text: z.int().min(0),
  pair: z.int().min(0).nullable(),
});
export type CsvStore = z.infer<typeof csvStore>;

export function openCsv({ file, n, text, pair }: CsvStore, folder: string): ExampleReader {
  const path = join(folder, file);
  const where = (index: number) => `${path} (row ${index + 1})`;
  let table: Promise<CsvFile> | undefined;
  return {
    n,
    async read(index) {
      table ??= readCsv(path);
      const row = (await table).rows[index];
      const first = row?.[text];
      const second = pair === null ? null : row?.[pair];
      if (first === undefined || second === undefined) {
        throw new DataFileError(where(index), 'the row is missing or too short.', 'Put the original file back.');
      }
      return encodeText({ text: first, pair: second });
    },
    where,
  };
}
