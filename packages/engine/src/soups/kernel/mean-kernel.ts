/// <reference path="./web-assembly.d.ts" />
import { ExactSum, exactMeans } from '../exact-mean.js';
import type { LinearCombination } from '../linear-combination.js';
import { type FloatFormat, floatFormats } from '../rounding.js';
import { meanModule } from './generated/mean.js';

/** Elements that the kernel judges together (kernels/mean.ts). */
const BLOCK = 512;
const PAGE_BYTES = 65_536;
/** Rows and elements beyond which the f64 arithmetic of the kernel is not exact, or its addresses end. */
const MOST_ROWS = 4096;

/** The address of rows, bytes between them, their number, elements of each, the addresses of the means and of the verdicts. */
type Means = (rows: number, stride: number, count: number, elements: number, out: number, doubtful: number) => void;

/** The addresses of sums and of a row, rows in the new sums, elements, the addresses of the means and of the verdicts. */
type Extend = (sums: number, row: number, count: number, elements: number, out: number, verdicts: number) => void;

/** As for means, with the address of the weights, the divisor, and what sums may be wrong by; not 0 where there is any doubt. */
type Combine = (
  rows: number,
  stride: number,
  count: number,
  weights: number,
  divisor: number,
  margin: number,
  elements: number,
  out: number,
  doubts: number,
) => number;

/** The kernel's verdict that a sum is no f64. */
const NO_SUM = 2;

let compiled: WebAssembly.Module | undefined;

/**
 * Exact means of f32 rows at the speed of memory: WebAssembly where its f64 sums are proved to be exact, `exactMeans` for
 * the blocks where they are not. The result is that of `exactMeans`, bit for bit. Rows lie in the kernel's own memory, so
 * files are read straight into it.
 */
export class MeanKernel {
  static readonly MOST_ROWS = MOST_ROWS;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #stride: number;
  readonly #means: Means;
  readonly #extend: Extend;
  readonly #combine: Combine;
  readonly #format: FloatFormat;

  /** @param rows at most 4,096 @param elements of a row at most */
  constructor(
    readonly rows: number,
    readonly elements: number,
  ) {
    if (rows > MOST_ROWS) throw new RangeError(`The kernel was asked for ${rows} rows; it takes ${MOST_ROWS}.`);
    this.#stride = 16 * Math.ceil(elements / 4);
    // Rows, means, weights, and a verdict for four elements.
    const bytes = (rows + 1) * this.#stride + 8 * rows + Math.ceil(elements / 4);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
    compiled ??= new WebAssembly.Module(Buffer.from(meanModule, 'base64'));
    const { means, extend, combine } = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
    if (!isMeans(means) || !isExtend(extend) || !isCombine(combine))
      throw new TypeError('The kernel exports no means.');
    this.#means = means;
    this.#extend = extend;
    this.#combine = combine;
    this.#bytes = new Uint8Array(memory.buffer);
    const { f32 } = floatFormats;
    if (f32 === null) throw new TypeError('f32 is no float.');
    this.#format = f32;
  }

  /** The bytes of a row's first elements, to be filled. */
  row(index: number, elements: number): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(index * this.#stride, index * this.#stride + 4 * elements);
  }

  /** A row's first elements. */
  numbers(index: number, elements: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#bytes.buffer, index * this.#stride, elements);
  }

  /**
   * The means of the first elements of the first rows.
   *
   * @returns them, valid until the next call; or the place of an element that is not finite
   */
  means(rows: number, elements: number): Float32Array<ArrayBuffer> | { readonly notFinite: number } {
    // The kernel takes four at a time: what lies behind the last of a row must not be read as a weight.
    for (let row = 0; row < rows; row++) {
      this.#bytes.fill(0, row * this.#stride + 4 * elements, row * this.#stride + 16 * Math.ceil(elements / 4));
    }
    const out = this.rows * this.#stride;
    const verdicts = out + this.#stride;
    this.#means(0, this.#stride, rows, 4 * Math.ceil(elements / 4), out, verdicts);
    const means = this.numbers(this.rows, elements);
    for (let block = 0; block * BLOCK < elements; block++) {
      if (this.#bytes[verdicts + block] === 0) continue;
      const start = block * BLOCK;
      const bad = this.#again(rows, start, means.subarray(start, Math.min(start + BLOCK, elements)));
      if (bad >= 0) return { notFinite: start + bad };
    }
    return means;
  }

  /**
   * The linear combination of the first rows, bit for bit that of `combination.combine`.
   *
   * @returns as `means`
   */
  combine(
    combination: LinearCombination,
    elements: number,
  ): Float32Array<ArrayBuffer> | { readonly notFinite: number } {
    const { weights, divisor } = combination;
    const rows = weights.length;
    const padded = 4 * Math.ceil(elements / 4);
    for (let row = 0; row < rows; row++) {
      this.#bytes.fill(0, row * this.#stride + 4 * elements, row * this.#stride + 4 * padded);
    }
    const out = this.rows * this.#stride;
    const table = out + this.#stride;
    const doubts = table + 8 * this.rows;
    new Float64Array(this.#bytes.buffer, table, rows).set(weights);
    // A product and each addition lose half a place of an f64 at most; 3 for the second order and the sum of magnitudes itself.
    const margin = (2 ** -53 * (rows + 3)) / divisor;
    const doubtful = this.#combine(0, this.#stride, rows, table, divisor, margin, padded, out, doubts);
    const found = this.numbers(this.rows, elements);
    return doubtful === 0 ? found : this.#settle(combination, found, doubts);
  }

  /** Computes the elements that the kernel left open with what proves every one. */
  #settle(
    combination: LinearCombination,
    found: Float32Array<ArrayBuffer>,
    doubts: number,
  ): Float32Array<ArrayBuffer> | { readonly notFinite: number } {
    const { length } = found;
    const open = new Int32Array(length);
    let count = 0;
    for (let element = 0; element < length; element++) {
      const mask = this.#bytes[doubts + (element >> 2)] ?? 0;
      if (((mask >> (element & 3)) & 1) === 1) open[count++] = element;
    }
    const columns = combination.weights.map((_, index) => {
      const row = this.numbers(index, length);
      const column = new Float32Array(count);
      for (let i = 0; i < count; i++) column[i] = row[open[i] as number] as number;
      return column;
    });
    const exact = new Float32Array(count);
    const bad = combination.combine(columns, exact);
    if (bad >= 0) return { notFinite: open[bad] as number };
    for (let i = 0; i < count; i++) found[open[i] as number] = exact[i] as number;
    return found;
  }

  /** Running sums, in the memory of the first two rows. */
  sums(elements: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#bytes.buffer, 0, elements);
  }

  /**
   * Adds the third row to the sums in `sums`, which are exact, or NaN where an f64 cannot hold them. Takes a kernel of at
   * least three rows.
   *
   * @param count rows in the new sums
   * @param all every row of them, those already in and the new one: read only where the sums cannot tell
   * @returns the means of the new sums; or the place of an element that is not finite
   */
  extend(
    count: number,
    elements: number,
    all: () => readonly ArrayLike<number>[],
  ): Float32Array<ArrayBuffer> | { readonly notFinite: number } {
    const padded = 4 * Math.ceil(elements / 4);
    this.#bytes.fill(0, 8 * elements, 8 * padded);
    this.#bytes.fill(0, 2 * this.#stride + 4 * elements, 2 * this.#stride + 4 * padded);
    const out = this.rows * this.#stride;
    const verdicts = out + this.#stride;
    this.#extend(0, 2 * this.#stride, count, padded, out, verdicts);
    const means = this.numbers(this.rows, elements);
    const sums = this.sums(elements);
    let rows: readonly ArrayLike<number>[] | undefined;
    for (let block = 0; block * BLOCK < elements; block++) {
      const verdict = this.#bytes[verdicts + block] ?? 0;
      if (verdict === 0) continue;
      const [start, end] = [block * BLOCK, Math.min((block + 1) * BLOCK, elements)];
      rows ??= all();
      const parts = rows.map((row) => Array.prototype.slice.call(row, start, end));
      const bad = exactlyMeanOf(parts, this.#format, means.subarray(start, end));
      if (bad >= 0) return { notFinite: start + bad };
      if (verdict === NO_SUM) sums.fill(Number.NaN, start, end);
    }
    return means;
  }

  #again(rows: number, start: number, target: Float32Array<ArrayBuffer>): number {
    const parts = Array.from({ length: rows }, (_, row) =>
      this.numbers(row, start + target.length).subarray(start, start + target.length),
    );
    return exactlyMeanOf(parts, this.#format, target);
  }
}

function exactlyMeanOf(
  rows: readonly ArrayLike<number>[],
  format: FloatFormat,
  target: Float32Array<ArrayBuffer>,
): number {
  const sum = new ExactSum(target.length);
  for (const row of rows) sum.add(row);
  return exactMeans(format, sum, () => rows, target);
}

function isExtend(value: unknown): value is Extend {
  return typeof value === 'function';
}

function isCombine(value: unknown): value is Combine {
  return typeof value === 'function';
}

function isMeans(value: unknown): value is Means {
  return typeof value === 'function';
}
