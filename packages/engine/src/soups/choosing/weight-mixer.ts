import { dtypes, type TypedArray } from '../../graph/dtype.js';
import type { Tensor } from '../../graph/tensor.js';
import { equalIntegers } from '../average.js';
import { SoupError } from '../errors.js';
import { LinearCombination, weightsOf } from '../linear-combination.js';
import type { Candidate } from '../method.js';
import type { Pool, PoolTensor } from '../pool.js';
import { floatFormats } from '../rounding.js';

/** The share of each ingredient in a tensor: none negative, adding up to 1 but for rounding. */
export type SharesOf = (tensor: string) => readonly number[];

/** Shares below this are 0: they could not move a weight that f32 holds. */
export const SMALLEST_SHARE = 2 ** -90;
/** In memory are so many elements of each ingredient, whatever the size of the model. */
const CHUNK_ELEMENTS = 2 ** 18;

/** Mixes by any shares and takes the inner products that learn them, chunk by chunk of the ingredients on disk. */
export class WeightMixer {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  get ingredients(): number {
    return this.#pool.ingredients.length;
  }

  /** The tensors that are mixed; integers and booleans must be equal and are copied. */
  get mixed(): readonly PoolTensor[] {
    return [...this.#pool.entries.values()].filter(({ dtype }) => floatFormats[dtype] !== null);
  }

  /** Σ share · ingredient, divided by the sum of the shares, each element rounded once: one model in memory. */
  async mix(shares: SharesOf): Promise<Candidate> {
    const tensors = new Map<string, Tensor>();
    for (const entry of this.#pool.entries.values()) {
      const data = dtypes[entry.dtype].allocate(elements(entry.shape));
      let start = 0;
      for await (const chunk of this.chunks(entry, shares)) {
        // Integers come as they are stored, floats as they are computed: of one type both.
        copyInto(data, chunk, start);
        start += chunk.length;
      }
      tensors.set(entry.name, { dtype: entry.dtype, shape: entry.shape, data });
    }
    return { tensors, metadata: this.#pool.metadata };
  }

  /** The mix of one tensor, in order. */
  async *chunks(entry: PoolTensor, shares: SharesOf): AsyncGenerator<TypedArray> {
    const { name, dtype, shape } = entry;
    const format = floatFormats[dtype];
    const given = shares(name).map((share) => (share < SMALLEST_SHARE ? 0 : share));
    const weights = weightsOf({ members: given, base: 0, divisor: 'sum' });
    const combination = format === null ? null : new LinearCombination(format, weights);
    for (const [start, count] of chunksOf(elements(shape))) {
      if (format === null || combination === null) {
        const all = await Promise.all(this.#pool.ingredients.map((_, i) => this.#pool.read(i, name, start, count)));
        yield equalIntegers(name, all, (index) => this.#pool.nameOf(index));
        continue;
      }
      const read = await Promise.all(weights.rows.map((index) => this.#pool.read(index, name, start, count)));
      const rows = read.map((row) => format.decode(row));
      const means = dtype === 'f64' ? new Float64Array(count) : new Float32Array(count);
      const bad = combination.combine(rows, means);
      if (bad >= 0) throw this.#notFinite(name, weights.rows, rows, bad, start);
      const stored = dtype === 'f32' || dtype === 'f64' ? means : dtypes[dtype].allocate(count);
      if (stored !== means) format.encode(means, stored);
      yield stored;
    }
  }

  /** ⟨slope, ingredient⟩ of one tensor, for every ingredient, summed in f64. */
  async products(name: string, slope: Float32Array | Float64Array): Promise<number[]> {
    const entry = this.#pool.entries.get(name);
    const format = entry === undefined ? null : floatFormats[entry.dtype];
    if (format === null) throw new RangeError(`There is no tensor ${name} that is mixed.`);
    const products = this.#pool.ingredients.map(() => 0);
    for (const [start, count] of chunksOf(slope.length)) {
      for (const index of products.keys()) {
        const values = format.decode(await this.#pool.read(index, name, start, count));
        let sum = products[index] ?? 0;
        for (let i = 0; i < count; i++) sum += (slope[start + i] as number) * (values[i] as number);
        products[index] = sum;
      }
    }
    return products;
  }

  #notFinite(
    name: string,
    members: readonly number[],
    rows: readonly ArrayLike<number>[],
    bad: number,
    start: number,
  ): SoupError {
    const at = rows.findIndex((row) => !Number.isFinite(row[bad]));
    const who = this.#pool.nameOf(members[at] ?? -1);
    return new SoupError(
      `${who}: tensor ${JSON.stringify(name)} holds ${rows[at]?.[bad]} at element ${start + bad}.`,
      'Its training diverged: leave it out of the soup, or train it with a lower learning rate.',
    );
  }
}

function* chunksOf(length: number): Generator<readonly [start: number, count: number]> {
  for (let start = 0; start < length; start += CHUNK_ELEMENTS) yield [start, Math.min(CHUNK_ELEMENTS, length - start)];
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

function copyInto(target: TypedArray, source: TypedArray, start: number): void {
  const { BYTES_PER_ELEMENT: size } = target;
  const bytes = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(bytes, start * size);
}
