import { z } from 'zod';

/** One page of a list. Cursors are positions in the list's order, not secrets: forging one only moves the page. */
export interface Page<T> {
  readonly edges: readonly { readonly node: T; readonly cursor: string }[];
  readonly hasNextPage: boolean;
  /** Items on all pages. */
  readonly totalCount: number;
}

/** Items on a page: 1 to 200. */
export const first = z.number().int().min(1).max(200);
/** Cursor of the item before the page. */
export const after = z.string().max(1000).nullish();
/** A lab by its slug or its id. */
export const labRef = z.string().min(1).max(64);
/** Any id of ours. */
export const objectId = z.string().min(1).max(64);
export const hash = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 as 64 lower-case hexadecimal digits');
/** Ids asked for at once by a loader. */
export const objectIds = z.array(objectId).max(1000);
