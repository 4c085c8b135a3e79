import { join } from 'node:path';
import { z } from 'zod';
import { DataFileError, DatasetError } from '../errors.js';
import { openParquet, type ParquetFile, type ParquetRow } from '../parquet-file.js';
import { encodeText } from '../text-example.js';
import { dataPath } from './data-path.js';
import type { ExampleReader } from './example-reader.js';

const files = { files: z.array(dataPath).min(1), /** Rows of each file. */ rows: z.array(z.int().min(0)) };

/** Rows of Parquet files whose column holds an encoded image, as bytes or as a group with a child `bytes`. */
export const parquetStore = z.strictObject({ kind: z.literal('parquet'), ...files, column: z.string() });
export type ParquetStore = z.infer<typeof parquetStore>;

/** Rows of Parquet files with a column of text, or two. */
export const parquetTextStore = z.strictObject({
  kind: z.literal('parquet-text'),
  ...files,
  text: z.string(),
  pair: z.string().nullable(),
});
export type ParquetTextStore = z.infer<typeof parquetTextStore>;

/** Rows are unpacked this many at a time: a whole row group of a Hugging Face image set, which has 100. */
const BLOCK_ROWS = 100;
/** Unpacked blocks that are kept, in bytes, the least recently used one dropped first: random order reads a block again. */
const KEPT_BYTES = 128 * 1024 * 1024;

export function openParquetImages(store: ParquetStore, folder: string): ExampleReader {
  return openRows(store, folder, [store.column], (row, where) => {
    const value = row[store.column];
    const bytes = isRecord(value) ? value.bytes : value;
    if (bytes instanceof Uint8Array) return bytes;
    throw new DataFileError(
      where,
      `the column '${store.column}' holds no image bytes there.`,
      'Datasets that store only paths need their files: use one that embeds its images.',
    );
  });
}

export function openParquetTexts({ text, pair, ...store }: ParquetTextStore, folder: string): ExampleReader {
  const columns = pair === null ? [text] : [text, pair];
  return openRows(store, folder, columns, (row, where) => {
    const [first, second] = columns.map((column) => {
      const value = row[column];
      if (typeof value === 'string') return value;
      throw new DataFileError(
        where,
        `the column '${column}' holds no text there.`,
        'Name a column of text in the recipe.',
      );
    });
    return encodeText({ text: first ?? '', pair: second ?? null });
  });
}

function openRows(
  { files, rows }: { readonly files: readonly string[]; readonly rows: readonly number[] },
  folder: string,
  columns: readonly string[],
  pick: (row: ParquetRow, where: string) => Uint8Array,
): ExampleReader {
  if (files.length !== rows.length) {
    throw new DatasetError('The files of a dataset manifest contradict each other.', 'Register the dataset anew.');
  }
  const opened = new Map<string, Promise<ParquetFile>>();
  const blocks = new Map<string, Promise<Block>>();
  /** Of the blocks that are unpacked. */
  const sizes = new Map<string, number>();
  const locate = (index: number) => {
    let row = index;
    for (const [number, path] of files.entries()) {
      const count = rows[number] ?? 0;
      if (row < count) return { path: join(folder, path), row };
      row -= count;
    }
    throw new RangeError(`Row ${index} was asked for of ${rows.reduce((sum, count) => sum + count, 0)}.`);
  };
  const fileOf = (path: string) => {
    const known = opened.get(path);
    if (known !== undefined) return known;
    const file = openParquet(path);
    opened.set(path, file);
    return file;
  };
  const blockOf = async (file: ParquetFile, row: number) => {
    const group = file.group(row);
    const start = group.start + Math.floor((row - group.start) / BLOCK_ROWS) * BLOCK_ROWS;
    const key = `${file.path}\n${start}`;
    const block = blocks.get(key) ?? readBlock(file, columns, start, Math.min(group.end, start + BLOCK_ROWS));
    blocks.delete(key);
    blocks.set(key, block);
    const found = await block;
    sizes.set(key, found.bytes);
    let kept = 0;
    for (const other of [...blocks.keys()].reverse()) {
      kept += sizes.get(other) ?? 0;
      if (kept <= KEPT_BYTES || other === key) continue;
      blocks.delete(other);
      sizes.delete(other);
    }
    return found;
  };
  const where = (index: number) => {
    const { path, row } = locate(index);
    return `${path} (row ${row})`;
  };
  return {
    n: rows.reduce((sum, count) => sum + count, 0),
    async read(index) {
      const { path, row } = locate(index);
      const file = await fileOf(path);
      if (row >= file.rows) {
        throw new DataFileError(path, `it has ${file.rows} rows; row ${row} is wanted.`, 'Put the original file back.');
      }
      const block = await blockOf(file, row);
      const found = block.rows[row - block.start];
      if (found === undefined) throw new RangeError(`Row ${row} is missing from its block.`);
      return pick(found, where(index));
    },
    where,
  };
}

interface Block {
  readonly start: number;
  readonly rows: readonly ParquetRow[];
  readonly bytes: number;
}

async function readBlock(file: ParquetFile, columns: readonly string[], start: number, end: number): Promise<Block> {
  const rows = await file.read(columns, start, end);
  return {
    start,
    rows,
    bytes: rows.reduce((sum, row) => sum + columns.reduce((all, name) => all + sizeOf(row[name]), 0), 0),
  };
}

/** Bytes that a value holds, as far as it matters. */
function sizeOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value === 'string') return 2 * value.length;
  return isRecord(value) ? sizeOf(value.bytes) : 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
}
