/** How two models fare on the same n examples. */
export interface PairedCounts {
  readonly both: number;
  /** Right for the first model only. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

/**
 * Compares two bitmaps of correctness: one bit an example, least significant bit first, unused bits of the last byte 0, as
 * evaluations store them. Throws RangeError when a bitmap is not one of n examples.
 */
export function pairedCounts(first: Uint8Array, second: Uint8Array, n: number): PairedCounts {
  return countPairs(bitmapWords(first, n), bitmapWords(second, n), n);
}

/** The bitmap of n examples as words of 32, for comparing one with many. Throws RangeError when it is not one of n examples. */
export function bitmapWords(bits: Uint8Array, n: number): Uint32Array {
  const bytes = Math.ceil(n / 8);
  if (!Number.isInteger(n) || n < 1 || bits.length !== bytes) {
    throw new RangeError(
      `A bitmap of ${bits.length} bytes does not hold ${n} examples: compare models on one benchmark.`,
    );
  }
  if (n % 8 !== 0 && (bits[bytes - 1] ?? 0) >>> (n % 8) !== 0) {
    throw new RangeError(`A bitmap has bits beyond its ${n} examples: it is one of another benchmark.`);
  }
  const words = new Uint32Array(Math.ceil(n / 32));
  new Uint8Array(words.buffer).set(bits);
  return words;
}

/** The counts of two bitmaps of n examples, as `bitmapWords` gives them. */
export function countPairs(first: Uint32Array, second: Uint32Array, n: number): PairedCounts {
  const counts = { both: 0, onlyFirst: 0, onlySecond: 0 };
  for (let at = 0; at < first.length; at++) {
    const [a, b] = [first[at] ?? 0, second[at] ?? 0];
    counts.both += bitsSet(a & b);
    counts.onlyFirst += bitsSet(a & ~b);
    counts.onlySecond += bitsSet(b & ~a);
  }
  return { ...counts, neither: n - counts.both - counts.onlyFirst - counts.onlySecond };
}

/** Of a word: pairs of bits are added, then nibbles, then bytes, whose sum the product gathers in its highest byte. */
function bitsSet(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const nibbles = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
