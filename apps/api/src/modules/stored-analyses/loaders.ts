import { type AnalysesOf, type Analysis, analyses, type Context, type StoredDocument } from '@stockpot/domain';
import { byId, type TenantLoader, tenantLoader } from '../../graphql/tenant-loader.js';

/** Analyses by id; null when missing. */
export function analysisLoader(ctx: Context): TenantLoader<Analysis | null> {
  return tenantLoader(
    async (lab, ids) => byId(await analyses.many({ ctx, input: { lab, ids: [...ids] } })),
    () => null,
  );
}

type OfMany = (call: {
  readonly ctx: Context;
  readonly input: { readonly lab: string; readonly ids: string[] };
}) => Promise<readonly AnalysesOf[]>;

/** What each run, model or pool has; nothing where there is nothing. */
function ofLoader(ctx: Context, read: OfMany): TenantLoader<readonly Analysis[]> {
  return tenantLoader<readonly Analysis[]>(
    async (lab, ids) => {
      const found = await read({ ctx, input: { lab, ids: [...ids] } });
      return new Map(found.map((each) => [each.of, each.analyses]));
    },
    () => [],
    200,
  );
}

/** What runs made or reused, in the order of their plans. */
export function analysesOfRunLoader(ctx: Context): TenantLoader<readonly Analysis[]> {
  return ofLoader(ctx, analyses.ofRuns);
}

/** Those that models are subjects of. */
export function analysesOfModelLoader(ctx: Context): TenantLoader<readonly Analysis[]> {
  return ofLoader(ctx, analyses.ofModels);
}

/** Those of the pools that soups were mixed from. */
export function analysesOfPoolLoader(ctx: Context): TenantLoader<readonly Analysis[]> {
  return ofLoader(ctx, analyses.ofPools);
}

/** Documents by the id of their analysis; null when missing. */
export function analysisDocumentLoader(ctx: Context): TenantLoader<StoredDocument | null> {
  return tenantLoader<StoredDocument | null>(
    async (lab, ids) => byId(await analyses.documents({ ctx, input: { lab, ids: [...ids] } })),
    () => null,
    20,
  );
}
