/** @file Pairs of nearly equal images across splits: all pairs within a Hamming distance, without comparing all with all. */
import { z } from 'zod';
import { correlation, type Fingerprint } from './perceptual-hash.js';

/** Bits of 64 in which the hashes of two images may differ. */
export const NEAR_DISTANCE = 4;
/** How alike the miniatures of candidates must be: images of one simple kind (digits, signs) share hashes by chance. */
export const NEAR_CORRELATION = 0.97;
const BANDS = 4;
const BAND_BITS = 16;
const SHOWN = 20;

const count = z.int().min(0);

export const nearDuplicates = z.strictObject({
  method: z.string(),
  /** Images of one flat colour: not compared. */
  flat: count,
  pairs: z.array(
    z.strictObject({
      a: z.string(),
      b: z.string(),
      /** Pairs of an image of `a` and one of `b`, near but not identical (those are overlaps). */
      n: count,
      /** Distinct images of `a` and of `b` in them. */
      images: z.strictObject({ a: count, b: count }),
      /** The nearest, by their positions in the splits. */
      examples: z.array(z.strictObject({ a: count, b: count, distance: count })),
    }),
  ),
});
export type NearDuplicates = z.infer<typeof nearDuplicates>;

export const NEAR_METHOD = `64-bit DCT hash of the 32×32 luma, Hamming distance ≤ ${NEAR_DISTANCE}, and correlation of the 16×16 luma ≥ ${NEAR_CORRELATION}`;

export interface ComparedExample {
  /** Null for an image of one flat colour. */
  readonly fingerprint: Fingerprint | null;
  /** What identical images share. */
  readonly digest: string;
}

interface Member {
  readonly digest: string;
  readonly miniature: Uint8Array;
  /** Of this image in its split, ascending. */
  readonly positions: number[];
}

/** The distinct images of one hash. */
interface Group {
  readonly hash: readonly [number, number];
  /** Split → digest → image. */
  readonly members: Map<number, Map<string, Member>>;
}

/**
 * Finds the near-duplicates of every two splits. Equal hashes are one group; groups within the distance are found by
 * multi-index hashing (Norouzi, Punjani and Fleet, CVPR 2012): of two words that differ in at most 7 bits, one of their
 * four bands of 16 bits differs in at most one, so each group looks only into 4 × 17 buckets. Exact, not a sample.
 *
 * @param example of a position of a split
 */
export function findNearDuplicates(
  splits: readonly { readonly name: string; readonly n: number }[],
  example: (split: number, position: number) => ComparedExample,
  distance: number = NEAR_DISTANCE,
): NearDuplicates {
  if (distance >= 2 * BANDS)
    throw new RangeError(`Distances up to ${2 * BANDS - 1} are found; ${distance} was asked for.`);
  const { groups, flat } = group(splits, example);
  const found = new Map<string, Collected>();
  for (const own of groups) compare(found, own, own, 0);
  eachNearPair(groups, distance, (left, right, bits) => {
    compare(found, left, right, bits);
    compare(found, right, left, bits);
  });
  const pairs = [...found.values()]
    .sort((x, y) => x.a - y.a || x.b - y.b)
    .map(({ a, b, n, left, right, examples }) => ({
      a: splits[a]?.name ?? '',
      b: splits[b]?.name ?? '',
      n,
      images: { a: left.size, b: right.size },
      examples: examples.sort(byNearness).slice(0, SHOWN),
    }));
  return { method: NEAR_METHOD, flat, pairs };
}

interface Collected {
  readonly a: number;
  readonly b: number;
  n: number;
  readonly left: Set<number>;
  readonly right: Set<number>;
  examples: { a: number; b: number; distance: number }[];
}

function group(
  splits: readonly { readonly n: number }[],
  example: (split: number, position: number) => ComparedExample,
): { groups: Group[]; flat: number } {
  const groups = new Map<string, Group>();
  let flat = 0;
  for (const [split, { n }] of splits.entries()) {
    for (let position = 0; position < n; position++) {
      const { fingerprint, digest } = example(split, position);
      if (fingerprint === null) {
        flat++;
        continue;
      }
      const { hash, miniature } = fingerprint;
      const group = entry(groups, `${hash[0]},${hash[1]}`, (): Group => ({ hash, members: new Map() }));
      const members = entry(group.members, split, () => new Map<string, Member>());
      entry(members, digest, () => ({ digest, miniature, positions: [] })).positions.push(position);
    }
  }
  return { groups: [...groups.values()], flat };
}

function entry<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** Counts the pairs of an image of the left group and one of the right in a later split. */
function compare(found: Map<string, Collected>, left: Group, right: Group, distance: number): void {
  for (const [a, ours] of left.members) {
    for (const [b, theirs] of right.members) {
      if (a >= b) continue;
      for (const one of ours.values()) {
        for (const other of theirs.values()) {
          if (one.digest === other.digest || correlation(one.miniature, other.miniature) < NEAR_CORRELATION) continue;
          const pair = entry(
            found,
            `${a},${b}`,
            (): Collected => ({ a, b, n: 0, left: new Set(), right: new Set(), examples: [] }),
          );
          pair.n += one.positions.length * other.positions.length;
          for (const position of one.positions) pair.left.add(position);
          for (const position of other.positions) pair.right.add(position);
          pair.examples.push({ a: one.positions[0] ?? 0, b: other.positions[0] ?? 0, distance });
          if (pair.examples.length > 100 * SHOWN) pair.examples = pair.examples.sort(byNearness).slice(0, SHOWN);
        }
      }
    }
  }
}

function byNearness(x: Collected['examples'][number], y: Collected['examples'][number]): number {
  return x.distance - y.distance || x.a - y.a || x.b - y.b;
}

/** Visits every two groups whose hashes differ in 1 to `distance` bits, each pair once. */
function eachNearPair(
  groups: readonly Group[],
  distance: number,
  visit: (a: Group, b: Group, bits: number) => void,
): void {
  const bands = Array.from({ length: BANDS }, (_, band) => Uint16Array.from(groups, ({ hash }) => bandOf(hash, band)));
  const high = Uint32Array.from(groups, ({ hash }) => hash[0]);
  const low = Uint32Array.from(groups, ({ hash }) => hash[1]);
  for (const [band, values] of bands.entries()) {
    const { starts, order } = buckets(values);
    const earlier = bands.slice(0, band);
    for (let own = 0; own < groups.length; own++) {
      const value = values[own] ?? 0;
      for (let flip = -1; flip < BAND_BITS; flip++) {
        const probe = flip < 0 ? value : value ^ (1 << flip);
        for (let at = starts[probe] ?? 0; at < (starts[probe + 1] ?? 0); at++) {
          const other = order[at] ?? 0;
          if (other <= own) continue;
          const bits = ones((high[own] ?? 0) ^ (high[other] ?? 0)) + ones((low[own] ?? 0) ^ (low[other] ?? 0));
          if (bits > distance) continue;
          // An earlier band found this pair already.
          if (earlier.some((before) => ones((before[own] ?? 0) ^ (before[other] ?? 0)) <= 1)) continue;
          const [left, right] = [groups[own], groups[other]];
          if (left !== undefined && right !== undefined) visit(left, right, bits);
        }
      }
    }
  }
}

/** Positions sorted by value: those with value v lie at order[starts[v]] … order[starts[v + 1] − 1]. */
function buckets(values: Uint16Array): { starts: Uint32Array; order: Uint32Array } {
  const starts = new Uint32Array((1 << BAND_BITS) + 1);
  for (const value of values) starts[value + 1] = (starts[value + 1] ?? 0) + 1;
  for (let value = 0; value < 1 << BAND_BITS; value++)
    starts[value + 1] = (starts[value + 1] ?? 0) + (starts[value] ?? 0);
  const next = starts.slice();
  const order = new Uint32Array(values.length);
  for (const [index, value] of values.entries()) {
    const at = next[value] ?? 0;
    order[at] = index;
    next[value] = at + 1;
  }
  return { starts, order };
}

function bandOf([high, low]: readonly [number, number], band: number): number {
  const word = band < 2 ? high : low;
  return band % 2 === 0 ? word >>> 16 : word & 0xffff;
}

/** Set bits of a 32-bit word. */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return (((bits + (bits >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}
