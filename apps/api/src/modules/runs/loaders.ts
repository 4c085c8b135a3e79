import { type Context, type Run, runs } from '@stockpot/domain';
import { byId, type TenantLoader, tenantLoader } from '../../graphql/tenant-loader.js';

/** Runs by id; null when missing. */
export function runLoader(ctx: Context): TenantLoader<Run | null> {
  return tenantLoader(
    async (lab, ids) => byId(await runs.many({ ctx, input: { lab, ids: [...ids] } })),
    () => null,
  );
}
