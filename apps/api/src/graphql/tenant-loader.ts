import DataLoader from 'dataloader';

/** Where an object is: ids are unique by themselves, but every read names its lab, so that no read crosses labs. */
export interface TenantKey {
  readonly labId: string;
  readonly id: string;
}

export type TenantLoader<Value> = DataLoader<TenantKey, Value, string>;

/**
 * A loader that reads all objects asked for in one tick with one call a lab.
 *
 * @param read the objects of one lab by id; ids that are missing get `otherwise`
 * @param most ids in one call; the verbs say how many they take
 */
export function tenantLoader<Value>(
  read: (labId: string, ids: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
  otherwise: (id: string) => Value,
  most = 1000,
): TenantLoader<Value> {
  return new DataLoader<TenantKey, Value, string>(
    async (keys) => {
      const wanted = new Map<string, Set<string>>();
      for (const { labId, id } of keys) {
        const ids = wanted.get(labId);
        if (ids) ids.add(id);
        else wanted.set(labId, new Set([id]));
      }
      const found = new Map<string, ReadonlyMap<string, Value>>();
      await Promise.all([...wanted].map(async ([labId, ids]) => found.set(labId, await read(labId, [...ids]))));
      return keys.map(({ labId, id }) => found.get(labId)?.get(id) ?? otherwise(id));
    },
    { cacheKeyFn: ({ labId, id }) => `${labId} ${id}`, maxBatchSize: most },
  );
}

/** A map from each value's id to the value. */
export function byId<Value extends { readonly id: string }>(values: readonly Value[]): Map<string, Value> {
  return new Map(values.map((value) => [value.id, value]));
}
