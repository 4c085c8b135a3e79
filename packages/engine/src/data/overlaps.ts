/** Two splits and the number of distinct images that are in both. */
export interface Overlap {
  readonly a: string;
  readonly b: string;
  readonly n: number;
}

/** Identical images in two splits: leakage that disjoint positions do not exclude, because a file may repeat an image. */
export function findOverlaps(
  splits: readonly { readonly name: string; readonly from: string; readonly indices: readonly number[] }[],
  digest: (part: string, index: number) => Uint8Array,
): Overlap[] {
  const holders = new Map<string, Set<number>>();
  for (const [number, split] of splits.entries()) {
    for (const index of split.indices) {
      const key = Buffer.from(digest(split.from, index)).toString('latin1');
      const known = holders.get(key);
      if (known === undefined) holders.set(key, new Set([number]));
      else known.add(number);
    }
  }
  const counts = new Map<string, { a: string; b: string; n: number }>();
  for (const numbers of holders.values()) {
    const sorted = [...numbers].sort((x, y) => x - y);
    for (const [place, first] of sorted.entries()) {
      for (const second of sorted.slice(place + 1)) {
        const key = `${first},${second}`;
        const pair = counts.get(key) ?? { a: splits[first]?.name ?? '', b: splits[second]?.name ?? '', n: 0 };
        pair.n++;
        counts.set(key, pair);
      }
    }
  }
  return [...counts.values()];
}
