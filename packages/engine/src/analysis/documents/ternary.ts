import { z } from 'zod';
import { measureTernary } from '../connectivity/ternary.js';
import { type MeasuredPool, signalOf } from './measured-pool.js';
import { count, evaluations, examined, head, headOf, share } from './parts.js';

export const ternaryDocument = z.strictObject({
  ...head('ternary'),
  models: z.tuple([z.string(), z.string(), z.string()]).describe('the corners'),
  examined,
  divisions: z.int().min(3).describe('parts into which each side is divided'),
  points: z
    .array(
      z.strictObject({
        at: z.tuple([share, share, share]).describe('shares of the three models, adding up to 1'),
        loss: z.number().min(0).describe('mean NLL, nats'),
        error: share.describe('1 − top-1'),
        lossExcess: z.number().describe('loss less its linear interpolation between the corners; 0 at the corners'),
        errorExcess: z.number().describe('the same of the error'),
      }),
    )
    .min(4)
    .describe('corners first, then by falling share of the first, then of the second'),
  lowestLoss: count.describe('place in `points` of the lowest loss'),
  lowestError: count.describe('place in `points` of the lowest error; of equals the one of lower loss'),
  evaluations,
});
export type TernaryDocument = z.infer<typeof ternaryDocument>;

export interface TernaryAnalysisOptions {
  readonly divisions?: number;
  /** Whether mixtures of two are in. */
  readonly sides?: boolean;
}

/** Loss and error of the mixtures of three models on a lattice of their triangle. */
export async function analyseTernary(
  pool: MeasuredPool,
  { divisions = 12, sides = false }: TernaryAnalysisOptions = {},
): Promise<TernaryDocument> {
  const options = { ...signalOf(pool), divisions, sides };
  const points = await measureTernary(pool.score, { models: [0, 1, 2], count: pool.models.length }, options);
  const lowest = (better: (a: (typeof points)[number], b: (typeof points)[number]) => boolean) =>
    points.reduce((best, point, at) => {
      const before = points[best];
      return before === undefined || better(point, before) ? at : best;
    }, 0);
  return ternaryDocument.parse({
    ...headOf('ternary'),
    models: pool.models,
    examined: pool.examined,
    divisions,
    points,
    lowestLoss: lowest((a, b) => a.loss < b.loss),
    lowestError: lowest((a, b) => a.error < b.error || (a.error === b.error && a.loss < b.loss)),
    evaluations: pool.evaluations(),
  });
}
