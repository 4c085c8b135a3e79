/** @file Which example of a split a row of official files shows. */
import { basename, dirname, extname } from 'node:path/posix';
import type { Dataset, Split } from '../../data/dataset.js';
import type { DatasetManifest } from '../../data/manifest.js';
import { type OfficialSet, OfficialSetError } from './official-set.js';

/**
 * The rows of the official files that show the examples of a split: of arrays the row at the example's place in its files,
 * where the label must be the same; of folders the image of the same name in the folder of the same class. So a split that was
 * divided into one to choose on and one to judge on stays so divided, and a class keeps the number that the dataset gives it.
 *
 * @param positions in the split
 * @returns a row of `set.rows` for each position
 * @throws OfficialSetError, in a sentence, for files that do not show these examples
 */
export function alignRows(set: OfficialSet, dataset: Dataset, split: Split, positions: readonly number[]): Uint32Array {
  const { names } = set.rows;
  return names === null
    ? rowsByPlace(set, dataset.manifest, split, positions)
    : rowsByName(names, dataset, split, positions);
}

function rowsByPlace(
  { protocol, rows }: OfficialSet,
  manifest: DatasetManifest,
  split: Split,
  positions: readonly number[],
): Uint32Array {
  const entry = manifest.splits.find(({ name }) => name === split.name);
  const part = manifest.parts.find(({ name }) => name === entry?.from);
  if (entry === undefined || part === undefined || part.n !== rows.n) {
    throw new OfficialSetError(
      `The files of ${protocol} show ${rows.n} examples; those that the split '${split.name}' is taken from are ${part?.n ?? 0}.`,
      'Put the benchmark on a split of the test files that these are corruptions of.',
    );
  }
  const labels = split.labels(positions);
  const found = Uint32Array.from(positions, (position) => entry.indices[position] ?? 0);
  const wrong = found.findIndex((row, index) => rows.labels[row] !== labels[index]);
  if (wrong >= 0) {
    const row = found[wrong] ?? 0;
    throw new OfficialSetError(
      `The files of ${protocol} give example ${row} the label ${rows.labels[row]}; in the split '${split.name}' it has the label ${labels[wrong]}.`,
      'The examples or the classes are in another order: use the test files that these are corruptions of.',
    );
  }
  return found;
}

function rowsByName(
  names: readonly string[],
  dataset: Dataset,
  split: Split,
  positions: readonly number[],
): Uint32Array {
  const rowOf = new Map(names.map((name, row) => [stem(name), row]));
  if (rowOf.size < names.length) {
    const twice = names.find((name, row) => rowOf.get(stem(name)) !== row) ?? '';
    throw new OfficialSetError(
      `The official files have two images that are called ${stem(twice)} but for their ending: which of them shows the example cannot be told.`,
      'Unpack the archive again, into an empty folder.',
    );
  }
  const own = exampleNames(dataset, split);
  const labels = split.labels(positions);
  const missing: string[] = [];
  const rows = Uint32Array.from(positions, (position, index) => {
    const name = `${dataset.classNames?.[labels[index] ?? 0] ?? ''}/${own(position)}`;
    const row = rowOf.get(name);
    if (row === undefined) missing.push(name);
    return row ?? 0;
  });
  if (missing.length > 0) {
    const shown = missing.slice(0, 3).join(', ');
    throw new OfficialSetError(
      `${missing.length} of ${positions.length} examples of the split '${split.name}' are not among the official files: ${shown}${missing.length > 3 ? ', …' : ''}. These have ${names[0]} and ${names.length - 1} others.`,
      'Class folders and images must be called as in the official files (wnids for ImageNet). Or make one cell of the files a dataset of the format image-folder, and put the benchmark on a split of that.',
    );
  }
  return rows;
}

/** The names of the files of a split's examples, without folder and ending. */
function exampleNames({ manifest, classNames }: Dataset, split: Split): (position: number) => string {
  const entry = manifest.splits.find(({ name }) => name === split.name);
  const part = manifest.version === 1 ? undefined : manifest.parts.find(({ name }) => name === entry?.from);
  const store = part?.store;
  if (entry === undefined || classNames === null || store?.kind !== 'ranges' || store.files.length !== part?.n) {
    throw new OfficialSetError(
      `The examples of the split '${split.name}' are no files of their own in class folders, so none can be found again among official files that are.`,
      'Use a dataset of the format image-folder.',
    );
  }
  const { files, runs } = store;
  return (position) => basename(stem(files[runs.file[entry.indices[position] ?? 0] ?? 0] ?? ''));
}

/** `n01440764/a.JPEG` → `n01440764/a`: clean images may have another ending than their corruptions. */
function stem(path: string): string {
  const name = basename(path, extname(path));
  const folder = dirname(path);
  return folder === '.' ? name : `${folder}/${name}`;
}
