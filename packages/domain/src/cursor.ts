import { z } from 'zod';
import { StockpotError } from './errors.js';
import type { Page } from './page.js';

/** A position as opaque text. Not signed: it only says where in an already authorised list to go on. */
export function encodeCursor(position: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Throws BAD_INPUT when the text was not made by `encodeCursor` for a list of this shape. */
export function decodeCursor<T>(schema: z.ZodType<T>, cursor: string): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new StockpotError(
      'BAD_INPUT',
      'The cursor does not belong to this list.',
      'Pass a cursor of the same list with the same order and filter, or none to begin at the first page.',
      { cause },
    );
  }
}

/** [milliseconds, id]: lists by time. */
export const timeCursor = z.tuple([z.number().int(), z.string().max(64)]);

/** A page out of `first` + 1 rows: the extra one only says that there is more. */
export function toPage<T>(rows: readonly T[], first: number, totalCount: number, cursor: (row: T) => string): Page<T> {
  return {
    edges: rows.slice(0, first).map((node) => ({ node, cursor: cursor(node) })),
    hasNextPage: rows.length > first,
    totalCount,
  };
}
