import { z } from 'zod';
import { ONE_BASIN_POINTS } from '../../recipe/analysis-kinds/connectivity.js';
import { averageLinkage, cutClusters } from '../connectivity/average-linkage.js';
import { barrierMatrix } from '../connectivity/barrier-matrix.js';
import { barrierHeight, heightOf } from './barrier.js';
import { type MeasuredPool, signalOf } from './measured-pool.js';
import { count, evaluations, examined, head, headOf, names, place, share } from './parts.js';

/** Error barriers up to here, as a share of examples, count as none. */
export const ONE_BASIN = ONE_BASIN_POINTS / 100;

export const barriersDocument = z.strictObject({
  ...head('barriers'),
  models: names,
  examined,
  points: z.int().min(11).describe('points of each path, ends included'),
  pairs: z.array(z.strictObject({ first: place, second: place, loss: barrierHeight, error: barrierHeight })),
  loss: z
    .array(z.array(z.number().min(0)))
    .describe('heights of the loss barriers, nats; symmetric, 0 on the diagonal'),
  error: z.array(z.array(share)).describe('heights of the error barriers'),
  order: z.array(place).describe('all models, those of one cluster of loss barriers beside each other'),
  merges: z
    .array(
      z.strictObject({
        left: z.array(place).describe('members of the cluster drawn first'),
        right: z.array(place).describe('members of the other'),
        height: z.number().min(0).describe('mean loss barrier between the two, nats'),
      }),
    )
    .describe('average linkage of the loss barriers, lowest first'),
  tolerance: share.describe('error barrier up to which models count as being in one basin'),
  basins: z
    .array(count)
    .describe('number of the basin of each model: average linkage of the error barriers, cut at the tolerance'),
  evaluations,
});
export type BarriersDocument = z.infer<typeof barriersDocument>;

/** The barriers between all pairs of a pool, and who shares a basin with whom. */
export async function analyseBarriers(
  pool: MeasuredPool,
  { points = 11, tolerance = ONE_BASIN }: { readonly points?: number; readonly tolerance?: number } = {},
): Promise<BarriersDocument> {
  const { models } = pool;
  const found = await barrierMatrix(pool.score, models.length, { ...signalOf(pool), points });
  return barriersDocument.parse({
    ...headOf('barriers'),
    models,
    examined: pool.examined,
    points,
    pairs: found.paths.map(({ first, second, loss, error }) => ({
      first,
      second,
      loss: heightOf(loss),
      error: heightOf(error),
    })),
    loss: found.loss,
    error: found.error,
    order: found.clusters.order,
    merges: found.clusters.merges,
    tolerance,
    basins: cutClusters(averageLinkage(found.error), tolerance),
    evaluations: pool.evaluations(),
  });
}
