/** @file One Parquet file, read through hyparquet with bounds on what a header may claim. */
import { type Compressors, type FileMetaData, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { DataFileError } from './errors.js';
import { readFully, withFile } from './read-range.js';

/** What one page of a column may unpack to: pages have about a megabyte, whatever a false header claims. */
const MAX_PAGE = 512 * 1024 * 1024;
/** What one row group of the columns that are read may unpack to. */
const MAX_GROUP = 2 * 1024 ** 3;

const boundedCompressors: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([codec, decompress]) => [
    codec,
    (input: Uint8Array, length: number) => {
      if (length > MAX_PAGE) throw new RangeError(`a page claims to unpack to ${length} bytes, more than ${MAX_PAGE}`);
      return decompress(input, length);
    },
  ]),
);

/** A row: column name → value. Byte columns are Uint8Array, integers number or bigint, text string. */
export type ParquetRow = Readonly<Record<string, unknown>>;

export interface ParquetFile {
  readonly path: string;
  readonly rows: number;
  /** Names of the top-level columns. */
  readonly columns: readonly string[];
  /** Names of a column's children when it is a group, e.g. ['bytes', 'path']. */
  children(column: string): readonly string[];
  /** A value of the file's own metadata, e.g. 'huggingface'. */
  metadata(key: string): string | undefined;
  /** The rows [start, end) of the row group that holds a row. */
  group(row: number): { readonly start: number; readonly end: number };
  /** Reads rows [start, end) of some columns. Throws DataFileError. */
  read(columns: readonly string[], start: number, end: number): Promise<readonly ParquetRow[]>;
}

/** Reads a file's footer. Throws DataFileError for what is no sound Parquet file. */
export async function openParquet(path: string): Promise<ParquetFile> {
  const size = await withFile(path, async (_, bytes) => bytes);
  if (size < 12) throw damaged(path, `it has ${size} bytes`);
  const file = {
    byteLength: size,
    slice: (start: number, end = size) =>
      withFile(path, async (handle) => {
        if (start < 0 || end > size || start > end)
          throw new RangeError(`bytes ${start} to ${end} of ${size} are asked for`);
        const bytes = await readFully(path, handle, start, end - start);
        return Uint8Array.from(bytes).buffer;
      }),
  };
  const metadata = await guarded(path, async () => checked(await parquetMetadataAsync(file, { geoparquet: false })));
  const groups: { start: number; end: number }[] = [];
  for (const { num_rows: rows } of metadata.row_groups) {
    const start = groups.at(-1)?.end ?? 0;
    groups.push({ start, end: start + Number(rows) });
  }
  const rows = Number(metadata.num_rows);
  if (!Number.isSafeInteger(rows) || rows < 0 || (groups.at(-1)?.end ?? 0) !== rows) {
    throw damaged(path, `its footer says it has ${rows} rows and its groups have ${groups.at(-1)?.end ?? 0}`);
  }
  const tree = columnTree(metadata);
  return {
    path,
    rows,
    columns: [...tree.keys()],
    children: (column) => tree.get(column) ?? [],
    metadata: (key) => metadata.key_value_metadata?.find((entry) => entry.key === key)?.value,
    group(row) {
      const found = groups.find(({ end }) => row < end);
      if (found === undefined) throw new RangeError(`Row ${row} was asked for of ${path}; it has ${rows}.`);
      return found;
    },
    read: (columns, start, end) =>
      guarded(path, async () => {
        assertGroupSizes(metadata, columns, groups, start, end);
        const found: readonly ParquetRow[] = await parquetReadObjects({
          file,
          metadata,
          columns: [...columns],
          rowStart: start,
          rowEnd: end,
          compressors: boundedCompressors,
          utf8: false,
          geoparquet: false,
          useOffsetIndex: true,
        });
        if (found.length !== end - start)
          throw new RangeError(`${end - start} rows were expected, ${found.length} found`);
        return found;
      }),
  };
}

function checked(metadata: FileMetaData): FileMetaData {
  if (!Array.isArray(metadata.schema) || !Array.isArray(metadata.row_groups) || metadata.schema.length === 0) {
    throw new RangeError('its footer names no columns');
  }
  return metadata;
}

/** Top-level columns with the names of their children; the schema is a tree written in depth-first order. */
function columnTree({ schema }: FileMetaData): ReadonlyMap<string, readonly string[]> {
  const tree = new Map<string, string[]>();
  let at = 1;
  const skip = (): string => {
    const element = schema[at++];
    for (let child = 0; child < (element?.num_children ?? 0) && at < schema.length; child++) skip();
    return element?.name ?? '';
  };
  while (at < schema.length) {
    const element = schema[at++];
    const children: string[] = [];
    for (let child = 0; child < (element?.num_children ?? 0) && at < schema.length; child++) children.push(skip());
    tree.set(element?.name ?? '', children);
  }
  return tree;
}

function assertGroupSizes(
  { row_groups }: FileMetaData,
  columns: readonly string[],
  groups: readonly { readonly start: number; readonly end: number }[],
  start: number,
  end: number,
): void {
  for (const [number, group] of row_groups.entries()) {
    const range = groups[number];
    if (range === undefined || range.end <= start || range.start >= end) continue;
    let total = 0;
    for (const { meta_data: chunk } of group.columns) {
      if (chunk !== undefined && columns.includes(chunk.path_in_schema[0] ?? '')) {
        total += Math.max(Number(chunk.total_uncompressed_size), Number(chunk.total_compressed_size));
      }
    }
    if (total > MAX_GROUP) throw new RangeError(`row group ${number} has ${total} bytes, more than ${MAX_GROUP}`);
  }
}

async function guarded<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof DataFileError) throw cause;
    throw damaged(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function damaged(path: string, reason: string, cause?: unknown): DataFileError {
  return new DataFileError(
    path,
    `this is not a sound Parquet file: ${reason}.`,
    'Fetch the file again from where it came from.',
    { cause },
  );
}
