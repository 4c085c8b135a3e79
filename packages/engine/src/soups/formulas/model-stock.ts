/** What Model Stock takes of one tensor: the mean pairwise cosine of the ingredients' ways from the stock, and the share t. */
export interface ModelStockShare {
  /** Of every pair, in the order (0,1), (0,2), …, (1,2), … */
  readonly cosines: readonly number[];
  /** θ = t·mean(θ_i) + (1 − t)·θ_0. */
  readonly t: number;
}

/** mergekit's clamp of the product of two norms. It shrinks the cosine of ways shorter than about 1e-3 towards 0. */
const SMALLEST_PRODUCT = 1e-6;

/**
 * Model Stock (Jang, Yun and Han 2024, arXiv 2403.19522) for one tensor: t = N·c / (1 + (N − 1)·c), with c the cosine between
 * the ways that two ingredients went from the stock; for N > 2, where the paper is silent, the mean over all pairs, as
 * mergekit takes it. c = 1 gives the mean of the ingredients, c = 0 the stock.
 *
 * Cosines are clamped to [−1, 1] and their denominators, the products of two norms, to at least `smallestProduct`. t is not: for c < 0 it is negative
 * (away from the ingredients, and without bound as c → −1/(N−1)). A method that wants a convex mixture clamps t to [0, 1]
 * and says so. All arithmetic is f64.
 *
 * @param stock θ_0, one tensor
 * @param ingredients θ_i, the same tensor of each; at least two
 * @param smallestProduct above 0; 1e-6 as in mergekit, unless something smaller is said that leaves short ways their cosine
 * @throws RangeError for fewer than two ingredients or tensors of different length
 */
export function modelStock(
  stock: ArrayLike<number>,
  ingredients: readonly ArrayLike<number>[],
  smallestProduct = SMALLEST_PRODUCT,
): ModelStockShare {
  const count = ingredients.length;
  if (count < 2) throw new RangeError(`Model Stock compares ingredients in pairs; it was given ${count}.`);
  const strange = ingredients.findIndex((ingredient) => ingredient.length !== stock.length);
  if (strange >= 0) {
    throw new RangeError(
      `Ingredient ${strange} has ${ingredients[strange]?.length} numbers where the stock has ${stock.length}.`,
    );
  }
  const cosines: number[] = [];
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      cosines.push(cosineFrom(stock, ingredients[i] ?? [], ingredients[j] ?? [], smallestProduct));
    }
  }
  const mean = cosines.reduce((sum, cosine) => sum + cosine, 0) / cosines.length;
  return { cosines, t: (count * mean) / (1 + (count - 1) * mean) };
}

function cosineFrom(
  origin: ArrayLike<number>,
  left: ArrayLike<number>,
  right: ArrayLike<number>,
  smallestProduct: number,
): number {
  let product = 0;
  let leftSquare = 0;
  let rightSquare = 0;
  for (let i = 0; i < origin.length; i++) {
    const a = (left[i] ?? 0) - (origin[i] ?? 0);
    const b = (right[i] ?? 0) - (origin[i] ?? 0);
    product += a * b;
    leftSquare += a * a;
    rightSquare += b * b;
  }
  const lengths = Math.max(Math.sqrt(leftSquare) * Math.sqrt(rightSquare), smallestProduct);
  return Math.min(1, Math.max(-1, product / lengths));
}
