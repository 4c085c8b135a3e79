import { join } from 'node:path';
import { z } from 'zod';
import { inflateEntry } from '../zip.js';
import { dataPath } from './data-path.js';
import type { ExampleReader } from './example-reader.js';

/** Rows of an array inside a compressed NPZ file: it can only be unpacked from its beginning, so it is held whole. */
export const npzStore = z.strictObject({
  kind: z.literal('npz'),
  file: dataPath,
  entry: z.string().min(1),
  /** Bytes of the array's header, of one row, and the rows before the first example. */
  offset: z.int().min(0),
  length: z.int().min(1),
  n: z.int().min(1),
});
export type NpzStore = z.infer<typeof npzStore>;

export function openNpz({ file, entry, offset, length, n }: NpzStore, folder: string): ExampleReader {
  const path = join(folder, file);
  let array: Promise<Buffer> | undefined;
  return {
    n,
    async read(index) {
      array ??= inflateEntry(path, entry, offset + n * length);
      const start = offset + index * length;
      return (await array).subarray(start, start + length);
    },
    where: (index) => `${path}: ${entry} (example ${index})`,
  };
}
