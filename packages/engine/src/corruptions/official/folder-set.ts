import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listFolder } from '../../data/formats/listing.js';
import { type OfficialCell, type OfficialSet, OfficialSetError, SEVERITIES } from './official-set.js';

/** How a benchmark lies in folders: `{corruption}/{severity}/{class}/{image}`. */
export interface FolderLayout {
  readonly protocol: string;
  /** What people call it, for the sentences of errors. */
  readonly title: string;
  /** Corruptions that a complete set has, in the order of the publication. */
  readonly required: readonly string[];
  /** Corruptions that may lie beside them. */
  readonly optional: readonly string[];
  severityFolder(severity: number): string;
  /** Names of the class folders where they are fixed; null where the first cell says them. */
  readonly classes: readonly string[] | null;
}

export interface FolderSetOptions {
  /** Only these corruptions are wanted. Left out: all required ones, and those of the optional ones that are there. */
  readonly corruptions?: readonly string[];
}

const IMAGE = /\.(jpe?g|png|webp)$/i;

/**
 * Lists a corruption benchmark that lies in folders. Each cell must have the same classes and as many images of each.
 *
 * @throws OfficialSetError, in a sentence, for a corruption, severity, class or image that is missing or too many
 */
export async function listFolderSet(
  folder: string,
  layout: FolderLayout,
  options: FolderSetOptions = {},
): Promise<OfficialSet> {
  const corruptions = await wanted(folder, layout, options);
  const cells: OfficialCell[] = [];
  let first: { readonly source: string; readonly counts: ReadonlyMap<string, number> } | undefined;
  for (const corruption of corruptions) {
    for (const severity of SEVERITIES) {
      const source = `${corruption}/${layout.severityFolder(severity)}`;
      const counts = await countImages(folder, source, layout);
      first ??= { source, counts };
      compare(folder, first, { source, counts });
      cells.push({ corruption, severity, n: [...counts.values()].reduce((sum, n) => sum + n, 0), source });
    }
  }
  return { protocol: layout.protocol, cells, classes: [...(first?.counts.keys() ?? [])] };
}

async function wanted(folder: string, layout: FolderLayout, options: FolderSetOptions): Promise<readonly string[]> {
  const known = [...layout.required, ...layout.optional];
  const { folders } = await listFolder(folder);
  const strange = options.corruptions?.find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new OfficialSetError(`${layout.title} has no corruption ${strange}.`, `Choose from ${known.join(', ')}.`);
  }
  const names = options.corruptions ?? [
    ...layout.required,
    ...layout.optional.filter((name) => folders.includes(name)),
  ];
  const missing = names.filter((name) => !folders.includes(name));
  if (missing.length > 0) {
    throw new OfficialSetError(
      `${folder}: ${missing.length} of the ${names.length} corruptions of ${layout.title} are not there: ${missing.join(', ')}.`,
      'Unpack all archives of the benchmark into this folder, or say which corruptions you mean.',
    );
  }
  return known.filter((name) => names.includes(name));
}

/** Images by class, the classes in order. */
async function countImages(folder: string, source: string, layout: FolderLayout): Promise<Map<string, number>> {
  const there = await stat(join(folder, source)).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  if (!there) {
    throw new OfficialSetError(
      `${folder}: the folder ${source} is missing; every corruption of ${layout.title} has five severities.`,
      'Unpack the archive again.',
    );
  }
  const { folders } = await listFolder(join(folder, source));
  const classes = layout.classes ?? folders;
  const absent = classes.filter((name) => !folders.includes(name));
  const strange = folders.filter((name) => !classes.includes(name));
  if (absent.length + strange.length > 0 || folders.length === 0) {
    throw new OfficialSetError(
      `${folder}: ${source} does not have the class folders of ${layout.title}: ${difference(absent, strange)}.`,
      'Unpack the archive again.',
    );
  }
  const counts = new Map<string, number>();
  for (const name of classes) {
    const { files } = await listFolder(join(folder, source, name));
    counts.set(name, files.filter((file) => IMAGE.test(file)).length);
  }
  return counts;
}

function difference(absent: readonly string[], strange: readonly string[]): string {
  if (absent.length + strange.length === 0) return 'there is none';
  const parts = [
    ...(absent.length > 0 ? [`${absent.slice(0, 5).join(', ')} ${absent.length > 1 ? 'are' : 'is'} missing`] : []),
    ...(strange.length > 0
      ? [`${strange.slice(0, 5).join(', ')} ${strange.length > 1 ? 'do' : 'does'} not belong`]
      : []),
  ];
  return parts.join(', ');
}

interface Cell {
  readonly source: string;
  readonly counts: ReadonlyMap<string, number>;
}

function compare(folder: string, first: Cell, cell: Cell): void {
  const absent = [...first.counts.keys()].filter((name) => !cell.counts.has(name));
  const strange = [...cell.counts.keys()].filter((name) => !first.counts.has(name));
  if (absent.length + strange.length > 0) {
    throw new OfficialSetError(
      `${folder}: ${cell.source} and ${first.source} have other classes: ${difference(absent, strange)} in ${cell.source}.`,
      'Every cell shows the same photographs: unpack the archives again.',
    );
  }
  for (const [name, n] of cell.counts) {
    const expected = first.counts.get(name) ?? 0;
    if (n === expected && n > 0) continue;
    throw new OfficialSetError(
      `${folder}: ${cell.source}/${name} has ${n} images, ${first.source}/${name} has ${expected}.`,
      'Every cell shows the same photographs: unpack the archives again.',
    );
  }
}
