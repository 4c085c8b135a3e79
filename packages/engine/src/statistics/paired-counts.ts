/** How two models fare on the same n examples. */
export interface PairedCounts {
  readonly both: number;
  /** Right for the first model only. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

/** The bits set in a word: pairs of bits are added, then nibbles, then bytes, whose sum the product gathers in its highest byte. */
export function bitsSet(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const nibbles = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
