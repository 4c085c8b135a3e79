/**
 * The sum of a few f64 numbers, correctly rounded, so that it does not depend on their order: Knuth's TwoSum tells whether
 * plain addition was exact, which it nearly always is for differences of f32 weights; where it was not, J. R. Shewchuk's
 * expansions ("Adaptive precision floating-point arithmetic", 1997) keep every bit.
 *
 * @param terms finite; only the first `count` are read
 */
export function orderlessSum(terms: Float64Array, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const term = terms[i] as number;
    const next = sum + term;
    const back = next - sum;
    if (sum - (next - back) + (term - back) !== 0) return sumByExpansion(terms, count);
    sum = next;
  }
  return sum;
}

function sumByExpansion(terms: Float64Array, count: number): number {
  const parts: number[] = [];
  for (let i = 0; i < count; i++) {
    let high = terms[i] as number;
    let kept = 0;
    for (const part of parts) {
      const next = high + part;
      const back = next - high;
      const low = high - (next - back) + (part - back);
      if (low !== 0) parts[kept++] = low;
      high = next;
    }
    parts.length = kept;
    parts.push(high);
  }
  return roundExpansion(parts);
}

/** The parts do not overlap and grow, so the largest decides, but for a tie that a smaller part breaks. */
function roundExpansion(parts: readonly number[]): number {
  let at = parts.length - 1;
  let high = parts[at] ?? 0;
  let low = 0;
  while (at > 0 && low === 0) {
    const part = parts[--at] ?? 0;
    const next = high + part;
    low = part - (next - high);
    high = next;
  }
  const below = parts[at - 1] ?? 0;
  if (at > 0 && low !== 0 && low > 0 === below > 0 && below !== 0) {
    const doubled = low * 2;
    const next = high + doubled;
    if (next - high === doubled) return next;
  }
  return high;
}
