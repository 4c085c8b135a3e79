import { SoupError } from '../errors.js';
import { soupKey } from './members.js';

/** What is known of a soup's score, and how it came to be known. */
export interface Evaluated extends Found {
  /** What mixing and evaluating took; 0 when cached. For people: it is no part of any record that must not change. */
  readonly milliseconds: number;
}

export interface EvaluationsOptions {
  /** Of each ingredient alone. */
  readonly scores: readonly number[];
  /** Scores that are known from before, by `soupKey`. */
  readonly known?: ReadonlyMap<string, number>;
  /** Ingredients that are one and the same, as `alikeBy` finds them; left out, all differ. */
  readonly alike?: readonly number[];
  /** Mixes and evaluates; says so where it found the score of equal weights instead. */
  readonly evaluate: (members: readonly number[]) => Promise<number | Found>;
}

/** A score, and whether it was there already. */
export interface Found {
  readonly score: number;
  readonly cached: boolean;
}

/** The scores of soups: each is evaluated once, whatever order and multiplicity its members are asked for in. */
export class Evaluations {
  readonly scores: readonly number[];
  readonly #known: Map<string, number>;
  readonly #alike: readonly number[] | undefined;
  readonly #evaluate: EvaluationsOptions['evaluate'];
  #spent = 0;

  /** @throws {SoupError} for an ingredient whose score is no number */
  constructor({ scores, known, alike, evaluate }: EvaluationsOptions) {
    const bad = scores.findIndex((score) => !Number.isFinite(score));
    if (bad >= 0) {
      throw new SoupError(`The selection score of ingredient ${bad} is ${scores[bad]}.`, 'Evaluate it again.');
    }
    this.scores = scores;
    this.#alike = alike;
    this.#evaluate = evaluate;
    this.#known = new Map(known);
    for (const [index, score] of scores.entries()) this.#known.set(soupKey([index], alike), score);
  }

  /** How many soups were evaluated. */
  get spent(): number {
    return this.#spent;
  }

  /** Every score by `soupKey`, those of the ingredients alone among them: what a later search or a what-if starts from. */
  get known(): ReadonlyMap<string, number> {
    return this.#known;
  }

  /** Whether two lists of members make the same soup. */
  same(left: readonly number[], right: readonly number[]): boolean {
    return soupKey(left, this.#alike) === soupKey(right, this.#alike);
  }

  key(members: readonly number[]): string {
    return soupKey(members, this.#alike);
  }

  /** @throws {SoupError} when the evaluation gives no number */
  async of(members: readonly number[]): Promise<Evaluated> {
    const key = this.key(members);
    const found = this.#known.get(key);
    if (found !== undefined) return { score: found, cached: true, milliseconds: 0 };
    const start = performance.now();
    const answer = await this.#evaluate(members);
    const { score, cached } = typeof answer === 'number' ? { score: answer, cached: false } : answer;
    if (!Number.isFinite(score)) {
      throw new SoupError(
        `The soup of the ingredients ${key} scores ${score} on the selection benchmark.`,
        'Look at its ingredients: a network that answers no numbers cannot be chosen by.',
      );
    }
    if (!cached) this.#spent++;
    this.#known.set(key, score);
    return { score, cached, milliseconds: performance.now() - start };
  }
}
