/**
 * @file Order by magnitude, the same on every machine: numbers of equal magnitude are ordered by their place, the earlier
 * counting as the larger.
 */

/** A copy in which only the numbers of ascending magnitude rank `from` (0 is the smallest) up to before `to` are left. */
export function keepRanks(vector: Float64Array, from: number, to: number): Float64Array {
  const kept = new Float64Array(vector.length);
  if (from >= to) return kept;
  const magnitudes = vector.map(Math.abs).sort();
  const smallest = magnitudes[from] as number;
  const largest = magnitudes[to - 1] as number;
  let rankOfSmallest = firstIndexOf(magnitudes, smallest);
  let rankOfLargest = firstIndexOf(magnitudes, largest);
  for (let i = vector.length - 1; i >= 0; i--) {
    const value = vector[i] as number;
    const magnitude = Math.abs(value);
    if (magnitude < smallest || magnitude > largest) continue;
    let keep = true;
    if (magnitude === smallest) {
      const rank = rankOfSmallest++;
      keep = rank >= from && rank < to;
    } else if (magnitude === largest) {
      keep = rankOfLargest++ < to;
    }
    if (keep) kept[i] = value;
  }
  return kept;
}

/** Ascending magnitude ranks 0 … n−1 of vector[start … start + length). */
export function magnitudeRanks(vector: Float64Array, start: number, length: number): Uint32Array {
  const magnitude = (at: number) => Math.abs(vector[start + at] as number);
  const order = Uint32Array.from({ length }, (_, at) => at).sort((a, b) => magnitude(a) - magnitude(b) || b - a);
  const ranks = new Uint32Array(length);
  for (let rank = 0; rank < length; rank++) ranks[order[rank] as number] = rank;
  return ranks;
}

function firstIndexOf(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
