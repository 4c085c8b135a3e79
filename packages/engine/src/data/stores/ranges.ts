/** @file Examples that lie as ranges of bytes in plain files: image files, members of a tar, rows of an array. */
import { join } from 'node:path';
import { z } from 'zod';
import { DatasetError } from '../errors.js';
import { readFully, readRange, withFile } from '../read-range.js';
import { countColumn, pathColumn } from './columns.js';
import type { ExampleReader } from './example-reader.js';

export const rangesStore = z.strictObject({
  kind: z.literal('ranges'),
  files: pathColumn,
  /** Runs of examples at equal distances, as columns: run i is n[i] examples of length[i] bytes in file[i], the first at offset[i], each stride[i] further. */
  runs: z.strictObject({
    file: countColumn,
    offset: countColumn,
    stride: countColumn,
    length: countColumn,
    n: countColumn,
  }),
});
export type RangesStore = z.infer<typeof rangesStore>;

/** Small examples that lie side by side are read this many bytes at a time. */
const BLOCK = 4 * 1024 * 1024;

/** Collects the runs of a part in order. */
export class RangesBuilder {
  readonly #files: string[] = [];
  readonly #runs: RangesStore['runs'] = { file: [], offset: [], stride: [], length: [], n: [] };

  /** Adds n examples of one file. Runs of one file come one after the other. */
  add(file: string, run: { offset: number; stride: number; length: number; n: number }): void {
    if (this.#files.at(-1) !== file) this.#files.push(file);
    this.#runs.file.push(this.#files.length - 1);
    this.#runs.offset.push(run.offset);
    this.#runs.stride.push(run.stride);
    this.#runs.length.push(run.length);
    this.#runs.n.push(run.n);
  }

  finish(): RangesStore {
    return { kind: 'ranges', files: this.#files, runs: this.#runs };
  }
}

export function openRanges(store: RangesStore, folder: string): ExampleReader {
  const { files, runs } = store;
  const starts: number[] = [];
  let n = 0;
  for (const count of runs.n) {
    starts.push(n);
    n += count;
  }
  const columns = [runs.file, runs.offset, runs.stride, runs.length];
  if (columns.some(({ length }) => length !== runs.n.length) || runs.file.some((file) => file >= files.length)) {
    throw new DatasetError('The runs of a dataset manifest contradict each other.', 'Register the dataset anew.');
  }
  const locate = (index: number) => {
    const run = lastAtMost(starts, index);
    const path = files[runs.file[run] ?? 0] ?? '';
    const within = index - (starts[run] ?? 0);
    const [offset = 0, stride = 0, length = 0] = [runs.offset[run], runs.stride[run], runs.length[run]];
    return { run, path, within, at: offset + within * stride, length, stride };
  };
  let block = { path: '', from: 0, bytes: new Uint8Array() };
  return {
    n,
    async read(index) {
      const { run, path, within, at, length, stride } = locate(index);
      const file = join(folder, path);
      if (stride === 0 || length >= BLOCK) return readRange(file, at, length);
      const cached = block;
      if (cached.path === file && at >= cached.from && at + length <= cached.from + cached.bytes.length) {
        return cached.bytes.subarray(at - cached.from, at - cached.from + length);
      }
      const rows = Math.min((runs.n[run] ?? 0) - within, Math.max(1, Math.floor(BLOCK / stride)));
      const bytes = await readRange(file, at, (rows - 1) * stride + length);
      block = { path: file, from: at, bytes };
      return bytes.subarray(0, length);
    },
    where(index) {
      const { path, within, stride } = locate(index);
      return stride === 0 ? join(folder, path) : `${join(folder, path)} (example ${within})`;
    },
  };
}

/** The last position whose start is at most the index: starts ascend, empty runs excluded by what follows them. */
function lastAtMost(starts: readonly number[], index: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Calls `visit` with each example's bytes of one run, in order, holding one block at a time. */
export async function eachOfRun(
  path: string,
  run: { readonly offset: number; readonly stride: number; readonly n: number },
  length: number,
  visit: (bytes: Uint8Array, index: number) => void,
): Promise<void> {
  await withFile(path, async (file) => {
    const rows = Math.max(1, Math.floor(BLOCK / run.stride));
    for (let start = 0; start < run.n; start += rows) {
      const count = Math.min(rows, run.n - start);
      const bytes = await readFully(path, file, run.offset + start * run.stride, (count - 1) * run.stride + length);
      for (let row = 0; row < count; row++)
        visit(bytes.subarray(row * run.stride, row * run.stride + length), start + row);
    }
  });
}
