import { AnalysisError } from '../errors.js';

/**
 * What coalitions of `players` are worth, higher is better. The value of the empty coalition is what there is without any
 * ingredient, and the caller says what that is: the stock's accuracy, or that of guessing. All contributions together explain
 * the difference from it, so it belongs beside every figure.
 */
export interface Game {
  readonly players: number;
  /** Worth of nobody; finite. */
  readonly baseline: number;
  /** Worth of some players, in rising order, at least one, none twice. Asked at most once for each coalition. */
  worth(members: readonly number[]): Promise<number>;
}

/** The value of coalitions, each worth asked for once. */
export interface CoalitionValues {
  readonly players: number;
  /** In any order; the empty coalition has the baseline. Throws AnalysisError for a worth that is not finite. */
  of(members: readonly number[]): Promise<number>;
  /** Coalitions whose worth was asked for: the evaluations it cost. */
  readonly evaluated: number;
}

/** Remembers what coalitions are worth: share one among leave-one-out, Shapley values and the marginal curve. */
export function coalitionValues({ players, baseline, worth }: Game): CoalitionValues {
  if (!Number.isInteger(players) || players < 1 || !Number.isFinite(baseline)) {
    throw new AnalysisError(
      `A game of ${players} players with the baseline ${baseline} was given.`,
      'Give at least one player, and the finite score that there is without any.',
    );
  }
  const known = new Map<string, number>();
  return {
    players,
    async of(members) {
      const sorted = [...members].sort((a, b) => a - b);
      if (sorted.length === 0) return baseline;
      const key = sorted.join(' ');
      const found = known.get(key) ?? (await worth(sorted));
      if (!Number.isFinite(found)) {
        throw new AnalysisError(`The models ${sorted.join(', ')} together score ${found}.`, 'Leave out what diverged.');
      }
      known.set(key, found);
      return found;
    },
    get evaluated() {
      return known.size;
    },
  };
}
