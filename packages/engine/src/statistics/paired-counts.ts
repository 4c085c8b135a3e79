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
  const bytes = Math.ceil(n / 8);
  if (!Number.isInteger(n) || n < 1 || first.length !== bytes || second.length !== bytes) {
    throw new RangeError(
      `Bitmaps of ${first.length} and ${second.length} bytes do not both hold ${n} examples: compare models on one benchmark.`,
    );
  }
  if (n % 8 !== 0 && ((first[bytes - 1] ?? 0) | (second[bytes - 1] ?? 0)) >>> (n % 8) !== 0) {
    throw new RangeError(`A bitmap has bits beyond its ${n} examples: it is one of another benchmark.`);
  }
  const counts = { both: 0, onlyFirst: 0, onlySecond: 0 };
  for (let at = 0; at < bytes; at++) {
    const [a, b] = [first[at] ?? 0, second[at] ?? 0];
    counts.both += bitsSet(a & b);
    counts.onlyFirst += bitsSet(a & ~b);
    counts.onlySecond += bitsSet(b & ~a);
  }
  return { ...counts, neither: n - counts.both - counts.onlyFirst - counts.onlySecond };
}

/** Of a byte: pairs of bits are added, then nibbles, then the byte. */
function bitsSet(byte: number): number {
  const pairs = byte - ((byte >>> 1) & 0x55);
  const nibbles = (pairs & 0x33) + ((pairs >>> 2) & 0x33);
  return (nibbles + (nibbles >>> 4)) & 0x0f;
}
