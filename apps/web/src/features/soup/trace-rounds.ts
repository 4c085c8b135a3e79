import type { Soup } from './peers';

export interface TraceRound {
  readonly id: string;
  readonly name: string;
  readonly kind: Soup['kind'];
  readonly score: number;
  readonly accepted: boolean;
  readonly n: number;
  /** Best score before the decision; the first round has none before it. */
  readonly before: number | null;
  /** Best score after the decision: what the next candidate has to reach. */
  readonly after: number;
}

/** The greedy rounds with the score each candidate had to reach and the one it left behind. */
export function traceRounds(trace: Soup['trace']): TraceRound[] {
  return trace.map((round, index) => ({
    id: round.candidate.id,
    name: round.candidate.name,
    kind: round.candidate.kind,
    score: round.score,
    accepted: round.accepted,
    n: round.n,
    before: index === 0 ? null : round.best,
    after: round.accepted ? round.score : round.best,
  }));
}
