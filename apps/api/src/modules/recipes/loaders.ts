import { type Context, type Recipe, recipes } from '@stockpot/domain';
import { eachLoader, type TenantLoader } from '../../graphql/tenant-loader.js';

/** Recipes by id. */
export function recipeLoader(ctx: Context): TenantLoader<Recipe> {
  return eachLoader((id) => recipes.get({ ctx, input: { id } }));
}
