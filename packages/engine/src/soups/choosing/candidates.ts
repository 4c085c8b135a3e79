import type { Candidate } from '../method.js';
import type { Pool } from '../pool.js';
import { RunningSum } from '../running-sum.js';
import { countsOf } from './members.js';

/**
 * Mixes candidates of a search. The sums of the candidate before and of the soup it came from are kept, so that one more or
 * one less ingredient costs one pass over it, however many are in.
 */
export class Candidates {
  readonly #pool: Pool;
  #soup: RunningSum;
  #last: RunningSum;

  constructor(pool: Pool) {
    this.#pool = pool;
    this.#soup = RunningSum.empty(pool);
    this.#last = this.#soup;
  }

  /** The mean of some ingredients, each as often as it is listed. The last one listed is the one that may change next. */
  async mix(members: readonly number[]): Promise<Candidate> {
    const plans = [this.#last, this.#soup, RunningSum.empty(this.#pool)].map((from) => ({
      from,
      changes: changesBetween(from.members, members),
    }));
    const nearest = plans.reduce((best, plan) => (plan.changes.length < best.changes.length ? plan : best));
    let soup = nearest.from;
    // Both are kept when one of them is asked for again; else what is not built upon goes, for sums are large.
    if (nearest.changes.length === 0 && soup === this.#soup) this.#soup = this.#last;
    this.#last = soup;
    for (const [place, change] of nearest.changes.entries()) {
      if (place === nearest.changes.length - 1) this.#soup = soup;
      soup = change.add ? await soup.with(change.index) : await soup.without(change.index);
    }
    this.#last = soup;
    return soup.mean();
  }
}

/** What makes `to` of `from`: removals first, then additions in the order of `to`. */
function changesBetween(from: readonly number[], to: readonly number[]): { index: number; add: boolean }[] {
  const [have, want] = [countsOf(from), countsOf(to)];
  const removals = from.filter((index) => take(want, index) === false);
  const additions = to.filter((index) => take(have, index) === false);
  return [...removals.map((index) => ({ index, add: false })), ...additions.map((index) => ({ index, add: true }))];
}

/** Takes one of `index` out of the counts; false when there is none. */
function take(counts: Map<number, number>, index: number): boolean {
  const count = counts.get(index) ?? 0;
  if (count > 0) counts.set(index, count - 1);
  return count > 0;
}
