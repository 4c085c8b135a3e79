import { z } from 'zod';
import type { JsonObject } from '../../json.js';
import type { AlignedModel } from './align-models.js';
import type { Permutations } from './symmetries.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** By what an aligned model follows from the one that it was: enough to make it again, and to see that nothing else was done. */
const permutationRecord = z.strictObject({
  format: z.literal('stockpot-permutation'),
  version: z.literal(1),
  /** Content of the model that was aligned, and of the one it was aligned to. */
  model: sha256,
  reference: sha256,
  /** Group → for every place of its result the place that the unit there had before. */
  orders: z.record(z.string(), z.array(z.int().min(0))),
});
export type PermutationRecord = z.infer<typeof permutationRecord>;

export function permutationDocument({ alignment, permutations }: AlignedModel): JsonObject & PermutationRecord {
  const { model, reference } = alignment;
  const orders = Object.fromEntries([...permutations].map(([group, order]) => [group, [...order]]));
  return { format: 'stockpot-permutation', version: 1, model, reference, orders };
}

/** Null for a text that is no such document. */
export function parsePermutation(text: string): PermutationRecord | null {
  try {
    return permutationRecord.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export function permutationsOf({ orders }: PermutationRecord): Permutations {
  return new Map(Object.entries(orders).map(([group, order]) => [group, Uint32Array.from(order)]));
}
