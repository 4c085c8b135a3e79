/** @file What image sets and text sets in Parquet have in common: files by part, columns by name, labels. */
import { join } from 'node:path';
import { z } from 'zod';
import { didYouMean } from '../../recipe/did-you-mean.js';
import { DataFileError } from '../errors.js';
import { openParquet, type ParquetFile } from '../parquet-file.js';
import { assertNamed, numberLabels, type WrittenLabel } from './class-names.js';
import { listFiles } from './listing.js';
import { chooseParts } from './parts.js';
import { groupByPart } from './shards.js';

/** Labels are read this many rows at a time. */
const ROWS = 65_536;
const LEVELS = 4;
const IMAGE_COLUMNS = ['image', 'img', 'images', 'jpg', 'png', 'picture'] as const;
export const LABEL_COLUMNS = ['label', 'labels', 'fine_label', 'target', 'class', 'cls'] as const;

export interface ParquetPart {
  readonly name: string;
  readonly files: readonly string[];
  readonly opened: readonly ParquetFile[];
}

/** The first of the Parquet files, opened, and how many there are; null where there is none or it cannot be read. */
export async function firstParquet(folder: string): Promise<{ file: ParquetFile; count: number } | null> {
  const [first, ...others] = await parquetFiles(folder);
  if (first === undefined) return null;
  const file = await openParquet(join(folder, first)).catch(() => null);
  return file === null ? null : { file, count: others.length + 1 };
}

/** The columns of encoded images that a file may have: groups with a child `bytes`, and those with a usual name. */
export function imageColumns(file: ParquetFile): readonly string[] {
  const groups = file.columns.filter((candidate) => file.children(candidate).includes('bytes'));
  return [...IMAGE_COLUMNS, ...groups];
}

export async function parquetFiles(folder: string): Promise<string[]> {
  return (await listFiles(folder, LEVELS)).filter((path) => path.endsWith('.parquet'));
}

/** Opens the files of the wanted parts. */
export async function openParts(folder: string, wanted: readonly string[]): Promise<readonly ParquetPart[]> {
  const parts: ParquetPart[] = [];
  for (const { name, part: files } of chooseParts(folder, groupByPart(await parquetFiles(folder)), wanted)) {
    const opened: ParquetFile[] = [];
    for (const file of files) opened.push(await openParquet(join(folder, file)));
    parts.push({ name, files, opened });
  }
  return parts;
}

/** The column that the recipe names, or the first of the usual names that is there. Throws DataFileError. */
export function findColumn(
  { path, columns }: { readonly path: string; readonly columns: readonly string[] },
  named: string | undefined,
  usual: readonly string[],
  what: string,
): string {
  if (named !== undefined) {
    if (columns.includes(named)) return named;
    throw new DataFileError(
      path,
      `there is no column '${named}'; the columns are ${columns.join(', ')}.${didYouMean(named, columns)}`,
      `Name the column of ${what} in the recipe.`,
    );
  }
  const found = usual.find((name) => columns.includes(name));
  if (found !== undefined) return found;
  throw new DataFileError(
    path,
    `none of the columns ${columns.join(', ')} has a usual name for ${what} (${usual.join(', ')}).`,
    `Name the column of ${what} in the recipe, such as 'columns: {${what}: ${columns[0] ?? 'name'}}'.`,
  );
}

/** Labels of all parts, and the names of the classes when the files say them. */
export async function readLabels(
  parts: readonly ParquetPart[],
  named: string | undefined,
): Promise<{ readonly labels: readonly Uint32Array[]; readonly classNames: readonly string[] | null }> {
  const written: { labels: WrittenLabel[]; where: (index: number) => string }[] = [];
  let names: readonly string[] | null = null;
  for (const { name, opened } of parts) {
    const labels: WrittenLabel[] = [];
    for (const file of opened) {
      const column = findColumn(file, named, LABEL_COLUMNS, 'label');
      names ??= huggingFaceNames(file, column);
      for (let start = 0; start < file.rows; start += ROWS) {
        for (const row of await file.read([column], start, Math.min(file.rows, start + ROWS))) {
          labels.push(writtenLabel(row[column], `${file.path}: row ${labels.length} of '${name}'`, column));
        }
      }
    }
    written.push({ labels, where: (index) => `${opened[0]?.path ?? ''} (example ${index} of '${name}')` });
  }
  const { labels, classNames } = numberLabels(written);
  for (const [number, list] of labels.entries()) assertNamed(parts[number]?.opened[0]?.path ?? '', names, list);
  return { labels, classNames: names ?? classNames };
}

function writtenLabel(value: unknown, where: string, column: string): WrittenLabel {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') return value;
  if (typeof value === 'boolean') return Number(value);
  throw new DataFileError(
    where,
    `the column '${column}' holds ${value === null || value === undefined ? 'nothing' : 'neither a number nor a word'} there.`,
    'Name another column of labels in the recipe, or fill it.',
  );
}

const huggingFaceInfo = z.object({
  info: z.object({ features: z.record(z.string(), z.unknown()) }),
});
const classLabel = z.object({ _type: z.literal('ClassLabel'), names: z.array(z.string()).min(1) });

/** The names of a ClassLabel column as the library `datasets` stores them. */
function huggingFaceNames(file: ParquetFile, column: string): readonly string[] | null {
  const text = file.metadata('huggingface');
  if (text === undefined) return null;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // Names are a help, not part of the data: a file without them is read too.
    return null;
  }
  const info = huggingFaceInfo.safeParse(document);
  if (!info.success || !Object.hasOwn(info.data.info.features, column)) return null;
  const label = classLabel.safeParse(info.data.info.features[column]);
  return label.success ? label.data.names : null;
}
