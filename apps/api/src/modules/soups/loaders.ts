import { type Context, type SoupDetail, soups } from '@stockpot/domain';
import { eachLoader, type TenantLoader } from '../../graphql/tenant-loader.js';

/** What explains a soup: coefficients, trace, stock, ensemble. */
export function soupDetailLoader(ctx: Context): TenantLoader<SoupDetail> {
  return eachLoader((id) => soups.get({ ctx, input: { id } }));
}
