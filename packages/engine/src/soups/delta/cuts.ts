/**
 * @file Where a change is cut when its largest numbers are kept out of all tensors together. The cut is exact: the number of
 * that rank is found by counting bits from the highest down, so memory does not grow with the model.
 */

/** Numbers larger than `threshold` are kept; of those equal to it the first `equal[name]` of each tensor. */
export interface Cut {
  readonly threshold: number;
  /** Tensors that keep none of them are not listed. */
  readonly equal: Readonly<Record<string, number>>;
}

/** Consecutive numbers of a change, which may be of either sign. */
export interface ChangePart {
  readonly tensor: string;
  readonly values: Float64Array;
}

/** Bits that a level looks at, from the highest on; what is left after two of them is told apart exactly by the third. */
const LEVELS = [20, 22, 22] as const;
/** So many numbers are collected and sorted instead of counted once more. */
const COLLECTED = 2 ** 18;
const NO_SIGN = 0x7fff_ffff;

/**
 * Finds the cut that keeps `count` numbers of a change. Numbers of equal magnitude are ordered by the name of their tensor and
 * then by their place, earlier ones first.
 *
 * @param parts goes through all of them, tensors in the order of their names; called a few times
 * @param total numbers that there are
 * @param collected numbers that may be in memory at a time
 * @returns by the last step; the others give way to whatever else waits
 */
export function* findCut(
  parts: () => Iterable<ChangePart>,
  count: number,
  total: number,
  collected: number = COLLECTED,
): Generator<void, Cut> {
  if (count <= 0) return { threshold: Number.POSITIVE_INFINITY, equal: {} };
  if (count >= total) return { threshold: -1, equal: {} };
  if (total <= collected) return yield* cutAmong(parts, count, 0n, 64);
  let wanted = count;
  let prefix = 0n;
  let low = 64;
  for (const bits of LEVELS) {
    const counts = new Float64Array(2 ** bits);
    const begins = beginning(prefix, low);
    const placeOf = places(low, bits);
    for (const { values } of parts()) {
      const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
      for (let i = 0; i < words.length; i += 2) {
        const rest = words[i] as number;
        const high = (words[i + 1] as number) & NO_SIGN;
        if (!begins(high, rest)) continue;
        const place = placeOf(high, rest);
        counts[place] = (counts[place] as number) + 1;
      }
      yield;
    }
    let at = counts.length - 1;
    while (at > 0 && wanted > (counts[at] as number)) wanted -= counts[at--] as number;
    prefix = (prefix << BigInt(bits)) | BigInt(at);
    low -= bits;
    if ((counts[at] as number) <= collected) return yield* cutAmong(parts, wanted, prefix, low);
  }
  return yield* cutAt(parts, wanted, magnitudeOf(prefix));
}

/** Whether magnitudes beyond the threshold are kept, and of equal ones the first few. For one tensor, number by number in order. */
export function keeper({ threshold, equal }: Cut, tensor: string): (value: number) => boolean {
  let left = Object.hasOwn(equal, tensor) ? (equal[tensor] ?? 0) : 0;
  return (value) => {
    const magnitude = Math.abs(value);
    if (magnitude === threshold && left > 0) {
      left--;
      return true;
    }
    return magnitude > threshold;
  };
}

/** The last step where few are left: they are collected and sorted. */
function* cutAmong(
  parts: () => Iterable<ChangePart>,
  wanted: number,
  prefix: bigint,
  low: number,
): Generator<void, Cut> {
  const found: number[] = [];
  const begins = beginning(prefix, low);
  for (const { values } of parts()) {
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    for (let i = 0; i < values.length; i++) {
      if (!begins((words[2 * i + 1] as number) & NO_SIGN, words[2 * i] as number)) continue;
      found.push(Math.abs(values[i] as number));
    }
    yield;
  }
  const sorted = Float64Array.from(found).sort().reverse();
  const threshold = sorted[wanted - 1] ?? 0;
  const larger = sorted.findIndex((magnitude) => magnitude <= threshold);
  return yield* cutAt(parts, wanted - larger, threshold);
}

/** Which tensors keep how many of the numbers that are equal to the threshold. */
function* cutAt(parts: () => Iterable<ChangePart>, wanted: number, threshold: number): Generator<void, Cut> {
  // Kept or not, a 0 changes nothing.
  if (threshold === 0) return { threshold, equal: {} };
  const equal = new Map<string, number>();
  let left = wanted;
  for (const { tensor, values } of parts()) {
    if (left === 0) break;
    let here = 0;
    for (let i = 0; i < values.length; i++) if (Math.abs(values[i] as number) === threshold) here++;
    const kept = Math.min(here, left);
    left -= kept;
    if (kept > 0) equal.set(tensor, (equal.get(tensor) ?? 0) + kept);
    yield;
  }
  return { threshold, equal: Object.fromEntries(equal) };
}

/** Whether a magnitude, given as two words, begins with a prefix that ends at bit `low`. */
function beginning(prefix: bigint, low: number): (high: number, rest: number) => boolean {
  if (low === 64) return () => true;
  if (low >= 32) {
    const [shift, expected] = [low - 32, Number(prefix)];
    return (high) => high >>> shift === expected;
  }
  const below = BigInt(32 - low);
  const [upper, lower] = [Number(prefix >> below), Number(prefix & ((1n << below) - 1n))];
  return (high, rest) => high === upper && rest >>> low === lower;
}

/** The next `bits` bits of a magnitude from bit `low` down. */
function places(low: number, bits: number): (high: number, rest: number) => number {
  if (low === 64) return (high) => high >>> (32 - bits);
  if (low <= 32) return (_high, rest) => rest & (2 ** bits - 1);
  // What is left of the high word, then the beginning of the low one.
  const [left, fromRest] = [low - 32, bits - (low - 32)];
  return (high, rest) => (high & (2 ** left - 1)) * 2 ** fromRest + (rest >>> (32 - fromRest));
}

function magnitudeOf(bits: bigint): number {
  return new Float64Array(BigUint64Array.of(bits).buffer)[0] ?? 0;
}
