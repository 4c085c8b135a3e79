/** @file The binary version of CIFAR (https://www.cs.toronto.edu/~kriz/cifar.html): label bytes, then 3×32×32 pixels. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataFileError } from '../errors.js';
import { readRange } from '../read-range.js';
import { eachOfRun, RangesBuilder } from '../stores/ranges.js';
import type { DatasetFormat, FoundPart } from './format.js';
import { listFolder } from './listing.js';
import { chooseParts } from './parts.js';

const PIXELS = 3 * 32 * 32;
const MAX_NAMES_FILE = 65_536;

export interface CifarLayout {
  /** The folder in the archive that the files come in. */
  readonly archive: string;
  readonly parts: Readonly<Record<string, readonly string[]>>;
  /** Bytes before the pixels. */
  readonly labelBytes: number;
  /** Which of them is the label, how many classes it has, and the file with their names. */
  label(labels: 'fine' | 'coarse'): { readonly at: number; readonly classes: number; readonly names: string };
}

/** A format of this family. */
export function cifarBinary({ archive, parts, labelBytes, label }: CifarLayout): DatasetFormat {
  const stride = labelBytes + PIXELS;
  const find = async (folder: string) => {
    const files = new Set(Object.values(parts).flat());
    for (const inside of ['', archive]) {
      const { files: there } = await listFolder(join(folder, inside)).catch(() => ({ files: [] }));
      if (there.some((name) => files.has(name))) return inside;
    }
    return null;
  };
  const scanPart = async (folder: string, inside: string, files: readonly string[], at: number, classes: number) => {
    const ranges = new RangesBuilder();
    const labels: number[] = [];
    for (const name of files) {
      const path = inside === '' ? name : `${inside}/${name}`;
      const file = join(folder, path);
      const { size } = await stat(file).catch((cause: unknown) => {
        throw new DataFileError(file, 'the file is missing.', 'Unpack the whole archive again.', { cause });
      });
      const n = size / stride;
      if (!Number.isInteger(n) || n === 0) {
        throw new DataFileError(
          file,
          `expected records of ${stride} bytes, found ${size} bytes: ${n.toFixed(2)} records.`,
          'The file is cut short or of another format (the binary version is wanted): fetch it again.',
        );
      }
      await eachOfRun(file, { offset: 0, stride, n }, labelBytes, (bytes, index) => {
        const value = bytes[at] ?? 0;
        if (value >= classes) {
          throw new DataFileError(
            file,
            `record ${index} has the label ${value}; there are ${classes} classes.`,
            'Check that this is the binary version of this CIFAR.',
          );
        }
        labels.push(value);
      });
      ranges.add(path, { offset: labelBytes, stride, length: PIXELS, n });
    }
    return { labels: Uint32Array.from(labels), store: ranges.finish() };
  };
  return {
    async recognise(folder) {
      const inside = await find(folder);
      return inside === null ? null : `Found the files of ${archive}${inside === '' ? '' : ` in ${inside}/`}.`;
    },
    async scan(folder, wanted, options) {
      const inside = await find(folder);
      if (inside === null) {
        throw new DataFileError(
          folder,
          `expected ${Object.values(parts).flat().join(', ')}, there or in ${archive}/; found none of them.`,
          'Fetch the binary version of the dataset and unpack it.',
        );
      }
      const { at, classes, names } = label(options.labels);
      const found: FoundPart[] = [];
      for (const { name, part } of chooseParts(folder, new Map(Object.entries(parts)), wanted)) {
        found.push({ name, ...(await scanPart(folder, inside, part, at, classes)) });
      }
      const classNames = await readNames(join(folder, inside, names), classes);
      return { content: { kind: 'pixels', image: [3, 32, 32], layout: 'chw' }, classNames, parts: found };
    },
  };
}

/** One name a line; null when the file is not there. */
async function readNames(path: string, classes: number): Promise<readonly string[] | null> {
  const size = await stat(path).then(
    (found) => found.size,
    () => null,
  );
  if (size === null) return null;
  const text = (await readRange(path, 0, Math.min(size, MAX_NAMES_FILE))).toString('utf8');
  const names = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (names.length === classes) return names;
  throw new DataFileError(path, `expected ${classes} names, found ${names.length}.`, 'Unpack the archive again.');
}
