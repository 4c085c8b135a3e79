/** @file A soup as the multiset of its ingredients, which is all that its weights depend on. */

/**
 * Text that is equal exactly for members that make the same soup: their order does not matter, and neither does a common
 * factor of all multiplicities, because {a, a, b, b} has the mean of {a, b}. '0,0,3' is two thirds of 0 and a third of 3.
 *
 * @param members indices of ingredients, with multiplicity
 * @param alike ingredients that are one and the same, as the index of the first of them; left out, all differ
 */
export function soupKey(members: readonly number[], alike?: readonly number[]): string {
  const counts = countsOf(members.map((index) => alike?.[index] ?? index));
  const divisor = [...counts.values()].reduce(greatestCommonDivisor, 0);
  return [...counts]
    .sort(([a], [b]) => a - b)
    .flatMap(([index, count]) => Array<number>(count / divisor).fill(index))
    .join(',');
}

/** How often each ingredient is in the soup, in the order of their first occurrence. */
export function countsOf(members: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const index of members) counts.set(index, (counts.get(index) ?? 0) + 1);
  return counts;
}

/** The share of each ingredient, in the order of their indices. */
export function sharesOf(members: readonly number[]): { index: number; coefficient: number }[] {
  return [...countsOf(members)]
    .sort(([a], [b]) => a - b)
    .map(([index, count]) => ({ index, coefficient: count / members.length }));
}

/** For every ingredient the index of the first one with the same identity (a content hash, say). */
export function alikeBy(identities: readonly (string | undefined)[]): number[] {
  return identities.map((identity, index) => (identity === undefined ? index : identities.indexOf(identity)));
}

/** The members without one of the copies of `index`. */
export function withoutOne(members: readonly number[], index: number): number[] {
  const at = members.lastIndexOf(index);
  return at < 0 ? [...members] : members.toSpliced(at, 1);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
