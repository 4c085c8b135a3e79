/** @file Which files belong to which part, by the names that data sets are published under. */

/**
 * The part that a file belongs to: `train-00000-of-00002.parquet` and `train-000017.tar` by their beginning,
 * `train/0000.parquet` and `train/part-3.tar` by their folder, `train.parquet` by its name. Files named only by a number
 * at the top belong to the part 'all'.
 */
export function partOfFile(path: string): string {
  const segments = path.split('/');
  const name = (segments.pop() ?? '').replace(/\.[^.]+$/, '');
  const stem = name.replace(/[-_.]?\d+(?:[-_]of[-_]\d+)?(?:-[0-9a-f]{16,})?$/i, '');
  const folder = segments.pop();
  const known = folder !== undefined && !GENERIC_FOLDERS.has(folder.toLowerCase());
  if (known && (stem === '' || GENERIC_STEMS.has(stem.toLowerCase()) || SPLIT_NAMES.has(folder.toLowerCase()))) {
    return folder;
  }
  return stem === '' ? 'all' : stem;
}

const GENERIC_FOLDERS: ReadonlySet<string> = new Set(['data', 'default', 'shards', 'parquet', 'plain_text']);
const GENERIC_STEMS: ReadonlySet<string> = new Set(['part', 'shard', 'data']);
const SPLIT_NAMES: ReadonlySet<string> = new Set(['train', 'training', 'val', 'valid', 'validation', 'dev', 'test']);

/** Files by part, each part's in the order of their names. */
export function groupByPart(paths: readonly string[]): Map<string, string[]> {
  const parts = new Map<string, string[]>();
  for (const path of paths) {
    const part = partOfFile(path);
    const files = parts.get(part);
    if (files === undefined) parts.set(part, [path]);
    else files.push(path);
  }
  return parts;
}
