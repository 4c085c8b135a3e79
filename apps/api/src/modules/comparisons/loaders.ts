import { type Comparison, type Context, comparisons } from '@stockpot/domain';
import { type TenantLoader, tenantLoader } from '../../graphql/tenant-loader.js';

/** Two models as one key; ids hold no space. */
export function pairKey(first: string, second: string): string {
  return `${first} ${second}`;
}

/** Comparisons of two models on every benchmark that both were evaluated on, by `pairKey`. */
export function comparisonsLoader(ctx: Context): TenantLoader<readonly Comparison[]> {
  return tenantLoader<readonly Comparison[]>(
    async (lab, keys) => {
      const pairs = keys.map((key) => {
        const [first = '', second = ''] = key.split(' ');
        return { first, second };
      });
      const found = await comparisons.many({ ctx, input: { lab, pairs } });
      return Map.groupBy(found, ({ firstId, secondId }) => pairKey(firstId, secondId));
    },
    () => [],
    200,
  );
}
