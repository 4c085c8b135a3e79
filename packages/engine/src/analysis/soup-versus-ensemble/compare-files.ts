import { classifierAnswers, type Examination } from '../mixtures/classifier-answers.js';
import type { WeightPool } from '../mixtures/weight-pool.js';
import { type ApproximationOptions, type SoupVersusEnsemble, soupVersusEnsemble } from './approximation.js';

/** The approximation for two checkpoints of a pool: mixtures are made in memory and asked by the engine's classifier. */
export async function compareSoupWithEnsemble(
  pool: WeightPool,
  pair: { readonly first: number; readonly second: number },
  examination: Examination,
  options: ApproximationOptions = {},
): Promise<SoupVersusEnsemble> {
  return await soupVersusEnsemble(async (alpha) => {
    const shares = pool.ingredients.map(() => 0);
    shares[pair.first] = 1 - alpha;
    shares[pair.second] = (shares[pair.second] ?? 0) + alpha;
    return await classifierAnswers(await pool.mix(shares), examination);
  }, options);
}
