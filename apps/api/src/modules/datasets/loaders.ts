import { type Context, type Dataset, datasets } from '@stockpot/domain';
import { byId, type TenantLoader, tenantLoader } from '../../graphql/tenant-loader.js';

/** Datasets by id; null when missing. */
export function datasetLoader(ctx: Context): TenantLoader<Dataset | null> {
  return tenantLoader(
    async (lab, ids) => byId(await datasets.many({ ctx, input: { lab, ids: [...ids] } })),
    () => null,
  );
}
