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
    const runs = models.map((model) => Float64Array.from({ length: to - from }, (_, i) => model[from + i] ?? 0));
    const add = (table: Float64Array, i: number, j: number, value: number) => {
      table[i * this.models + j] = (table[i * this.models + j] ?? 0) + value;
      if (i !== j) table[j * this.models + i] = (table[j * this.models + i] ?? 0) + value;
    };
    for (const [i, one] of runs.entries()) {
      for (let j = i; j < runs.length; j++) {
        const two = runs[j] ?? one;
        add(this.products, i, j, dot(one, two));
        const square = squaredDistance(one, two);
        add(this.squares, i, j, square);
        if (stock !== null) add(this.stockSquares, i, j, square);
      }
    }
    if (stock === null) return;
    const base = Float64Array.from({ length: to - from }, (_, i) => stock[from + i] ?? 0);
    const ways = runs.map((run) => run.map((weight, i) => weight - (base[i] ?? 0)));
    this.stockSquare += dot(base, base);
    for (const [i, way] of ways.entries()) {
      this.withStock[i] = (this.withStock[i] ?? 0) + dot(runs[i] ?? base, base);
      this.beside[i] = (this.beside[i] ?? 0) + dot(runs[i] ?? base, runs[i] ?? base);
      for (let j = i; j < ways.length; j++) add(this.stockProducts, i, j, dot(way, ways[j] ?? way));
    }
  }
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += (left[i] as number) * (right[i] as number);
  return sum;
}

function squaredDistance(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) {
    const difference = (left[i] as number) - (right[i] as number);
    sum += difference * difference;
  }
  return sum;
}
