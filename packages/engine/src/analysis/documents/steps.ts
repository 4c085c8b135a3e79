import { z } from 'zod';
import { greedySteps, type TimedTrial } from '../greedy/greedy-steps.js';
import { count, place } from './parts.js';

/** The trace of a search, for people: what was tried, what was before, what it gave and what became of it. */
export const searchSteps = z.array(
  z.strictObject({
    round: count.describe('counted from 0'),
    candidate: place,
    before: z.number().nullable().describe('worth of the soup before; null in the first step'),
    after: z.number().describe('worth of the soup with the candidate (without it, where it was taken out)'),
    verdict: z.enum(['started', 'accepted', 'rejected']).describe('what became of the candidate'),
    tie: z.boolean().describe('the candidate scored exactly what the soup before did: here rules differ'),
    members: z.int().min(1).describe('models in the soup after the step, with multiplicity'),
    cacheHit: z.boolean().describe('the score was known before'),
  }),
);
export type SearchSteps = z.infer<typeof searchSteps>;

/** The steps of a trace. How long they took is not part of a document: equal inputs give equal documents. */
export function stepsOf(trace: readonly TimedTrial[]): SearchSteps {
  return greedySteps(trace).map(({ milliseconds: _, ...step }) => step);
}
