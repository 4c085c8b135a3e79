import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataFileError } from '../errors.js';
import { imageRows, labelsOf, NPY_HEAD, type NpyHeader, parseNpyHeader } from '../npy.js';
import { readRange } from '../read-range.js';
import { RangesBuilder, type RangesStore } from '../stores/ranges.js';
import { arrayPairs, oneLayout } from './array-pairs.js';
import type { DatasetFormat, FoundPart } from './format.js';
import { listFolder } from './listing.js';
import { chooseParts } from './parts.js';

const EXTENSION = '.npy';
/** CIFAR-10-C and its like: an array holds every image at severity 1, then every image at severity 2, … */
const SEVERITIES = 5;

interface Arrays {
  readonly images: string;
  readonly labels: string;
  /** Of the severities 1 to 5 when the part is one of them. */
  readonly severity: number | null;
}

/** Arrays of images as NPY files, with arrays of labels beside them. Names of the files say which belong together. */
export const npy: DatasetFormat = {
  async recognise(folder) {
    const names = [...(await findParts(folder)).keys()];
    return names.length === 0 ? null : `Found NPY arrays of images and labels: ${names.slice(0, 8).join(', ')}.`;
  },
  async scan(folder, wanted) {
    const found: FoundPart[] = [];
    const layouts: ReturnType<typeof imageRows>[] = [];
    for (const { name, part } of chooseParts(folder, await findParts(folder), wanted)) {
      const { layout, ...rest } = await scanPart(folder, part);
      layouts.push(layout);
      found.push({ name, ...rest });
    }
    return { content: oneLayout(folder, layouts), classNames: null, parts: found };
  },
};

async function findParts(folder: string): Promise<Map<string, Arrays>> {
  const { files } = await listFolder(folder);
  const names = files.filter((name) => name.endsWith(EXTENSION)).map((name) => name.slice(0, -EXTENSION.length));
  const parts = new Map<string, Arrays>();
  for (const { part, images, labels, shared } of arrayPairs(names)) {
    const arrays = { images: images + EXTENSION, labels: labels + EXTENSION, severity: null };
    parts.set(part, arrays);
    if (!shared) continue;
    for (let severity = 1; severity <= SEVERITIES; severity++)
      parts.set(`${part}-${severity}`, { ...arrays, severity });
  }
  return parts;
}

async function scanPart(
  folder: string,
  { images, labels, severity }: Arrays,
): Promise<{ labels: Uint32Array; store: RangesStore; layout: ReturnType<typeof imageRows> }> {
  const imageFile = join(folder, images);
  const labelFile = join(folder, labels);
  const imageHeader = await readHeader(imageFile);
  const layout = imageRows(imageFile, imageHeader);
  const { header, size } = { header: await readHeader(labelFile), size: (await stat(labelFile)).size };
  const all = labelsOf(labelFile, header, await readRange(labelFile, 0, size));
  if (all.length !== layout.n) {
    throw new DataFileError(
      labelFile,
      `expected ${layout.n} labels, one for each image of ${images}, found ${all.length}.`,
      'Fetch both files again from the same place.',
    );
  }
  const { first, n } = rowsOf(imageFile, layout.n, severity);
  const length = layout.image[0] * layout.image[1] * layout.image[2];
  const ranges = new RangesBuilder();
  ranges.add(images, { offset: imageHeader.offset + first * length, stride: length, length, n });
  return { labels: all.slice(first, first + n), store: ranges.finish(), layout };
}

function rowsOf(file: string, n: number, severity: number | null): { first: number; n: number } {
  if (severity === null) return { first: 0, n };
  if (n % SEVERITIES !== 0) {
    throw new DataFileError(
      file,
      `${n} images cannot be ${SEVERITIES} severities of the same ones.`,
      "Leave the severity away in 'from' to use the whole array.",
    );
  }
  return { first: ((severity - 1) * n) / SEVERITIES, n: n / SEVERITIES };
}

async function readHeader(path: string): Promise<NpyHeader> {
  const { size } = await stat(path);
  return parseNpyHeader(path, await readRange(path, 0, Math.min(size, NPY_HEAD)), size);
}
