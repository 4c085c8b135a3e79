import { type Context, type GreedyRound, type SoupDetail, soups } from '@stockpot/domain';
import { type TenantLoader, tenantLoader } from '../../graphql/tenant-loader.js';

/** What explains a soup: coefficients, trace, stock, ensemble; null when missing. */
export function soupDetailLoader(ctx: Context): TenantLoader<SoupDetail | null> {
  return tenantLoader<SoupDetail | null>(
    async (lab, ids) => {
      const found = await soups.many({ ctx, input: { lab, ids: [...ids] } });
      return new Map(found.map((detail) => [detail.soup.id, detail]));
    },
    () => null,
    200,
  );
}

/** How a soup or an ensemble was chosen, candidate by candidate; empty when nobody searched for it. */
export function traceLoader(ctx: Context): TenantLoader<readonly GreedyRound[]> {
  return tenantLoader<readonly GreedyRound[]>(
    (lab, ids) => soups.traces({ ctx, input: { lab, ids: [...ids] } }),
    () => [],
  );
}
