/**
 * The angle between two vectors of lengths a and b whose ends are c apart, in radians, 0 … π; null where one has no length.
 * From three lengths by Kahan's rearrangement, which keeps its precision for nearly parallel vectors, where the arc cosine of a
 * product has lost half of its digits.
 *
 * Source: Kahan, Miscalculating area and angles of a needle-like triangle, 2014, §5.
 */
export function angleOfSides(a: number, b: number, c: number): number | null {
  const [long, short] = a >= b ? [a, b] : [b, a];
  if (!(short > 0)) return null;
  const narrow = short >= c ? c - (long - short) : short - (long - c);
  // Rounding may leave three lengths that close no triangle; then the vectors are parallel, one way or the other.
  const opposite = Math.max(0, (long - short + c) * Math.max(0, narrow));
  const adjacent = Math.max(0, (long + (short + c)) * (long - c + short));
  return 2 * Math.atan2(Math.sqrt(opposite), Math.sqrt(adjacent));
}
