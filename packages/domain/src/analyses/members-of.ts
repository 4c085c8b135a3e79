/** A soup of more than so many members, counted with multiplicity, is no longer read as one. */
export const MOST_MEMBERS = 64;
/** Coefficients are rounded once to f64. */
const TOLERANCE = 1e-9;

/**
 * The members of an average, each as often as it counts: ½ and ½ are one of each, ⅔ and ⅓ two of the first. Empty for coefficients
 * that are no small fractions of one whole, or below 0.
 */
export function membersOf<Id>(ids: readonly Id[], coefficients: readonly number[]): Id[] {
  for (let members = 1; members <= MOST_MEMBERS; members++) {
    const counts = coefficients.map((coefficient) => Math.round(coefficient * members));
    const exact = counts.every(
      (count, i) => count >= 0 && Math.abs(count / members - (coefficients[i] ?? 0)) < TOLERANCE,
    );
    if (!exact || counts.reduce((sum, count) => sum + count, 0) !== members) continue;
    return ids.flatMap((id, i) => Array.from({ length: counts[i] ?? 0 }, () => id));
  }
  return [];
}
