import type { Interval } from './interval.js';
import { mcnemar } from './mcnemar.js';
import { newcombeDifference } from './newcombe.js';
import { bitmapWords, countPairs, type PairedCounts } from './paired-counts.js';
import { type PairedT, pairedT } from './paired-t.js';

/** How the examples of a benchmark lie in its bitmaps. */
export interface BitmapShape {
  /** Independent examples: images before corruption. */
  readonly n: number;
  /** How often each of them was scored: 1, or the cells of a corruption grid. All n of one version come before the next. */
  readonly versions: number;
}

/** What may be said of the difference between two models that answered the same examples. */
export interface PairedComparison extends Interval {
  /** Over all scored examples, n × versions. */
  readonly counts: PairedCounts;
  /** Accuracy of the first less that of the second. */
  readonly difference: number;
  /** Two-sided, of equal accuracies. */
  readonly p: number;
  /**
   * `mcnemar`: the exact test, and Newcombe's paired interval. `paired-t`: Student's test and interval of the n differences by
   * image, where each image was scored in several versions that are not independent of each other.
   */
  readonly test: 'mcnemar' | 'paired-t';
}

/**
 * Compares two models by their bitmaps of correctness. Throws RangeError when a bitmap is not one of n × versions examples.
 *
 * @param level of the interval, 0.95 when left out
 */
export function comparePaired(
  first: Uint8Array,
  second: Uint8Array,
  { n, versions }: BitmapShape,
  level = 0.95,
): PairedComparison {
  const [a, b] = [bitmapWords(first, n * versions), bitmapWords(second, n * versions)];
  const counts = countPairs(a, b, n * versions);
  if (versions === 1) return { counts, ...newcombeDifference(counts, level), p: mcnemar(counts), test: 'mcnemar' };
  return {
    counts,
    ...byImage(rightVersions(a, { n, versions }), rightVersions(b, { n, versions }), versions, level),
    test: 'paired-t',
  };
}

/** Compares many models pairwise, by position in the list. Each bitmap is read once, when it is first asked for. */
export function pairwise(
  bitmaps: readonly Uint8Array[],
  shape: BitmapShape,
): (i: number, j: number) => { readonly lead: number; readonly p: number } {
  const { n, versions } = shape;
  const words = bitmaps.map((bits) => bitmapWords(bits, n * versions));
  const none = new Uint32Array();
  if (versions === 1) {
    return (i, j) => {
      const counts = countPairs(words[i] ?? none, words[j] ?? none, n);
      return { lead: counts.onlyFirst - counts.onlySecond, p: mcnemar(counts) };
    };
  }
  const rights = new Map<number, Uint32Array>();
  const rightOf = (index: number) => {
    const right = rights.get(index) ?? rightVersions(words[index] ?? none, shape);
    rights.set(index, right);
    return right;
  };
  return (i, j) => {
    const { difference, p } = byImage(rightOf(i), rightOf(j), versions);
    return { lead: difference, p };
  };
}

/** Of each image the versions that the model is right on. */
function rightVersions(words: Uint32Array, { n, versions }: BitmapShape): Uint32Array {
  const right = new Uint32Array(n);
  for (let at = 0; at < n * versions; at++) {
    const image = at % n;
    right[image] = (right[image] ?? 0) + (((words[at >>> 5] ?? 0) >>> (at & 31)) & 1);
  }
  return right;
}

/** Versions are counted whole and divided by last, so that models that are right equally often do not differ by a rounding. */
function byImage(first: Uint32Array, second: Uint32Array, versions: number, level = 0.95): PairedT {
  const differences = Float64Array.from(first, (right, image) => right - (second[image] ?? 0));
  const n = differences.length;
  // One image says nothing of others.
  if (n === 1) return { difference: (differences[0] ?? 0) / versions, low: -1, high: 1, p: 1 };
  const { difference, low, high, p } = pairedT(differences, level);
  if (low === high) return { difference: difference / versions, ...unspread(difference / versions, n, level), p };
  return {
    difference: difference / versions,
    low: Math.max(-1, low / versions),
    high: Math.min(1, high / versions),
    p,
  };
}

/**
 * The interval of a mean difference in [−1, 1] where all n images showed the same: Student's has no width then, as if nothing
 * could be otherwise. A share of images up to q = 1 − (1 − level)^(1/n), of which n draws have none at that level, may differ
 * by anything.
 */
function unspread(difference: number, n: number, level: number): Interval {
  const q = 1 - (1 - level) ** (1 / n);
  return { low: difference - q * (1 + difference), high: difference + q * (1 - difference) };
}
