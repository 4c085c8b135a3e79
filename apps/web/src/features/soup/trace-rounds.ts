import type { Soup } from './peers';

export interface TraceRound {
  /** Counts the candidates from 0. */
  readonly round: number;
  readonly id: string;
  readonly name: string;
  readonly kind: Soup['kind'];
  readonly score: number;
  readonly accepted: boolean;
  /** The candidate left the model out, and did not add it. */
  readonly removed: boolean;
  /** The score was known from an equal soup. */
  readonly cached: boolean;
  /** Counted from 1; null where the search has no turns. */
  readonly turn: number | null;
  /** Models in the soup after the decision. */
  readonly members: number;
  readonly n: number;
  /** Best score before the decision; the first model of a search that adds has none before it. */
  readonly before: number | null;
  /** What the next candidate has to reach. */
  readonly after: number;
}

/** The candidates of a search with the score that each had to reach and the one that it left behind. */
export function traceRounds(trace: Soup['trace']): TraceRound[] {
  return trace.map((round, index) => {
    const { candidate, score, best, accepted, removed, cached, members, n } = round;
    const { id, name, kind } = candidate;
    return {
      ...{ round: round.round, id, name, kind, score, accepted, removed, cached, members, n },
      turn: round.turn == null ? null : round.turn + (trace[0]?.removed ? 1 : 0),
      before: index === 0 && !removed ? null : best,
      // Candidates of one turn are decided together: all of them meet the score from before it.
      after: trace[index + 1]?.best ?? (accepted ? Math.max(best, score) : best),
    };
  });
}

/** What became of a candidate, in a word or two. */
export function decision({ accepted, removed }: Pick<TraceRound, 'accepted' | 'removed'>): string {
  if (removed) return accepted ? 'taken out' : 'stays in';
  return accepted ? 'accepted' : 'rejected';
}
