import { type Context, type Evaluation, evaluations } from '@stockpot/domain';
import { type TenantLoader, tenantLoader } from '../../graphql/tenant-loader.js';

/** Evaluations of a model, oldest first. */
export function evaluationsOfModelLoader(ctx: Context): TenantLoader<readonly Evaluation[]> {
  return tenantLoader<readonly Evaluation[]>(
    async (lab, ids) => {
      const found = await evaluations.forModels({ ctx, input: { lab, ids: [...ids] } });
      return Map.groupBy(found, (evaluation) => evaluation.modelId);
    },
    () => [],
  );
}
