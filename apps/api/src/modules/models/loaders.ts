import { type Context, type Family, type Model, models } from '@stockpot/domain';
import { byId, type TenantLoader, tenantLoader } from '../../graphql/tenant-loader.js';

/** Models by id; null when missing. */
export function modelLoader(ctx: Context): TenantLoader<Model | null> {
  return tenantLoader(
    async (lab, ids) => byId(await models.many({ ctx, input: { lab, ids: [...ids] } })),
    () => null,
  );
}

/** The lineage edges at a model, both ways. */
export function familyLoader(ctx: Context): TenantLoader<Family> {
  return tenantLoader<Family>(
    async (lab, ids) => {
      const found = await models.families({ ctx, input: { lab, ids: [...ids] } });
      return new Map(found.map((family) => [family.modelId, family]));
    },
    (modelId) => ({ modelId, parents: [], children: [] }),
  );
}
