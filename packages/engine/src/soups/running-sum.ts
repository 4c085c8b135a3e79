import type { TypedArray } from '../graph/dtype.js';
import { emptyTensor, type Tensor } from '../graph/tensor.js';
import { equalIntegers, roundedMean } from './average.js';
import { withoutOne } from './choosing/members.js';
import { ExactSum } from './exact-mean.js';
import type { Candidate } from './method.js';
import type { Pool } from './pool.js';
import { floatFormats } from './rounding.js';

/**
 * The sums of a growing soup, so that trying one more ingredient costs one pass over one ingredient, however many are in
 * already. Sums are exact: the mean is the one that averaging all of them anew gives, bit for bit.
 */
export class RunningSum {
  readonly #pool: Pool;
  readonly #sums: ReadonlyMap<string, ExactSum>;
  /** Indices of ingredients in the sum, with multiplicity. */
  readonly members: readonly number[];

  private constructor(pool: Pool, sums: ReadonlyMap<string, ExactSum>, members: readonly number[]) {
    this.#pool = pool;
    this.#sums = sums;
    this.members = members;
  }

  static empty(pool: Pool): RunningSum {
    return new RunningSum(pool, new Map(), []);
  }

  /** This sum and one more ingredient; this one is left as it is. */
  async with(index: number): Promise<RunningSum> {
    const sums = new Map<string, ExactSum>();
    for (const { name, dtype, shape } of this.#pool.entries.values()) {
      const format = floatFormats[dtype];
      if (format === null) continue;
      const sum = this.#sums.get(name)?.clone() ?? new ExactSum(elements(shape));
      sum.add(format.decode(await this.#read(index, name)));
      sums.set(name, sum);
    }
    return new RunningSum(this.#pool, sums, [...this.members, index]);
  }

  /** This sum without one copy of a member; this one is left as it is. The mean is that of a sum that never had it. */
  async without(index: number): Promise<RunningSum> {
    const members = withoutOne(this.members, index);
    const sums = new Map<string, ExactSum>();
    for (const [name, { length }] of this.#sums) {
      const format = floatFormats[this.#pool.entries.get(name)?.dtype ?? 'bool'];
      if (format === null) continue;
      const left = this.#sums.get(name)?.clone() ?? new ExactSum(length);
      left.add(Float64Array.from(format.decode(await this.#read(index, name)), (value) => -value));
      left.count -= 2;
      // Whether a zero is negative, and what is left of infinities, only the members know.
      if (left.high.some((value) => value === 0 || !Number.isFinite(value))) {
        left.reset();
        for (const member of members) left.add(format.decode(await this.#read(member, name)));
      }
      sums.set(name, left);
    }
    return new RunningSum(this.#pool, sums, members);
  }

  /** The mean of the members as a checkpoint in memory. */
  async mean(): Promise<Candidate> {
    const tensors = new Map<string, Tensor>();
    const nameOf = (member: number) => this.#pool.nameOf(this.members[member] ?? -1);
    for (const entry of this.#pool.entries.values()) {
      const { name, dtype, shape } = entry;
      const format = floatFormats[dtype];
      const sum = this.#sums.get(name);
      let data: TypedArray = emptyTensor(dtype, shape).data;
      if (format === null || sum === undefined) {
        data = equalIntegers(name, await this.#readMembers(name), nameOf);
      } else {
        // Members are read again only for what the sums cannot answer: integers beyond two f64, and who is not finite.
        const needed = sum.inexact || dtype === 'f64' || sum.high.some((value) => !Number.isFinite(value));
        const rows = needed ? (await this.#readMembers(name)).map((row) => format.decode(row)) : [];
        data = roundedMean(entry, format, sum, () => rows, nameOf);
      }
      tensors.set(name, { dtype, shape, data });
    }
    return { tensors, metadata: this.#pool.metadata };
  }

  async #readMembers(name: string): Promise<TypedArray[]> {
    const rows: TypedArray[] = [];
    for (const index of this.members) rows.push(await this.#read(index, name));
    return rows;
  }

  #read(index: number, name: string): Promise<TypedArray> {
    return this.#pool.read(index, name, 0, elements(this.#pool.entries.get(name)?.shape ?? []));
  }
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}
