/** @file What all searches for a soup share: what they are given and what they answer with. */
import { CancelledError } from '../../errors.js';
import { SoupError } from '../errors.js';
import type { ReportedTrial, SoupTrial } from '../trace.js';
import type { Evaluated, Evaluations } from './evaluations.js';

/** One candidate of a search, as an object: what was tried, what was before, what it gave and what became of it. */
export interface Trial {
  /** Counts the trials of the search from 0. */
  readonly round: number;
  /** Which turn of a search that tries several candidates before it decides, or goes through all of them several times. */
  readonly turn?: number;
  /** The ingredient that was tried. */
  readonly index: number;
  /** The candidate took this ingredient out of the soup instead of adding it. */
  readonly removed?: true;
  /** The candidate's members, with multiplicity. */
  readonly candidate: readonly number[];
  /** Of the candidate. */
  readonly score: number;
  /** The best score before the decision. */
  readonly best: number;
  readonly accepted: boolean;
  /** Ingredients in the soup after the decision, with multiplicity. */
  readonly members: number;
  /** The candidate's score was known already. */
  readonly cached: boolean;
  readonly milliseconds: number;
}

/** What a search works with; it knows neither weights nor networks. */
export interface SearchKitchen {
  readonly evaluations: Evaluations;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a search found. */
export interface Choice {
  /** Ascending, with multiplicity. */
  readonly members: readonly number[];
  /** Of the soup of these members. */
  readonly score: number;
  readonly trace: readonly Trial[];
}

/** The trial as it is stored: nothing of it depends on the clock. A search without turns stores none. */
export function recorded(trial: Trial): SoupTrial {
  const { round, turn, index, removed, candidate, score, best, accepted, members, cached } = trial;
  return {
    round,
    index,
    score,
    best,
    accepted,
    members,
    ...(turn === undefined ? {} : { turn }),
    ...(removed === undefined ? {} : { removed }),
    // The score of an ingredient alone is always known; and a greedy soup's record is what it was before there was a cache.
    ...(cached && candidate.length > 1 && turn !== undefined ? { cached: true } : {}),
  };
}

/** The trial as a step reports it: what it took, too, to a microsecond. */
export function reported(trial: Trial): ReportedTrial {
  return { ...recorded(trial), milliseconds: Math.round(trial.milliseconds * 1000) / 1000 };
}

export async function evaluated(
  { evaluations, signal }: SearchKitchen,
  candidate: readonly number[],
): Promise<Evaluated> {
  if (signal?.aborted) throw new CancelledError('The soup');
  return evaluations.of(candidate);
}

export function ascending(members: readonly number[]): number[] {
  return [...members].sort((a, b) => a - b);
}

export function noIngredients(what: string): SoupError {
  return new SoupError(`${what} needs at least one ingredient.`, 'Add ingredients.');
}
