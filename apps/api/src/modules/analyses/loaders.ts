import { analyses, type Context, type Diversity, type SoupEvidence } from '@stockpot/domain';
import { byId, type TenantLoader, tenantLoader } from '../../graphql/tenant-loader.js';

/** What is stored about how a soup was chosen; null when nothing chose it. */
export function soupEvidenceLoader(ctx: Context): TenantLoader<SoupEvidence | null> {
  return tenantLoader<SoupEvidence | null>(
    async (lab, ids) => {
      const found = await analyses.evidence({ ctx, input: { lab, ids: [...ids] } });
      return byId(found.map((evidence) => ({ ...evidence, id: evidence.soupId })));
    },
    () => null,
    20,
  );
}

/** A pool on a benchmark (or on the usual one) as one key; ids hold no space. */
export function poolKey(models: readonly string[], benchmark: string | null): string {
  return [benchmark ?? '', ...models].join(' ');
}

/** How differently the models of a pool err, by `poolKey`; null when there is nothing to compare. */
export function diversityLoader(ctx: Context): TenantLoader<Diversity | null> {
  return tenantLoader<Diversity | null>(
    async (lab, keys) => {
      const pools = keys.map((key) => {
        const [benchmark, ...models] = key.split(' ');
        return { benchmark: benchmark || null, models };
      });
      const found = await analyses.diversity({ ctx, input: { lab, pools } });
      return new Map(keys.map((key, i) => [key, found[i] ?? null]));
    },
    () => null,
    20,
  );
}
