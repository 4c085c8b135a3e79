/** Elements of which partial sums are taken: the error of a sum then grows with their number, not with the tensor's size. */
const BLOCK = 4096;

/** Sums over weights from which lengths, distances and angles of k models follow. All f64; tables are k × k, row-major. */
export class GeometrySums {
  /** Weights that were added. */
  elements = 0;
  /** Those of them that the stock has too. */
  stockElements = 0;
  /** Σ θ_i·θ_j. */
  readonly products: Float64Array;
  /** Σ (θ_i − θ_j)², summed as such: the difference of large products would lose it. */
  readonly squares: Float64Array;
  /** Σ τ_i·τ_j, τ_i = θ_i − θ_0. */
  readonly stockProducts: Float64Array;
  /** Σ (θ_i − θ_j)² over the weights that the stock has. */
  readonly stockSquares: Float64Array;
  /** [k] Σ θ_i·θ_0. */
  readonly withStock: Float64Array;
  /** [k] Σ θ_i² over the weights that the stock has. */
  readonly beside: Float64Array;
  /** Σ θ_0². */
  stockSquare = 0;
  readonly #rooms: Float64Array[] = [];

  constructor(readonly models: number) {
    this.products = new Float64Array(models * models);
    this.squares = new Float64Array(models * models);
    this.stockProducts = new Float64Array(models * models);
    this.stockSquares = new Float64Array(models * models);
    this.withStock = new Float64Array(models);
    this.beside = new Float64Array(models);
  }

  /** Adds equally long runs of weights of every model, and the same run of the stock where it has one. O(k²) a weight. */
  addWeights(models: readonly ArrayLike<number>[], stock: ArrayLike<number> | null): void {
    const length = models[0]?.length ?? 0;
    for (let start = 0; start < length; start += BLOCK) {
      this.#addBlock(models, stock, start, Math.min(length, start + BLOCK));
    }
    this.elements += length;
    if (stock !== null) this.stockElements += length;
  }

  /** Adds the sums of other weights of the same models. */
  addSums(other: GeometrySums): void {
    this.elements += other.elements;
    this.stockElements += other.stockElements;
    this.stockSquare += other.stockSquare;
    for (const table of ['products', 'squares', 'stockProducts', 'stockSquares', 'withStock', 'beside'] as const) {
      for (const [at, value] of other[table].entries()) this[table][at] = (this[table][at] ?? 0) + value;
    }
  }

  #addBlock(models: readonly ArrayLike<number>[], stock: ArrayLike<number> | null, from: number, to: number): void {
    const runs = models.map((model, index) => copied(model, from, to, this.#scratch(index)));
    const add = (table: Float64Array, i: number, j: number, value: number) => {
      table[i * this.models + j] = (table[i * this.models + j] ?? 0) + value;
      if (i !== j) table[j * this.models + i] = (table[j * this.models + i] ?? 0) + value;
    };
    for (const [i, one] of runs.entries()) {
      const own = dot(one, one);
      add(this.products, i, i, own);
      if (stock !== null) this.beside[i] = (this.beside[i] ?? 0) + own;
      for (const [j, two] of runs.entries()) {
        if (j <= i) continue;
        const square = squaredDistance(one, two);
        add(this.products, i, j, dot(one, two));
        add(this.squares, i, j, square);
        if (stock !== null) add(this.stockSquares, i, j, square);
      }
    }
    if (stock === null) return;
    const base = copied(stock, from, to, this.#scratch(models.length));
    this.stockSquare += dot(base, base);
    for (const [i, run] of runs.entries()) {
      this.withStock[i] = (this.withStock[i] ?? 0) + dot(run, base);
      // From here on the runs are ways from the stock.
      subtract(run, base);
    }
    for (const [i, way] of runs.entries()) {
      for (let j = i; j < runs.length; j++) add(this.stockProducts, i, j, dot(way, runs[j] ?? way));
    }
  }

  /** Room for a block of one model; the stock comes after them. */
  #scratch(index: number): Float64Array {
    const room = this.#rooms[index] ?? new Float64Array(BLOCK);
    this.#rooms[index] = room;
    return room;
  }
}

function copied(source: ArrayLike<number>, from: number, to: number, room: Float64Array): Float64Array {
  for (let i = from; i < to; i++) room[i - from] = source[i] as number;
  return room.subarray(0, to - from);
}

function subtract(target: Float64Array, other: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) - (other[i] as number);
}

/** Four sums at once: one would wait for each addition before it began the next. */
function dot(left: Float64Array, right: Float64Array): number {
  const even = left.length - (left.length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < even; i += 4) {
    a += (left[i] as number) * (right[i] as number);
    b += (left[i + 1] as number) * (right[i + 1] as number);
    c += (left[i + 2] as number) * (right[i + 2] as number);
    d += (left[i + 3] as number) * (right[i + 3] as number);
  }
  for (let i = even; i < left.length; i++) a += (left[i] as number) * (right[i] as number);
  return a + b + (c + d);
}

function squaredDistance(left: Float64Array, right: Float64Array): number {
  const even = left.length - (left.length % 2);
  let [a, b] = [0, 0];
  for (let i = 0; i < even; i += 2) {
    const one = (left[i] as number) - (right[i] as number);
    const two = (left[i + 1] as number) - (right[i + 1] as number);
    a += one * one;
    b += two * two;
  }
  for (let i = even; i < left.length; i++) a += ((left[i] as number) - (right[i] as number)) ** 2;
  return a + b;
}
