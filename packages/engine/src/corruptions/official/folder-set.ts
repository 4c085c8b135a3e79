import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IMAGE_FILE } from '../../data/decoding/image-kind.js';
import { DataFileError } from '../../data/errors.js';
import { sortClassNames } from '../../data/formats/class-names.js';
import { listFolder } from '../../data/formats/listing.js';
import {
  type OfficialCell,
  type OfficialOptions,
  type OfficialSet,
  OfficialSetError,
  SEVERITIES,
  wantedCorruptions,
} from './official-set.js';

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
  /**
   * What the images of a cell add to the name of the photograph that they show, at a severity; it is taken off where every image of the
   * cell has it. Left out, images are called as their photographs.
   */
  suffix?(severity: number): RegExp;
}

/** An image of a cell: the name of the photograph, which is the same in every cell, and of the file. */
interface Shown {
  readonly name: string;
  readonly file: string;
}

/** Images by class, the classes in order; the images of each by the names of their photographs. */
type Contents = ReadonlyMap<string, readonly Shown[]>;

interface Listed {
  readonly source: string;
  readonly contents: Contents;
}

/**
 * Lists a corruption benchmark that lies in folders. Each cell must have the same classes and the same images of each.
 *
 * @throws OfficialSetError, in a sentence, for a corruption, severity, class or image that is missing or too many
 */
export async function listFolderSet(
  folder: string,
  layout: FolderLayout,
  options: OfficialOptions = {},
): Promise<OfficialSet> {
  const { folders } = await listFolder(folder);
  const corruptions = wantedCorruptions(layout, folders, options);
  const missing = corruptions.filter((name) => !folders.includes(name));
  if (missing.length > 0) {
    throw new OfficialSetError(
      `${folder}: ${missing.length} of the ${corruptions.length} corruptions of ${layout.title} are not there: ${missing.join(', ')}.`,
      'Unpack all archives of the benchmark into this folder, or say which corruptions you mean.',
    );
  }
  const cells: OfficialCell[] = [];
  const files = new Map<string, readonly string[]>();
  let first: Listed | undefined;
  for (const corruption of corruptions) {
    for (const severity of SEVERITIES) {
      const source = `${corruption}/${layout.severityFolder(severity)}`;
      const contents = withoutSuffix(await imagesOf(folder, source, layout), layout.suffix?.(severity));
      first ??= { source, contents };
      compare(folder, first, { source, contents });
      files.set(source, pathsIn(contents, 'file'));
      cells.push({
        corruption,
        severity,
        n: [...contents.values()].reduce((sum, { length }) => sum + length, 0),
        source,
      });
    }
  }
  const classes = [...(first?.contents.entries() ?? [])];
  const names = pathsIn(first?.contents ?? new Map(), 'name');
  return {
    protocol: layout.protocol,
    cells,
    classes: classes.map(([name]) => name),
    rows: {
      n: names.length,
      names,
      labels: Uint32Array.from(classes.flatMap(([, images], label) => images.map(() => label))),
    },
    content: { kind: 'encoded' },
    open({ source, n }) {
      const where = (row: number) => join(folder, source, files.get(source)?.[row] ?? '');
      return {
        n,
        where,
        read: (row) =>
          readFile(where(row)).catch((cause: unknown) => {
            throw new DataFileError(where(row), 'the image cannot be read.', 'Unpack the archive again.', { cause });
          }),
      };
    },
  };
}

/** The images of one cell by class, the classes in order. */
async function imagesOf(folder: string, source: string, layout: FolderLayout): Promise<Contents> {
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
  const classes = layout.classes ?? sortClassNames(folders);
  const absent = classes.filter((name) => !folders.includes(name));
  const strange = folders.filter((name) => !classes.includes(name));
  if (absent.length + strange.length > 0 || folders.length === 0) {
    throw new OfficialSetError(
      `${folder}: ${source} does not have the class folders of ${layout.title}: ${difference(absent, strange)}.`,
      'Unpack the archive again.',
    );
  }
  const contents = new Map<string, readonly Shown[]>();
  for (const name of classes) {
    const { files } = await listFolder(join(folder, source, name));
    const images = files.filter((file) => IMAGE_FILE.test(file));
    contents.set(
      name,
      images.map((file) => ({ name: file, file })),
    );
  }
  return contents;
}

/** The images by the names of their photographs, where every one of them is called by its own and the suffix. */
function withoutSuffix(contents: Contents, suffix: RegExp | undefined): Contents {
  if (suffix === undefined || [...contents.values()].flat().some(({ file }) => !suffix.test(file))) return contents;
  return new Map(
    [...contents].map(([name, images]) => {
      const shown = images.map(({ file }) => ({ name: file.replace(suffix, ''), file }));
      return [name, shown.sort((a, b) => (a.name < b.name ? -1 : 1))];
    }),
  );
}

function pathsIn(contents: Contents, key: keyof Shown): string[] {
  return [...contents].flatMap(([name, images]) => images.map((image) => `${name}/${image[key]}`));
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

/** Refuses a cell that does not show the photographs of the first. */
function compare(folder: string, first: Listed, cell: Listed): void {
  const refuse = (found: string) => {
    throw new OfficialSetError(
      `${folder}: ${found}.`,
      'Every cell shows the same photographs: unpack the archives again.',
    );
  };
  const absent = [...first.contents.keys()].filter((name) => !cell.contents.has(name));
  const strange = [...cell.contents.keys()].filter((name) => !first.contents.has(name));
  if (absent.length + strange.length > 0) {
    refuse(`${cell.source} and ${first.source} have other classes: ${difference(absent, strange)} in ${cell.source}`);
  }
  for (const [name, images] of cell.contents) {
    const expected = (first.contents.get(name) ?? []).map((image) => image.name);
    const own = images.map((image) => image.name);
    if (images.length !== expected.length || images.length === 0) {
      const gone = expected.filter((image) => !own.includes(image));
      const which = gone.length === 0 ? '' : `: ${difference(gone, [])}`;
      refuse(
        `${cell.source}/${name} has ${images.length} images, ${first.source}/${name} has ${expected.length}${which}`,
      );
    }
    const other = own.findIndex((image, index) => image !== expected[index]);
    if (other >= 0) {
      refuse(`${cell.source}/${name} has ${own[other]} where ${first.source}/${name} has ${expected[other]}`);
    }
  }
}
