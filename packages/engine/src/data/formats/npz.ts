import { join } from 'node:path';
import { DataFileError } from '../errors.js';
import { imageRows, labelsOf, NPY_HEAD, parseNpyHeader } from '../npy.js';
import { inflateEntry, listZip } from '../zip.js';
import { type ArrayPair, arrayPairs, oneLayout } from './array-pairs.js';
import type { DatasetFormat, FoundPart } from './format.js';
import { listFolder } from './listing.js';
import { chooseParts } from './parts.js';

/** An NPZ file (numpy.savez, Keras' mnist.npz, MedMNIST): a ZIP of NPY arrays, named as `npy` has them. */
export const npz: DatasetFormat = {
  async recognise(folder) {
    const files = await npzFiles(folder);
    return files.length === 1 ? `Found the NPZ file ${files[0]}.` : null;
  },
  async scan(folder, wanted) {
    const [file, ...others] = await npzFiles(folder);
    if (file === undefined || others.length > 0) {
      throw new DataFileError(
        folder,
        `expected one .npz file, found ${file === undefined ? 'none' : `${others.length + 1}`}.`,
        'Put one file into a folder of its own.',
      );
    }
    const path = join(folder, file);
    const entries = (await listZip(path)).map(({ fileName }) => fileName).filter((name) => name.endsWith('.npy'));
    const pairs = arrayPairs(entries.map((name) => name.slice(0, -'.npy'.length)));
    const found: FoundPart[] = [];
    const layouts: ReturnType<typeof imageRows>[] = [];
    for (const { name, part } of chooseParts(path, new Map(pairs.map((pair) => [pair.part, pair])), wanted)) {
      const { layout, ...rest } = await scanPart(path, file, part);
      layouts.push(layout);
      found.push({ name, ...rest });
    }
    return { content: oneLayout(path, layouts), classNames: null, parts: found };
  },
};

async function scanPart(path: string, file: string, { images, labels }: ArrayPair) {
  const read = async (name: string) => {
    const where = `${path}: ${name}.npy`;
    const bytes = await inflateEntry(path, `${name}.npy`, null);
    return { where, bytes, header: parseNpyHeader(where, bytes.subarray(0, NPY_HEAD), bytes.length) };
  };
  const array = await read(images);
  const layout = imageRows(array.where, array.header);
  const list = await read(labels);
  const found = labelsOf(list.where, list.header, list.bytes);
  if (found.length !== layout.n) {
    throw new DataFileError(
      list.where,
      `expected ${layout.n} labels, one for each image of ${images}, found ${found.length}.`,
      'Fetch the file again.',
    );
  }
  const length = layout.image[0] * layout.image[1] * layout.image[2];
  return {
    labels: found,
    layout,
    store: { kind: 'npz' as const, file, entry: `${images}.npy`, offset: array.header.offset, length, n: layout.n },
  };
}

async function npzFiles(folder: string): Promise<string[]> {
  return (await listFolder(folder)).files.filter((name) => name.endsWith('.npz'));
}
