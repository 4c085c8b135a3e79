import { createHash } from 'node:crypto';
import { dtypes, type TypedArray } from '../../graph/dtype.js';
import { keyed, type Random } from '../../random/index.js';
import { equalIntegers, roundedMean } from '../average.js';
import { SoupError } from '../errors.js';
import { ExactSum } from '../exact-mean.js';
import { MeanKernel } from '../kernel/mean-kernel.js';
import { LinearCombination, type Weights, weightsOf } from '../linear-combination.js';
import { methodNamed } from '../methods/method-named.js';
import type { MixInput, TensorMix } from '../mixing.js';
import { type FloatFormat, floatFormats } from '../rounding.js';
import { readAt, writeAt } from './files.js';
import type { MeasuredPlace, RunningPlaces, SoupJob, TaskResult, TensorJob } from './job.js';

/** Bytes of all rows together that the fast memory of a processor holds, and the least of one that is worth a call. */
const CACHE_BYTES = 2 ** 20;
const LEAST_ROW_BYTES = 2 ** 15;
const MOST_ROW_BYTES = 2 ** 18;

/**
 * Mixes the tensors of a job one at a time: reads what it needs of each ingredient, mixes, rounds once, writes, hashes. In
 * memory are a chunk of each ingredient, or, for a method that needs it, one whole tensor of each.
 */
export class TensorMixer {
  readonly #job: SoupJob;
  readonly #mix: TensorMix;
  readonly #random: Random;
  #kernel: MeanKernel | undefined;

  constructor(job: SoupJob) {
    this.#job = job;
    const method = methodNamed(job.method);
    if (method === undefined) throw new TypeError(`There is no method ${job.method}.`);
    this.#mix = method.bind(job.parameters, job.names.length - (job.hasBase ? 1 : 0));
    this.#random = keyed(job.seed, 'mix');
  }

  /** @returns SHA-256 of the tensor's bytes, and the shares that a method found. Throws SoupError and CheckpointError, by ingredient and tensor. */
  mix(tensor: TensorJob): Pick<TaskResult, 'sha256' | 'shares'> {
    const digest = createHash('sha256');
    let offset = 0;
    let shares: readonly number[] | undefined;
    const write = (elements: TypedArray) => {
      const bytes = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
      digest.update(bytes);
      for (const target of tensor.targets) writeAt(target, bytes, offset);
      offset += bytes.length;
    };
    const format = floatFormats[tensor.dtype];
    if (this.#job.counting === true) shares = format === null ? [0] : [this.#balance(tensor, format)];
    else if (format === null) this.#copyIntegers(tensor, write);
    else if (tensor.running !== undefined) this.#extendSums(tensor, tensor.running, write);
    else {
      const given = this.#mix.linear?.(tensor.name, tensor.shape);
      if (given !== undefined) this.#combine(tensor, format, weightsOf(given), write);
      else shares = this.#mixNumbers(tensor, format, write);
    }
    return { sha256: digest.digest('hex'), ...(shares === undefined ? {} : { shares }) };
  }

  #copyIntegers(tensor: TensorJob, write: (elements: TypedArray) => void): void {
    for (const { start, count } of chunks(tensor, tensor.sources.length)) {
      const rows = tensor.sources.map((_, row) => this.#read(tensor, row, start, count));
      write(equalIntegers(tensor.name, rows, (row) => this.#nameOf(row), start));
    }
  }

  #combine(tensor: TensorJob, format: FloatFormat, weights: Weights, write: (elements: TypedArray) => void): void {
    const { rows } = weights;
    const combination = new LinearCombination(format, weights);
    if (tensor.dtype === 'f32' && rows.length <= MeanKernel.MOST_ROWS) {
      this.#combineByKernel(tensor, rows, weights.uniform ? null : combination, write);
      return;
    }
    for (const { start, count } of chunks(tensor, rows.length)) {
      const numbers = rows.map((row) => format.decode(this.#read(tensor, row, start, count)));
      if (weights.uniform) {
        const sum = new ExactSum(count);
        for (const row of numbers) sum.add(row);
        const nameOf = (member: number) => this.#nameOf(rows[member] ?? -1);
        write(roundedMean(tensor, format, sum, () => numbers, nameOf, start));
        continue;
      }
      const mixed = tensor.dtype === 'f64' ? new Float64Array(count) : new Float32Array(count);
      const bad = combination.combine(numbers, mixed);
      if (bad >= 0) this.#refuse(tensor, numbers, rows, bad, start);
      write(stored(tensor, format, mixed));
    }
  }

  /** @param combination null for the mean */
  #combineByKernel(
    tensor: TensorJob,
    rows: readonly number[],
    combination: LinearCombination | null,
    write: (elements: TypedArray) => void,
  ): void {
    for (const { start, count } of chunks(tensor, rows.length)) {
      const kernel = this.#kernelFor(tensor, rows.length, count);
      for (const [at, row] of rows.entries()) this.#readInto(tensor, row, start, kernel.row(at, count));
      const means = combination === null ? kernel.means(rows.length, count) : kernel.combine(combination, count);
      if (means instanceof Float32Array) write(means);
      else {
        const numbers = rows.map((_, at) => kernel.numbers(at, count));
        this.#refuse(tensor, numbers, rows, means.notFinite, start);
      }
    }
  }

  /** The mean by running sums: of the ingredients only the last is read, the others where an f64 cannot hold their sum. */
  #extendSums(tensor: TensorJob, { from, to }: RunningPlaces, write: (elements: TypedArray) => void): void {
    const rows = tensor.sources.map((_, row) => row);
    for (const { start, count } of chunks(tensor, 4)) {
      const kernel = this.#kernelFor(tensor, 4, count);
      const sums = kernel.sums(count);
      const bytes = new Uint8Array(sums.buffer, sums.byteOffset, sums.byteLength);
      // Not 0, to which a sum of negative zeros would not be negative.
      if (from === null) sums.fill(-0);
      else readAt(from, bytes, 8 * start, 'the running sums');
      const first = from === null ? 0 : rows.length - 1;
      for (const row of rows.slice(first)) {
        this.#readInto(tensor, row, start, kernel.row(2, count));
        const all = () => rows.slice(0, row + 1).map((other) => this.#numbers(tensor, other, start, count));
        const means = kernel.extend(row + 1, count, all);
        if (!(means instanceof Float32Array)) this.#refuse(tensor, all(), rows, means.notFinite, start);
        else if (row === rows.length - 1) write(means);
      }
      if (to !== null) writeAt(to, bytes, 8 * start);
    }
  }

  #numbers(tensor: TensorJob, row: number, start: number, count: number): Float32Array<ArrayBuffer> {
    const numbers = new Float32Array(count);
    this.#readInto(tensor, row, start, new Uint8Array(numbers.buffer));
    return numbers;
  }

  #kernelFor(tensor: TensorJob, rows: number, count: number): MeanKernel {
    if (this.#kernel === undefined || this.#kernel.rows < rows || this.#kernel.elements < count) {
      this.#kernel = new MeanKernel(rows, chunkElements(tensor, rows));
    }
    return this.#kernel;
  }

  /** @returns the shares that the method told */
  #mixNumbers(
    tensor: TensorJob,
    format: FloatFormat,
    write: (elements: TypedArray) => void,
  ): readonly number[] | undefined {
    let told: readonly number[] | undefined;
    const tell = (shares: readonly number[]) => {
      told = shares;
    };
    const whole = { start: 0, count: elementsOf(tensor) };
    const parts = this.#mix.elementwise === true ? chunks(tensor, tensor.sources.length) : [whole];
    for (const { start, count } of parts) {
      const mixed = this.#mix.mix({ ...this.#input(tensor, format, start, count), tell });
      if (mixed.length !== count) throw new TypeError(`${this.#job.method} made ${mixed.length} of ${count} numbers.`);
      const rounded = tensor.dtype === 'f64' ? mixed : roundedTo(format, mixed);
      const bad = firstNotFinite(rounded);
      if (bad >= 0) this.#refuse(tensor, [], [], bad, start);
      write(stored(tensor, format, rounded));
    }
    return told;
  }

  /** How many more elements of a tensor are positive than negative, by a method that asks for it. */
  #balance(tensor: TensorJob, format: FloatFormat): number {
    const { balance } = this.#mix;
    if (balance === undefined) throw new TypeError(`${this.#job.method} asks for no majority.`);
    return balance(this.#input(tensor, format, 0, elementsOf(tensor)));
  }

  /** Numbers of every ingredient and of the stock, all of them finite. */
  #input(tensor: TensorJob, format: FloatFormat, start: number, count: number): MixInput {
    const numbers = tensor.sources.map((_, row) => {
      const values = Float64Array.from(format.decode(this.#read(tensor, row, start, count)));
      const bad = values.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) this.#refuse(tensor, [values], [row], bad, start);
      return values;
    });
    const base = this.#job.hasBase ? (numbers.pop() ?? null) : null;
    const { cuts, majority } = this.#job;
    const { name, shape } = tensor;
    return {
      ...{ name, shape, base, members: numbers, random: this.#random, ...this.#measured(tensor) },
      ...(cuts === undefined ? {} : { cuts }),
      ...(majority === undefined ? {} : { majority }),
    };
  }

  /** What was measured of a tensor, one ingredient after the other. */
  #measured({ measured }: TensorJob): Pick<MixInput, 'statistics'> {
    if (measured === undefined) return {};
    const read = (place: MeasuredPlace | null | undefined, member: number) => {
      if (place == null) return null;
      const values = new Float64Array(place.numbers);
      readAt(place, new Uint8Array(values.buffer), 0, `what was measured of ${this.#nameOf(member)}`);
      return values;
    };
    const means = this.#job.measuredMeans ?? [];
    return { statistics: { of: (member) => read(measured[member], member), mean: (member) => means[member] ?? 0 } };
  }

  /** Says which ingredient holds what is not finite; if none does, the combination is too large for the type. */
  #refuse(
    { name, dtype }: TensorJob,
    numbers: readonly ArrayLike<number>[],
    rows: readonly number[],
    at: number,
    start: number,
  ): never {
    const culprit = numbers.findIndex((row) => !Number.isFinite(row[at]));
    const place = `tensor ${JSON.stringify(name)}`;
    if (culprit < 0) {
      throw new SoupError(
        `Element ${start + at} of ${place} becomes a number that ${dtype} cannot hold.`,
        'Use smaller coefficients, or ingredients with larger element types.',
      );
    }
    throw new SoupError(
      `${this.#nameOf(rows[culprit] ?? -1)}: ${place} holds ${numbers[culprit]?.[at]} at element ${start + at}.`,
      'Its training diverged: leave it out of the soup, or train it with a lower learning rate.',
    );
  }

  #read(tensor: TensorJob, row: number, start: number, count: number): TypedArray {
    const { bytes, view } = dtypes[tensor.dtype];
    const target = new Uint8Array(count * bytes);
    this.#readInto(tensor, row, start, target);
    return view(target.buffer, 0, count);
  }

  #readInto(tensor: TensorJob, row: number, start: number, target: Uint8Array): void {
    const place = tensor.sources[row];
    if (place === undefined) throw new RangeError(`There is no row ${row} of ${tensor.name}.`);
    readAt(place, target, start * dtypes[tensor.dtype].bytes, this.#nameOf(row));
  }

  #nameOf(row: number): string {
    return this.#job.names[row] ?? `ingredient ${row}`;
  }
}

// Loops, not callbacks: a method that is no linear combination spends half its time between reading and mixing otherwise.

function firstNotFinite(values: Float32Array | Float64Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i] as number)) return i;
  return -1;
}

function roundedTo({ round }: FloatFormat, values: Float64Array): Float32Array<ArrayBuffer> {
  const rounded = new Float32Array(values.length);
  for (let i = 0; i < rounded.length; i++) rounded[i] = round(values[i] as number);
  return rounded;
}

function stored({ dtype }: TensorJob, format: FloatFormat, values: Float32Array | Float64Array): TypedArray {
  if (dtype === 'f32' || dtype === 'f64') return values;
  const elements = dtypes[dtype].allocate(values.length);
  format.encode(values, elements);
  return elements;
}

/** Consecutive parts of a tensor that fit the fast memory for all rows together. */
function* chunks(tensor: TensorJob, rows: number): Generator<{ readonly start: number; readonly count: number }> {
  const length = elementsOf(tensor);
  const step = chunkElements(tensor, rows);
  for (let start = 0; start < length; start += step) yield { start, count: Math.min(step, length - start) };
}

function chunkElements({ dtype }: TensorJob, rows: number): number {
  const rowBytes = Math.min(Math.max(CACHE_BYTES / rows, LEAST_ROW_BYTES), MOST_ROW_BYTES);
  // Whole pages of the file, whose copying is fastest.
  return (2 ** 12 * Math.floor(rowBytes / 2 ** 12)) / dtypes[dtype].bytes;
}

function elementsOf({ shape }: TensorJob): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}
