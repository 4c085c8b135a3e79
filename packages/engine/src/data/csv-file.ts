/** @file A CSV or TSV file with a header line, through csv-parse. */
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { DataFileError } from './errors.js';
import { readFully, withFile } from './read-range.js';

/** A table of text is held in memory; more than this belongs into Parquet. */
const MAX_BYTES = 512 * 1024 * 1024;
const MAX_RECORD = 16 * 1024 * 1024;

const table = z.array(z.array(z.string()));

export interface CsvFile {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads a table. `.tsv` files are separated by tabs and know no quotes, as those of GLUE; others by commas, with quotes as
 * RFC 4180 has them. Throws DataFileError for other encodings than UTF-8, rows of another length, and quotes left open.
 */
export async function readCsv(path: string): Promise<CsvFile> {
  const bytes = await withFile(path, async (file, size) => {
    if (size > MAX_BYTES) {
      throw new DataFileError(
        path,
        `the file has ${size} bytes; tables of text are read up to ${MAX_BYTES}.`,
        'Convert it to Parquet, which is read piece by piece.',
      );
    }
    return readFully(path, file, 0, size);
  });
  const text = decodeUtf8(path, bytes);
  const tabs = /\.tsv$/i.test(path);
  let rows: string[][];
  try {
    rows = table.parse(
      parse(text, {
        delimiter: tabs ? '\t' : ',',
        quote: tabs ? null : '"',
        bom: true,
        skip_empty_lines: true,
        max_record_size: MAX_RECORD,
      }),
    );
  } catch (cause) {
    throw new DataFileError(
      path,
      `this is not a sound table: ${cause instanceof Error ? cause.message : String(cause)}.`,
      'Check the quotes and the number of columns at the line that is named.',
      { cause },
    );
  }
  const [columns, ...records] = rows;
  if (columns === undefined || records.length === 0) {
    throw new DataFileError(
      path,
      'expected a header line and at least one row.',
      'Put the names of the columns first.',
    );
  }
  return { columns, rows: records };
}

function decodeUtf8(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (cause) {
    throw new DataFileError(
      path,
      'the file is not UTF-8.',
      'Convert it, for instance: iconv -f ISO-8859-1 -t UTF-8 FILE > NEW.',
      { cause },
    );
  }
}
