/**
 * The q-quantile of sorted numbers by linear interpolation between the two nearest (type 7 of Hyndman and Fan 1996, the
 * default of NumPy and R).
 *
 * @param sorted ascending, not empty
 * @param q in [0, 1]
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (place - below) * (high - low);
}
