import { type Context, runs, type Step } from '@stockpot/domain';
import { type TenantLoader, tenantLoader } from '../../graphql/tenant-loader.js';

/** Steps of a run in the order of its plan. */
export function stepsOfRunLoader(ctx: Context): TenantLoader<readonly Step[]> {
  return tenantLoader<readonly Step[]>(
    async (lab, ids) => {
      const found = await runs.stepsOfMany({ ctx, input: { lab, ids: [...ids] } });
      return Map.groupBy(found, (step) => step.runId);
    },
    () => [],
  );
}
