import { z } from 'zod';
import type { Barrier } from '../connectivity/barrier.js';
import { measurePath } from '../connectivity/path.js';
import { type MeasuredPool, signalOf } from './measured-pool.js';
import { evaluations, examined, head, headOf, share } from './parts.js';

/** One barrier, of the loss (nats) or of the error (share of examples). */
export const barrierHeight = z.strictObject({
  height: z
    .number()
    .min(0)
    .describe('the largest excess over the straight line between the ends; 0 when there is none'),
  at: share.describe('λ of it'),
  interior: z
    .number()
    .describe('the largest excess strictly between the ends; below 0 where every mixture beats the line'),
  connected: z.boolean().describe('no mixture of the grid is worse than the line'),
});

export const barrierDocument = z.strictObject({
  ...head('barrier'),
  models: z.tuple([z.string(), z.string()]).describe('the two ends: λ = 0 and λ = 1'),
  examined,
  points: z
    .array(
      z.strictObject({
        lambda: share.describe('share of the second model'),
        loss: z.number().min(0).describe('mean NLL, nats'),
        error: share.describe('1 − top-1'),
        lossExcess: z.number().describe('loss less the line between the ends, nats; 0 at the ends'),
        errorExcess: z.number().describe('error less the line'),
      }),
    )
    .min(11),
  loss: barrierHeight.describe('barrier of the loss, nats'),
  error: barrierHeight.describe('barrier of the error, share of examples'),
  evaluations,
});
export type BarrierDocument = z.infer<typeof barrierDocument>;

/** Loss and error along the straight line between two models. Frankle et al. 2020, arXiv:1912.05671; see `barrier`. */
export async function analyseBarrier(
  pool: MeasuredPool,
  { points }: { readonly points?: number } = {},
): Promise<BarrierDocument> {
  const { models } = pool;
  const options = { ...signalOf(pool), ...(points === undefined ? {} : { points }) };
  const path = await measurePath(pool.score, { first: 0, second: 1, count: models.length }, options);
  return barrierDocument.parse({
    ...headOf('barrier'),
    models,
    examined: pool.examined,
    points: path.points.map((point, place) => ({
      ...point,
      lossExcess: path.loss.excess[place],
      errorExcess: path.error.excess[place],
    })),
    loss: heightOf(path.loss),
    error: heightOf(path.error),
    evaluations: pool.evaluations(),
  });
}

/** A barrier without its curve. */
export function heightOf({ height, at, interior, connected }: Barrier): z.input<typeof barrierHeight> {
  return { height, at, interior, connected };
}
