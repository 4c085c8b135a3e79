/** Pearson's product-moment correlation of pairs, in [−1, 1]; null where one side is constant and it is not defined. */
export function pearson(first: ArrayLike<number>, second: ArrayLike<number>): number | null {
  const n = pairs(first, second);
  const [centreFirst, centreSecond] = [mean(first), mean(second)];
  let [product, squareFirst, squareSecond] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const x = (first[i] ?? 0) - centreFirst;
    const y = (second[i] ?? 0) - centreSecond;
    product += x * y;
    squareFirst += x * x;
    squareSecond += y * y;
  }
  if (squareFirst === 0 || squareSecond === 0) return null;
  return Math.max(-1, Math.min(1, product / (Math.sqrt(squareFirst) * Math.sqrt(squareSecond))));
}

/** Spearman's rank correlation: Pearson's of the ranks, equal values sharing the mean of their ranks. Null as Pearson's is. */
export function spearman(first: ArrayLike<number>, second: ArrayLike<number>): number | null {
  pairs(first, second);
  return pearson(averageRanks(first), averageRanks(second));
}

/** Ranks 1 … n by rising value; equal values share the mean of the ranks that they take up. */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    const value = values[order[start] ?? 0];
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === value) end++;
    for (let i = start; i < end; i++) ranks[order[i] ?? 0] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

function pairs(first: ArrayLike<number>, second: ArrayLike<number>): number {
  if (first.length !== second.length || first.length < 2) {
    throw new RangeError(`No correlation of ${first.length} values with ${second.length}: give at least 2 pairs.`);
  }
  for (const [side, values] of [first, second].entries()) {
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i])) continue;
      throw new RangeError(
        `Value ${i} of the ${side === 0 ? 'first' : 'second'} list is ${values[i]}, which is no number.`,
      );
    }
  }
  return first.length;
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum / values.length;
}
