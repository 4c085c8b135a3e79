import type { SoupTrial } from '../../soups/trace.js';

/** A trial as it is stored, with what a search that just ran knows beyond it. */
export type TimedTrial = Omit<SoupTrial, 'cached'> & {
  readonly cached?: boolean;
  readonly milliseconds?: number;
};

/** One step of a greedy search, for people. */
export interface GreedyStep {
  readonly round: number;
  /** The ingredient that was tried, by its place in the plan. */
  readonly candidate: number;
  /** Score of the soup before it; null in the first step, where there was none. */
  readonly before: number | null;
  /** Score of the soup with it (without it, where it was taken out). */
  readonly after: number;
  readonly verdict: 'started' | 'accepted' | 'rejected';
  /** The candidate scored exactly what the soup before it did: here rules differ. */
  readonly tie: boolean;
  /** Ingredients in the soup after the step, with multiplicity. */
  readonly members: number;
  /** What mixing and evaluating took, ms; null where nobody measured. */
  readonly milliseconds: number | null;
  /** The score was known before. That of an ingredient alone always is. */
  readonly cacheHit: boolean;
}

/** The trace of a search as an object, from what was stored or from a search that just ran. */
export function greedySteps(trace: readonly TimedTrial[]): GreedyStep[] {
  return trace.map((trial, place) => {
    const started = place === 0 && trial.members === 1 && trial.removed === undefined;
    return {
      round: trial.round,
      candidate: trial.index,
      before: started ? null : trial.best,
      after: trial.score,
      verdict: started ? 'started' : trial.accepted ? 'accepted' : 'rejected',
      tie: !started && trial.score === trial.best,
      members: trial.members,
      milliseconds: trial.milliseconds ?? null,
      cacheHit: started || trial.cached === true,
    };
  });
}
