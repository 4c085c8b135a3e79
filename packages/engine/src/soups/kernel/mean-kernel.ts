/// <reference path="./web-assembly.d.ts" />
import { ExactSum, exactMeans } from '../exact-mean.js';
import { type FloatFormat, floatFormats } from '../rounding.js';
import { meanModule } from './generated/mean.js';

/** Elements that the kernel judges together (kernels/mean.ts). */
const BLOCK = 512;
const PAGE_BYTES = 65_536;
/** Rows and elements beyond which the f64 arithmetic of the kernel is not exact, or its addresses end. */
const MOST_ROWS = 4096;

/** The address of rows, bytes between them, their number, elements of each, the addresses of the means and of the verdicts. */
type Means = (rows: number, stride: number, count: number, elements: number, out: number, doubtful: number) => void;

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
  readonly #exact = new ExactSum(BLOCK);
  readonly #format: FloatFormat;

  /** @param rows at most 4,096 @param elements of a row at most */
  constructor(
    readonly rows: number,
    readonly elements: number,
  ) {
    if (rows > MOST_ROWS) throw new RangeError(`The kernel was asked for ${rows} rows; it takes ${MOST_ROWS}.`);
    this.#stride = 16 * Math.ceil(elements / 4);
    const bytes = (rows + 1) * this.#stride + Math.ceil(elements / BLOCK);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
    compiled ??= new WebAssembly.Module(Buffer.from(meanModule, 'base64'));
    const { means } = new WebAssembly.Instance(compiled, { env: { memory } }).exports;
    if (!isMeans(means)) throw new TypeError('The kernel exports no means.');
    this.#means = means;
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

  #again(rows: number, start: number, target: Float32Array<ArrayBuffer>): number {
    const parts = Array.from({ length: rows }, (_, row) =>
      this.numbers(row, start + target.length).subarray(start, start + target.length),
    );
    const sum = target.length === BLOCK ? this.#exact : new ExactSum(target.length);
    sum.reset();
    for (const part of parts) sum.add(part);
    return exactMeans(this.#format, sum, () => parts, target);
  }
}

function isMeans(value: unknown): value is Means {
  return typeof value === 'function';
}
