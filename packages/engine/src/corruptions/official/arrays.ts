/** @file Official files that are NPY arrays. */
import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { imageRows, labelsOf, NPY_HEAD, type NpyHeader, parseNpyHeader } from '../../data/npy.js';
import { readRange } from '../../data/read-range.js';
import { openRanges, RangesBuilder } from '../../data/stores/ranges.js';
import { type OfficialCell, type OfficialSet, OfficialSetError } from './official-set.js';

/** An array of images: [n, c, h, w] or [n, h, w, c] of bytes, behind a header of `offset` bytes. */
export interface ImageArray extends ReturnType<typeof imageRows> {
  readonly file: string;
  readonly offset: number;
}

/** Reads the header of an array of images. Throws DataFileError for what is none. */
export async function imageArray(file: string): Promise<ImageArray> {
  const header = await headerOf(file);
  return { file, offset: header.offset, ...imageRows(file, header) };
}

/** Reads an array of labels. Throws DataFileError for what is none. */
export async function labelArray(file: string): Promise<Uint32Array> {
  return labelsOf(file, await headerOf(file), await readRange(file, 0, (await stat(file)).size));
}

/**
 * How the cells of arrays are read. All arrays must have images of one size.
 *
 * @param arrays by corruption
 * @param first the row in its array at which a cell begins
 */
export function arrayReader(
  folder: string,
  arrays: ReadonlyMap<string, ImageArray>,
  first: (cell: OfficialCell) => number,
): Pick<OfficialSet, 'content' | 'open'> {
  const [one] = arrays.values();
  if (one === undefined) throw new OfficialSetError(`${folder}: no corruption is wanted.`, 'Name at least one.');
  const { image, layout } = one;
  for (const other of arrays.values()) {
    if (other.image.join() === image.join() && other.layout === layout) continue;
    throw new OfficialSetError(
      `${other.file}: expected images ${image.join('×')} as in ${one.file}, found ${other.image.join('×')}.`,
      'Fetch all arrays from the same place.',
    );
  }
  const length = image[0] * image[1] * image[2];
  return {
    content: { kind: 'pixels', image: [...image], layout },
    open(cell) {
      const array = arrays.get(cell.corruption);
      if (array === undefined) throw new RangeError(`There is no array of ${cell.corruption}.`);
      const ranges = new RangesBuilder();
      const offset = array.offset + first(cell) * length;
      ranges.add(relative(folder, array.file), { offset, stride: length, length, n: cell.n });
      return openRanges(ranges.finish(), folder);
    },
  };
}

async function headerOf(file: string): Promise<NpyHeader> {
  const { size } = await stat(file);
  return parseNpyHeader(file, await readRange(file, 0, Math.min(size, NPY_HEAD)), size);
}
