/**
 * P-values adjusted so that among all comparisons below α the chance of a single false one is at most α: S. Holm, "A simple
 * sequentially rejective multiple test procedure" (1979). Valid under any dependence. In the order given.
 */
export function holm(pValues: readonly number[]): number[] {
  const m = pValues.length;
  const order = ascending(pValues);
  const adjusted = new Array<number>(m).fill(0);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (m - rank) * (pValues[index] ?? 1)));
    adjusted[index] = largest;
  }
  return adjusted;
}

/**
 * P-values adjusted so that of the comparisons below α a share of at most α is expected to be false: Y. Benjamini and
 * Y. Hochberg (1995), for independent or positively dependent tests. In the order given.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const m = pValues.length;
  const order = ascending(pValues);
  const adjusted = new Array<number>(m).fill(0);
  let smallest = 1;
  for (let rank = m - 1; rank >= 0; rank--) {
    const index = order[rank] ?? 0;
    smallest = Math.min(smallest, ((pValues[index] ?? 1) * m) / (rank + 1));
    adjusted[index] = smallest;
  }
  return adjusted;
}

/** Indices by rising p-value. Throws RangeError for what is no p-value. */
function ascending(pValues: readonly number[]): number[] {
  const wrong = pValues.findIndex((p) => !(p >= 0 && p <= 1));
  if (wrong >= 0) throw new RangeError(`Comparison ${wrong} has ${pValues[wrong]}, which is no p-value in 0 … 1.`);
  return pValues.map((_, index) => index).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
}
