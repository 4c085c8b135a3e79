import type { Interval } from './interval.js';
import { mcnemar } from './mcnemar.js';
import { newcombeDifference } from './newcombe.js';
import { bitsSet, type PairedCounts } from './paired-counts.js';
import { studentInterval, studentOf } from './paired-t.js';

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

/** Two models, by their places in a list. */
export type Pair = readonly [first: number, second: number];

/** What of pairs is wanted: the four counts over all scored examples, the test of the difference, or both. */
export interface Wanted {
  readonly counts: boolean;
  readonly test: boolean;
}

/** Bytes of a bitmap that are gone through between two places where the work may rest. */
const A_STRETCH = 32 * 1024;
/** What a test costs beside the reading of answers, in bytes of them. */
const A_TEST = 400;

/**
 * Compares models pairwise by their bitmaps of correctness, which come in parts, so that what is held at once does not depend on how
 * large they are: beside a part, n numbers of 1 to 4 bytes a model where examples have several versions. The work is handed out as
 * generators, which rest every millisecond or so; whoever runs them may let others have their turn there.
 */
export class PairTally {
  readonly #shape: BitmapShape;
  readonly #pairs: readonly Pair[];
  readonly #wanted: Wanted;
  /** Of each model how many it has right. */
  readonly #right: Float64Array;
  /** Of each pair how many both have right. */
  readonly #both: Float64Array;
  /** Of each model the versions of each example that it has right; empty where examples have one version, or no test is wanted. */
  readonly #versionsRight: readonly (Uint8Array | Uint16Array | Uint32Array)[];
  /** Of each pair by how much the first leads, and the p-value of no difference; of examples in versions what their interval needs. */
  readonly #lead: Float64Array;
  readonly #p: Float64Array;
  readonly #error: Float64Array;
  #bytes = 0;

  /** Throws RangeError for a shape without examples. */
  constructor(models: number, pairs: readonly Pair[], shape: BitmapShape, wanted: Wanted) {
    const { n, versions } = shape;
    if (!Number.isInteger(n) || n < 1 || !Number.isInteger(versions) || versions < 1) {
      throw new RangeError(`${n} examples in ${versions} versions are none: there is nothing to compare on.`);
    }
    this.#shape = shape;
    this.#pairs = pairs;
    this.#wanted = wanted;
    this.#right = new Float64Array(models);
    this.#both = new Float64Array(pairs.length);
    const byImage = wanted.test && versions > 1;
    const Counts = versions < 256 ? Uint8Array : versions < 65_536 ? Uint16Array : Uint32Array;
    this.#versionsRight = byImage ? Array.from({ length: models }, () => new Counts(n)) : [];
    this.#lead = new Float64Array(wanted.test ? pairs.length : 0);
    this.#p = new Float64Array(wanted.test ? pairs.length : 0).fill(1);
    this.#error = new Float64Array(byImage ? pairs.length : 0);
  }

  /**
   * Takes the next bytes of every model's bitmap, the same number of each; only the last part may have other than a multiple of 4.
   *
   * @throws RangeError for parts that are not of one length, or that hold more than the shape
   */
  *add(parts: readonly Uint8Array[]): Generator<void> {
    const length = parts[0]?.length ?? 0;
    const total = this.#shape.n * this.#shape.versions;
    const bytes = Math.ceil(total / 8);
    const unequal = parts.some((part) => part.length !== length) || parts.length !== this.#right.length;
    if (unequal || this.#bytes + length > bytes) throw wrongLength(total);
    const last = this.#bytes + length === bytes;
    if (last && total % 8 !== 0 && parts.some((part) => (part[length - 1] ?? 0) >>> (total % 8) !== 0)) {
      throw new RangeError(`A bitmap has bits beyond its ${total} examples: it is one of another benchmark.`);
    }
    for (let from = 0; from < length; from += A_STRETCH) {
      const words: Uint32Array[] = [];
      for (const [model, part] of parts.entries()) {
        const mine = wordsOf(part.subarray(from, from + A_STRETCH));
        words.push(mine);
        this.#countModel(model, mine, 8 * (this.#bytes + from));
        if (this.#versionsRight.length > 0) yield;
      }
      if (this.#shape.versions === 1 || this.#wanted.counts) yield* this.#countPairs(words);
    }
    this.#bytes += length;
  }

  #countModel(model: number, words: Uint32Array, first: number): void {
    let right = 0;
    for (const word of words) right += bitsSet(word);
    this.#right[model] = (this.#right[model] ?? 0) + right;
    const counts = this.#versionsRight[model];
    if (counts === undefined) return;
    const { n } = this.#shape;
    let image = first % n;
    for (let word of words) {
      for (let bit = 0; bit < 32; bit++) {
        counts[image] = (counts[image] ?? 0) + (word & 1);
        word >>>= 1;
        if (++image === n) image = 0;
      }
    }
  }

  *#countPairs(words: readonly Uint32Array[]): Generator<void> {
    const none = new Uint32Array();
    for (const [index, [i, j]] of this.#pairs.entries()) {
      const [a, b] = [words[i] ?? none, words[j] ?? none];
      let both = 0;
      for (let at = 0; at < a.length; at++) both += bitsSet((a[at] ?? 0) & (b[at] ?? 0));
      this.#both[index] = (this.#both[index] ?? 0) + both;
      if (index % 64 === 63) yield;
    }
  }

  /** What is left to do when all parts were added. Throws RangeError when bytes are missing. */
  *finish(): Generator<void> {
    const { n, versions } = this.#shape;
    if (this.#bytes !== Math.ceil((n * versions) / 8)) throw wrongLength(n * versions);
    if (!this.#wanted.test) return;
    let since = 0;
    for (const pair of this.#pairs.keys()) {
      if (versions === 1) this.#testCounts(pair);
      else this.#testImages(pair);
      since += A_TEST + (versions === 1 ? 0 : n);
      if (since < A_STRETCH) continue;
      since = 0;
      yield;
    }
  }

  #testCounts(pair: number): void {
    const counts = this.counts(pair);
    this.#lead[pair] = counts.onlyFirst - counts.onlySecond;
    this.#p[pair] = mcnemar(counts);
  }

  /** Versions are counted whole, so that models that are right equally often do not differ by a rounding. */
  #testImages(pair: number): void {
    const { n } = this.#shape;
    const [i, j] = this.#pairs[pair] ?? [0, 0];
    const [a, b] = [this.#versionsRight[i] ?? [], this.#versionsRight[j] ?? []];
    let [sum, squares] = [0, 0];
    for (let image = 0; image < n; image++) {
      const difference = (a[image] ?? 0) - (b[image] ?? 0);
      sum += difference;
      squares += difference * difference;
    }
    this.#lead[pair] = sum / n;
    // One image says nothing of others.
    if (n === 1) return;
    const { error, p } = studentOf({ n, difference: sum / n, variance: (n * squares - sum * sum) / n / (n - 1) });
    this.#error[pair] = error;
    this.#p[pair] = p;
  }

  /** Of a pair, by its place in the list of pairs. */
  counts(pair: number): PairedCounts {
    const [i, j] = this.#pairs[pair] ?? [0, 0];
    const [both, first, second] = [this.#both[pair] ?? 0, this.#right[i] ?? 0, this.#right[j] ?? 0];
    const { n, versions } = this.#shape;
    return {
      both,
      onlyFirst: first - both,
      onlySecond: second - both,
      neither: n * versions - first - second + both,
    };
  }

  /** By how much the first of a pair leads, in any unit, and the p-value of no difference. */
  test(pair: number): { readonly lead: number; readonly p: number } {
    return { lead: this.#lead[pair] ?? 0, p: this.#p[pair] ?? 1 };
  }

  /** All that is known of a pair. @param level of the interval, 0.95 when left out */
  comparison(pair: number, level = 0.95): PairedComparison {
    const { n, versions } = this.#shape;
    const [counts, p] = [this.counts(pair), this.#p[pair] ?? 1];
    if (versions === 1) return { counts, ...newcombeDifference(counts, level), p, test: 'mcnemar' };
    const [lead, error] = [this.#lead[pair] ?? 0, this.#error[pair] ?? 0];
    const difference = lead / versions;
    return { counts, difference, ...byImage({ n, versions, lead, error }, level), p, test: 'paired-t' };
  }
}

function byImage({ n, versions, lead, error }: BitmapShape & { lead: number; error: number }, level: number): Interval {
  if (n === 1) return { low: -1, high: 1 };
  if (error === 0) return unspread(lead / versions, n, level);
  const { low, high } = studentInterval({ n, difference: lead, error }, level);
  return { low: Math.max(-1, low / versions), high: Math.min(1, high / versions) };
}

/** All pairs i < j of so many models: (0, 1), (0, 2), … */
export function allPairs(models: number): Pair[] {
  return Array.from({ length: models }, (_, i) =>
    Array.from({ length: models - i - 1 }, (_, offset): Pair => [i, i + 1 + offset]),
  ).flat();
}

/** Where a pair i < j of `models` stands in `allPairs`. */
export function placeOfPair(models: number, i: number, j: number): number {
  // Row i begins after the rows before it, of models − 1, models − 2, … entries.
  return i * models - (i * (i + 1)) / 2 + (j - i - 1);
}

/** Does all the work at once. */
export function toTheEnd(work: Iterable<void>): void {
  for (const _ of work);
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const words = new Uint32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes);
  return words;
}

function wrongLength(examples: number): RangeError {
  return new RangeError(
    `The bitmaps are not all of ${examples} examples, ${Math.ceil(examples / 8)} bytes: compare models on one benchmark.`,
  );
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
