import { type Benchmark, benchmarks, type Context } from '@stockpot/domain';
import { byId, type TenantLoader, tenantLoader } from '../../graphql/tenant-loader.js';

/** Benchmarks by id; null when missing. */
export function benchmarkLoader(ctx: Context): TenantLoader<Benchmark | null> {
  return tenantLoader(
    async (lab, ids) => byId(await benchmarks.many({ ctx, input: { lab, ids: [...ids] } })),
    () => null,
  );
}
