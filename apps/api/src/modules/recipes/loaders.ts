import { type Context, type Recipe, recipes } from '@stockpot/domain';
import { byId, type TenantLoader, tenantLoader } from '../../graphql/tenant-loader.js';

/** Recipes by id; null when missing. */
export function recipeLoader(ctx: Context): TenantLoader<Recipe | null> {
  return tenantLoader<Recipe | null>(
    async (lab, ids) => byId(await recipes.many({ ctx, input: { lab, ids: [...ids] } })),
    () => null,
  );
}
