import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { IMAGE_FILE } from '../decoding/image-kind.js';
import { DataFileError } from '../errors.js';
import { RangesBuilder } from '../stores/ranges.js';
import { sortClassNames } from './class-names.js';
import type { DatasetFormat, FoundPart } from './format.js';
import { listFiles, listFolder } from './listing.js';
import { chooseParts } from './parts.js';

/** The one part of a folder whose folders are classes at once. */
const WHOLE = 'all';
/** How deep the images of a class may lie below its folder. */
const LEVELS = 8;

interface Layout {
  /** Part → the folder that holds its class folders, relative to the source. */
  readonly parts: ReadonlyMap<string, string>;
  /** Names of the class folders of all parts. */
  readonly classes: readonly string[];
}

/** Folders of images, one a class: `train/cat/1.jpg` as ImageNet has it, or `cat/1.jpg` with the one part 'all'. */
export const imageFolder: DatasetFormat = {
  async recognise(folder) {
    const layout = await findLayout(folder).catch(() => null);
    if (layout === null) return null;
    const { parts, classes } = layout;
    const where = parts.has(WHOLE) ? '' : ` in ${[...parts.keys()].map((name) => `${name}/`).join(', ')}`;
    return `Found ${classes.length} folders of images, one a class${where}.`;
  },
  async scan(folder, wanted) {
    const { parts, classes } = await findLayout(folder);
    const classNames = sortClassNames(classes);
    const found: FoundPart[] = [];
    for (const { name, part } of chooseParts(folder, parts, wanted)) {
      found.push({ name, ...(await scanPart(folder, part, classNames)) });
    }
    return { content: { kind: 'encoded' }, classNames, parts: found };
  },
};

async function scanPart(folder: string, part: string, classNames: readonly string[]): Promise<Omit<FoundPart, 'name'>> {
  const ranges = new RangesBuilder();
  const labels: number[] = [];
  const { folders } = await listFolder(join(folder, part));
  for (const [label, className] of classNames.entries()) {
    if (!folders.includes(className)) continue;
    const below = part === '' ? className : `${part}/${className}`;
    const files = (await listFiles(join(folder, below), LEVELS)).filter((file) => IMAGE_FILE.test(file));
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, below, file))).size));
    for (const [index, file] of files.entries()) {
      ranges.add(`${below}/${file}`, { offset: 0, stride: 0, length: sizes[index] ?? 0, n: 1 });
      labels.push(label);
    }
  }
  if (labels.length === 0) {
    throw new DataFileError(join(folder, part), 'there are no images in it.', 'Check the source in the recipe.');
  }
  return { labels: Uint32Array.from(labels), store: ranges.finish() };
}

/** Refuses a folder in which some folders hold images and others hold folders of images: are they classes or parts? */
async function refuseMixture(
  folder: string,
  withImages: readonly { readonly name: string }[],
  all: readonly { readonly name: string; readonly folders: readonly string[] }[],
): Promise<void> {
  const images = new Set(withImages.map(({ name }) => name));
  for (const { name, folders } of all) {
    if (images.has(name) || folders.length === 0) continue;
    if (!(await listFiles(join(folder, name), 3)).some((file) => IMAGE_FILE.test(file))) continue;
    throw new DataFileError(
      folder,
      `'${withImages[0]?.name ?? ''}' holds images, and '${name}' holds folders of images: one looks like a class, the other like an example set.`,
      'Put images without labels into a folder of their own below, such as unlabeled/none/1.jpg, or take the other folder away.',
    );
  }
}

/** Folders that hold images are classes; folders that hold only folders are parts. */
async function findLayout(folder: string): Promise<Layout> {
  const { folders } = await listFolder(folder);
  const inside = await Promise.all(folders.map(async (name) => ({ name, ...(await listFolder(join(folder, name))) })));
  const withImages = inside.filter(({ files }) => files.some((file) => IMAGE_FILE.test(file)));
  if (withImages.length > 0) {
    await refuseMixture(folder, withImages, inside);
    return { parts: new Map([[WHOLE, '']]), classes: withImages.map(({ name }) => name) };
  }
  const parts = inside.filter(({ folders: below }) => below.length > 0);
  if (parts.length === 0) {
    throw new DataFileError(
      folder,
      'expected a folder for each class with images in it, such as cat/1.jpg or train/cat/1.jpg; found none.',
      'Check the source and the format in the recipe.',
    );
  }
  return {
    parts: new Map(parts.map(({ name }) => [name, name])),
    classes: [...new Set(parts.flatMap(({ folders: below }) => below))],
  };
}
