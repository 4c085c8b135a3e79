import { type Context, type SeedGroup, seeds } from '@stockpot/domain';
import { byId, type TenantLoader, tenantLoader } from '../../graphql/tenant-loader.js';

/** The trainings that differ from an ingredient in the seed alone; null when there are none. */
export function seedGroupLoader(ctx: Context): TenantLoader<SeedGroup | null> {
  return tenantLoader<SeedGroup | null>(
    async (lab, ids) => {
      const found = await seeds.groups({ ctx, input: { lab, ids: [...ids] } });
      return byId(found.map((group) => ({ ...group, id: group.modelId })));
    },
    () => null,
    100,
  );
}
