import type { JsonObject } from '../../json.js';
import type { Candidate, Ingredient } from '../method.js';
import { linearMix } from '../methods/linear.js';
import { Pool, type PoolTensor } from '../pool.js';
import { floatFormats } from '../rounding.js';
import { openIngredients } from '../streaming/ingredients.js';
import { mixInMemory } from '../streaming/mix-in-memory.js';
import type { Workforce } from '../streaming/threads.js';
import { workforceFor } from '../streaming/workforce.js';

/** The share of each ingredient in a tensor: none negative, adding up to 1 but for rounding. */
export type SharesOf = (tensor: string) => readonly number[];

/** Shares below this are 0: they could not move a weight that f32 holds. */
const SMALLEST_SHARE = 2 ** -90;
/** In memory are so many elements of each ingredient, whatever the size of the model. */
const CHUNK_ELEMENTS = 2 ** 18;

/** Mixes by any shares and takes the inner products that learn them, with the ingredients on disk. Hold it with `await using`. */
export class WeightMixer implements AsyncDisposable {
  readonly #pool: Pool;
  readonly #workforce: Workforce;

  private constructor(pool: Pool, workforce: Workforce) {
    this.#pool = pool;
    this.#workforce = workforce;
  }

  /**
   * Opens and checks the ingredients, and starts the threads that mix them again and again, where that pays.
   *
   * @param threads at most; left out, those of the machine
   */
  static async open(ingredients: readonly Ingredient[], threads?: number): Promise<WeightMixer> {
    const pool = await Pool.open(ingredients);
    try {
      await using inputs = await openIngredients(
        ingredients.map(({ path }) => path),
        null,
      );
      const linear = linearMix(() => ({ members: [], base: 0, divisor: 1 }));
      return new WeightMixer(pool, await workforceFor(inputs, linear, threads));
    } catch (error) {
      await pool[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workforce[Symbol.asyncDispose]();
    await this.#pool[Symbol.asyncDispose]();
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
    const { ingredients } = this.#pool;
    return mixInMemory(
      {
        method: 'weighted',
        parameters: this.weightedBy(shares),
        ingredients: ingredients.map(({ path }) => path),
        names: ingredients.map(({ name }) => name),
      },
      { workforce: this.#workforce },
    );
  }

  /** The mean of some ingredients, each as often as it is listed: one model in memory, the bytes of the uniform soup. */
  async mean(members: readonly number[]): Promise<Candidate> {
    const chosen = members.flatMap((index) => this.#pool.ingredients[index] ?? []);
    const order = {
      method: 'uniform',
      ingredients: chosen.map(({ path }) => path),
      names: chosen.map(({ name }) => name),
    };
    return mixInMemory(order, { workforce: this.#workforce });
  }

  /** What the weighted soup is told: one row for all tensors where all are equal, else one for each. */
  weightedBy(shares: SharesOf): JsonObject {
    const rows = this.mixed.map(({ name }) => ({ tensors: name, shares: shares(name).map(withoutDust) }));
    const weights = rows[0]?.shares ?? this.#pool.ingredients.map(() => 1);
    if (rows.every((row) => row.shares.every((share, at) => share === weights[at]))) return { weights, layers: [] };
    // As a pattern a name with a star in it means others, too: those come last.
    const isPattern = ({ tensors }: { tensors: string }) => Number(/[*?]/.test(tensors));
    return { weights: weights.map(() => 1), layers: rows.sort((a, b) => isPattern(a) - isPattern(b)) };
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
}

/** A soup with everything on one ingredient is that ingredient. */
function withoutDust(share: number): number {
  return share < SMALLEST_SHARE ? 0 : share;
}

function* chunksOf(length: number): Generator<readonly [start: number, count: number]> {
  for (let start = 0; start < length; start += CHUNK_ELEMENTS) yield [start, Math.min(CHUNK_ELEMENTS, length - start)];
}
